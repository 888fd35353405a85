import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { formatPrice } from './price.js';
import { formatQuantity, placesOfStep } from './quantity.js';
import { formatWhole } from './whole-number.js';

describe('formatWhole', () => {
  test.each([
    ['0', '0'],
    ['999.49', '999'],
    ['999.5', '1,000'],
    ['138.74', '139'],
    ['50000', '50,000'],
    ['1234567.5', '1,234,568'],
    ['-1234.5', '-1,235'],
    ['-0.4', '0'],
    ['12345678901234567890.9', '12,345,678,901,234,567,891'],
  ])('shows %s as %s (S055)', (value, shown) => {
    expect(formatWhole(value)).toBe(shown);
  });

  test('loses no digit that a double would lose', () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: 0n, max: 10n ** 40n }),
        (value) => formatWhole(value.toString()).replaceAll(',', '') === value.toString(),
      ),
    );
  });
});

describe('formatQuantity', () => {
  test.each([
    ['0.014', '0.014000'],
    ['1.5', '1.500'],
    ['1', '1.000'],
    ['0.1', '0.100000'],
    ['1234.56789', '1,234.568'],
    ['0', '0.000000'],
  ])('without a precision shows %s as %s: three digits from one up, else six (S053)', (value, shown) => {
    expect(formatQuantity(value)).toBe(shown);
  });

  test.each([
    ['0.014', 3, '0.014'],
    ['0.1', 3, '0.100'],
    ['1234.56789', 2, '1,234.57'],
    ['250000', 0, '250,000'],
    ['0.9995', 3, '1.000'],
  ])('shows %s with the %i digits of its market as %s (S054)', (value, places, shown) => {
    expect(formatQuantity(value, places)).toBe(shown);
  });

  test('does not show something as nothing', () => {
    expect(formatQuantity('0.00000004', 3)).toBe('0.00000004');
    expect(formatQuantity('0.0004', 0)).toBe('0.0004');
    expect(formatQuantity('0.00000012')).toBe('0.0000001');
    expect(formatQuantity('0', 2)).toBe('0.00');
  });

  test('reads the digits of a step', () => {
    expect(['0.001', '1', '10', '0.10'].map(placesOfStep)).toEqual([3, 0, 0, 1]);
  });
});

describe('formatPrice', () => {
  test.each([
    ['65000', '0.1', '65,000.0'],
    ['65000.04', '0.1', '65,000.0'],
    ['65000.05', '0.1', '65,000.1'],
    ['0.0000123', '0.0000001', '0.0000123'],
    ['1234', '1', '1,234'],
  ])('shows %s at tick %s as %s', (value, tick, shown) => {
    expect(formatPrice(value, placesOfStep(tick))).toBe(shown);
  });

  test('shows every digit where the tick is not known', () => {
    expect(formatPrice('1234.56789')).toBe('1,234.56789');
  });

  test('stays within half a tick of the price', () => {
    const places = fc.constantFrom(0, 1, 2, 4, 8);
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 10n ** 15n }), places, (units, count) => {
        const digits = units.toString().padStart(9, '0');
        const shown = formatPrice(`${digits.slice(0, -8)}.${digits.slice(-8)}`, count);
        const [whole = '', fraction = ''] = shown.replaceAll(',', '').split('.');
        const back = BigInt(whole + fraction.padEnd(8, '0'));
        const difference = back > units ? back - units : units - back;
        return fraction.length === count && difference * 2n <= 10n ** BigInt(8 - count);
      }),
    );
  });
});
