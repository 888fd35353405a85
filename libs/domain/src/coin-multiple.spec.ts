import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { splitCoinMultiple } from './coin-multiple.js';

describe('splitCoinMultiple', () => {
  test.each([
    ['1000PEPE', 'PEPE', 3],
    ['1000SATS', 'SATS', 3],
    ['1000X', 'X', 3],
    ['1000XEC', 'XEC', 3],
    ['10000LADYS', 'LADYS', 4],
    ['10000SATS', 'SATS', 4],
    ['1000000MOG', 'MOG', 6],
    ['1000000BABYDOGE', 'BABYDOGE', 6],
    ['10000000AIDOGE', 'AIDOGE', 7],
    ['1MBABYDOGE', 'BABYDOGE', 6],
    ['SHIB1000', 'SHIB', 3],
  ])('%s is traded in multiples of the coin %s, ten to the power of %i', (base, coin, power) => {
    expect(splitCoinMultiple(base)).toEqual({ coin, power });
  });

  test.each([
    '1INCH',
    '0G',
    '2Z',
    '4',
    'A2Z',
    'API3',
    'B2',
    'BANANAS31',
    'C98',
    'LUNA2',
    'SKYAI1',
    'SPX6900',
    'USD1',
    'AI16Z',
    'BTCDOM',
    'MBOX',
    '1MIL',
    '100X',
    '1000',
    '10000000',
    '币安人生',
  ])('%s is the name of a coin and stays as it is', (base) => {
    expect(splitCoinMultiple(base)).toEqual({ coin: base, power: 0 });
  });

  test('undoes whatever multiple is put before a name of letters', () => {
    const name = fc.stringMatching(/^[A-Z]{1,8}$/);
    fc.assert(
      fc.property(name, fc.integer({ min: 3, max: 7 }), (coin, power) => {
        expect(splitCoinMultiple(`1${'0'.repeat(power)}${coin}`)).toEqual({ coin, power });
        expect(splitCoinMultiple(`${coin}1${'0'.repeat(power)}`)).toEqual({ coin, power });
        expect(splitCoinMultiple(coin)).toEqual({ coin, power: 0 });
      }),
    );
  });
});
