import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { exactSum, groupText, wholeText } from './exact-sum.js';

const decimal = fc
  .tuple(fc.bigInt({ min: 0n, max: 10n ** 20n }), fc.integer({ min: 0, max: 12 }))
  .map(([units, digits]) => {
    const text = String(units).padStart(digits + 1, '0');
    const whole = text.slice(0, text.length - digits);
    return digits === 0 ? whole : `${whole}.${text.slice(text.length - digits)}`;
  });

const scaledTo12 = (text: string): bigint => {
  const [whole = '', fraction = ''] = text.split('.');
  return BigInt(whole + fraction.padEnd(12, '0'));
};

describe('exactSum', () => {
  test('loses no digit, whatever the number of digits behind the point', () => {
    fc.assert(
      fc.property(fc.array(decimal, { maxLength: 50 }), (decimals) => {
        const expected = decimals.reduce((sum, each) => sum + scaledTo12(each), 0n);
        expect(scaledTo12(exactSum(decimals))).toBe(expected);
      }),
    );
  });

  test('adds what doubles cannot', () => {
    expect(exactSum(['0.1', '0.2'])).toBe('0.3');
    expect(exactSum(['9007199254740993', '0.0000000001'])).toBe('9007199254740993.0000000001');
  });

  test('is 0 of nothing and writes no trailing zeros', () => {
    expect(exactSum([])).toBe('0');
    expect(exactSum(['1.50', '0.50'])).toBe('2');
  });
});

describe('wholeText', () => {
  test.each([
    ['138.74', '139'],
    ['138.5', '139'],
    ['138.4999', '138'],
    ['0', '0'],
    ['999999.5', '1,000,000'],
    ['-1234.5', '-1,235'],
    ['-0.4', '0'],
  ])('shows %s as %s', (exact, shown) => {
    expect(wholeText(exact)).toBe(shown);
  });
});

describe('groupText', () => {
  test.each([
    ['1234567.8901', '1,234,567.8901'],
    ['123', '123'],
    ['1234', '1,234'],
  ])('shows %s as %s', (exact, shown) => {
    expect(groupText(exact)).toBe(shown);
  });
});
