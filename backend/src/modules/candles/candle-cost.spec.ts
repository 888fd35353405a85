import { describe, expect, test } from '@jest/globals';
import { candleFetchPoints } from './candle-cost.js';

const points = (limit: number, timeframe?: unknown) =>
  candleFetchPoints(limit, (name) => (name === 'timeframe' ? timeframe : undefined));

describe('candleFetchPoints', () => {
  test.each([
    [1, '1m', 100],
    [500, '5m', 100],
    [501, '1h', 200],
    [1_000, '1M', 200],
    [0, '1m', 0],
  ])('of %d candles of %s, which venues have, are for each begun 500: %d', (limit, timeframe, expected) => {
    expect(points(limit, timeframe)).toBe(expected);
  });

  test('count the candles that others are joined from, but no more than are read', () => {
    expect(points(1_000, '7m')).toBe(1_400);
    expect(points(1_000, '36h')).toBe(600);
    expect(points(19, '1001m')).toBe(1_400);
    expect(points(1, '1001m')).toBe(300);
  });

  test.each([undefined, null, 5, 'nonsense', '0m'])(
    'take %p for a timeframe that venues have',
    (timeframe) => {
      expect(points(500, timeframe)).toBe(100);
    },
  );
});
