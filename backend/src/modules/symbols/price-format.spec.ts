import { describe, expect, test } from '@jest/globals';
import { parseDecimal, shiftDecimal } from '@orderfox/domain';
import fc from 'fast-check';
import { amountPrecisionOf, decimalPlaces, priceFormatOf } from './price-format.js';

const decimals = (...texts: string[]) => texts.map(parseDecimal);

describe('the price format of a market (S032)', () => {
  test.each([
    [['0.1'], { type: 'price', precision: 1, minMove: 0.1 }],
    [['0.1', '0.01'], { type: 'price', precision: 2, minMove: 0.01 }],
    [['0.5', '0.05'], { type: 'price', precision: 2, minMove: 0.05 }],
    [['0.5', '0.2'], { type: 'price', precision: 1, minMove: 0.1 }],
    [['5', '10'], { type: 'price', precision: 0, minMove: 5 }],
    [['0.0000001', '0.0000000001'], { type: 'price', precision: 10, minMove: 1e-10 }],
  ])('of the steps %j is %j', (ticks, expected) => {
    expect(priceFormatOf(decimals(...ticks))).toEqual(expected);
  });

  test('is unknown while no step is known', () => {
    expect(priceFormatOf([])).toBeUndefined();
    expect(amountPrecisionOf([])).toBeUndefined();
  });

  test('holds every price of every venue', () => {
    const step = fc
      .tuple(fc.integer({ min: 1, max: 500 }), fc.integer({ min: 0, max: 8 }))
      .map(([units, places]) => parseDecimal(`${units}e-${places}`));
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 4 }), (ticks) => {
        const format = priceFormatOf(ticks)!;
        const units = (value: string) => BigInt(shiftDecimal(parseDecimal(value), format.precision));
        for (const tick of ticks) {
          expect(units(tick) % units(String(format.minMove))).toBe(0n);
          expect(decimalPlaces(tick)).toBeLessThanOrEqual(format.precision);
        }
      }),
    );
  });
});

test('quantities get the digits of the finest step (S033)', () => {
  expect(amountPrecisionOf(decimals('1', '0.001', '0.01'))).toBe(3);
  expect(amountPrecisionOf(decimals('1000'))).toBe(0);
});
