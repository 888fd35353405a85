import { describe, expect, test } from '@jest/globals';
import { unscaledDecimal } from './archive-column.js';

describe('a decimal in units of its last place', () => {
  test.each([
    ['0', 8, 0n],
    ['1.5', 2, 150n],
    ['-0.00000001', 8, -1n],
    ['1.50000000000', 2, 150n],
    ['99999999999999999999999999999999999999', 0, 10n ** 38n - 1n],
    ['-9999999999.9999999999999999999999999999', 28, -(10n ** 38n - 1n)],
  ])('%s with %d places', (text, scale, units) => {
    expect(unscaledDecimal(text, scale)).toBe(units);
  });

  test.each([
    ['1.501', 2],
    ['100000000000000000000000000000000000000', 0],
    ['1000000000000000000000', 18],
    ['NaN', 2],
    ['Infinity', 2],
    ['1e5', 2],
    ['', 2],
    ['1.', 2],
  ])('%s with %d places is none', (text, scale) => {
    expect(unscaledDecimal(text, scale)).toBeUndefined();
  });
});
