import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parseDecimal } from './decimal.js';
import { decimalPlaces, scaledUnits, unitsToDecimal } from './scaled-number.js';

describe('scaledUnits', () => {
  test.each([
    ['61800.20', 2, 6_180_020],
    ['61800.2', 2, 6_180_020],
    ['61800', 2, 6_180_000],
    ['0.00000120', 7, 12],
    ['0', 3, 0],
    ['0.000', 3, 0],
    ['5.000', 0, 5],
    ['9007199254740991', 0, Number.MAX_SAFE_INTEGER],
  ])('reads %s with %d places', (text, places, units) => {
    expect(scaledUnits(text, places)).toBe(units);
  });

  test.each([
    ['', 2],
    ['.5', 2],
    ['5.', 2],
    ['1.2.3', 2],
    ['-1', 2],
    ['+1', 2],
    ['1e3', 2],
    ['NaN', 2],
    [' 1', 2],
    ['1,5', 2],
    ['1.234', 2],
    ['9007199254740992', 0],
    ['90071992547409.92', 2],
    ['1'.repeat(400), 0],
  ])('says nothing of %j with %d places', (text, places) => {
    expect(scaledUnits(text, places)).toBeUndefined();
  });

  test('is the way back from unitsToDecimal, for any number that a double holds', () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), fc.nat(12), (units, places) => {
        const decimal = unitsToDecimal(units, places);
        expect(scaledUnits(decimal, places)).toBe(units);
        expect(decimalPlaces(decimal)).toBeLessThanOrEqual(places);
        expect(parseDecimal(decimal)).toBe(decimal);
      }),
    );
  });
});
