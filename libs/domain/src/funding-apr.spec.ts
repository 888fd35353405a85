import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { compareDecimals, parseDecimal, subtractDecimals } from './decimal.js';
import { fundingAprPercent, fundingRate8h } from './funding-apr.js';

const HOUR_MS = 3_600_000;
const rate = (text: string) => parseDecimal(text);

describe('funding of a year', () => {
  test.each([
    ['0.0001', 8, '10.95'],
    ['0.0001', 4, '21.9'],
    ['0.0001', 1, '87.6'],
    ['-0.0001', 8, '-10.95'],
    ['0', 8, '0'],
    ['0.001027', 8, '112.4565'],
    ['0.00001234567890123456', 2, '5.40740735874073728'],
  ])('S155: %s each %i hours is %s percent a year', (text, hours, expected) => {
    expect(fundingAprPercent(rate(text), hours * HOUR_MS)).toBe(expected);
  });

  test('S155: a rate of another interval is brought to eight hours first', () => {
    expect(fundingRate8h(rate('0.0001'), 4 * HOUR_MS)).toBe('0.0002');
    expect(fundingRate8h(rate('0.0001'), 8 * HOUR_MS)).toBe('0.0001');
    expect(fundingRate8h(rate('0.00007'), HOUR_MS)).toBe('0.00056');
    expect(fundingRate8h(rate('0.0003'), 24 * HOUR_MS)).toBe('0.0001');
  });

  test('what does not divide is exact to 18 places beyond those of the rate', () => {
    expect(fundingRate8h(rate('0.1'), 3 * HOUR_MS)).toBe('0.2666666666666666667');
  });

  test('a year is 1,095 times eight hours, whatever the rate and the interval', () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: -(10n ** 12n), max: 10n ** 12n }),
        fc.constantFrom(1, 2, 4, 8),
        (units, hours) => {
          const given = parseDecimal(`${units}e-14`);
          const year = fundingAprPercent(given, hours * HOUR_MS);
          const eight = fundingAprPercent(fundingRate8h(given, hours * HOUR_MS), 8 * HOUR_MS);
          return year === eight;
        },
      ),
    );
  });

  test('a rounded one strays by less than a billionth', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 60 }), (minutes) => {
        const year = fundingAprPercent(rate('0.0001'), minutes * 60_000);
        const roughly = parseDecimal(((0.0001 * 8_760 * 60 * 100) / minutes).toFixed(9));
        const off = subtractDecimals(year, roughly).replace('-', '');
        return compareDecimals(parseDecimal(off), parseDecimal('0.00000001')) < 0;
      }),
    );
  });
});
