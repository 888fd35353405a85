import { describe, expect, test } from '@jest/globals';
import { fromOrderSide, fromPositionSide, type Sides } from './side.js';

const LONG: Sides = { liquidatedSide: 'LONG', side: 'SELL' };
const SHORT: Sides = { liquidatedSide: 'SHORT', side: 'BUY' };

describe('sides', () => {
  test('a forced sell closed a long, a forced buy closed a short', () => {
    expect(fromOrderSide('SELL')).toEqual(LONG);
    expect(fromOrderSide('BUY')).toEqual(SHORT);
  });

  test('a long is closed by selling, a short by buying', () => {
    expect(fromPositionSide('LONG')).toEqual(LONG);
    expect(fromPositionSide('SHORT')).toEqual(SHORT);
  });
});
