import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { formatCompact, formatCompactFixed } from './compact.js';

describe('formatCompact', () => {
  test.each([
    ['0', '0'],
    ['1', '1'],
    ['999', '999'],
    ['999.4', '999'],
    ['999.5', '1K'],
    ['1000', '1K'],
    ['10000', '10K'],
    ['15000', '15K'],
    ['12550', '12.6K'],
    ['12549.999', '12.5K'],
    ['999949', '999.9K'],
    ['999950', '1M'],
    ['1000000', '1M'],
    ['456780000', '456.8M'],
    ['999950000', '1B'],
    ['1260000000', '1.26B'],
    ['12590000000', '12.59B'],
    ['999994999999', '999.99B'],
    ['999995000000', '1T'],
    ['1234000000000000', '1,234T'],
    ['-5000', '-5K'],
    ['-999950', '-1M'],
    ['-0.4', '0'],
    ['0.00000001', '0'],
    ['000012', '12'],
  ])('shows %s as %s (S031)', (value, shown) => {
    expect(formatCompact(value)).toBe(shown);
  });

  test('takes another number of digits, as the 24 h turnover wants two', () => {
    expect(formatCompact('456780000', 2)).toBe('456.78M');
    expect(formatCompact('456780000', 0)).toBe('457M');
    expect(formatCompact('999.9', 2)).toBe('1K');
  });

  test.each([
    ['45000000', '45.00M'],
    ['999995', '1.00M'],
    ['1260000000', '1.26B'],
    ['0', '0'],
  ])('S186: shows %s as %s where figures keep their width', (value, shown) => {
    expect(formatCompactFixed(value, 2)).toBe(shown);
  });

  test.each(['', 'NaN', '1e5', '1,000', ' 1', '.5', '5.'])('refuses %p', (text) => {
    expect(() => formatCompact(text)).toThrow(RangeError);
  });

  test('never strays from the value by more than half of its last digit, whatever the value', () => {
    const power: Record<string, number> = { K: 3, M: 6, B: 9, T: 12 };
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 10n ** 17n }), (value) => {
        const shown = formatCompact(value.toString()).replaceAll(',', '');
        const exponent = power[shown.at(-1) ?? ''] ?? 0;
        const [whole = '', fraction = ''] = (exponent > 0 ? shown.slice(0, -1) : shown).split('.');
        const places = exponent === 0 ? 0 : exponent >= 9 ? 2 : 1;
        const unit = 10n ** BigInt(exponent - places);
        const back = BigInt(whole + fraction.padEnd(places, '0')) * unit;
        const difference = back > value ? back - value : value - back;
        return difference * 2n <= unit;
      }),
    );
  });
});
