import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  addDecimals,
  compareDecimals,
  divideDecimals,
  isDecimal,
  isPositive,
  MAX_DECIMAL_DIGITS,
  multiplyDecimals,
  parseDecimal,
  shiftDecimal,
  subtractDecimals,
  sumDecimals,
  ZERO,
  type DecimalString,
} from './decimal.js';
import { InvalidDecimalError } from './errors.js';

/** The model every operation is held against: an exact fraction of two big integers. */
interface Fraction {
  readonly top: bigint;
  readonly bottom: bigint;
}

function fractionOf(text: string): Fraction {
  const [mantissa = '', exponent = '0'] = text.toLowerCase().split('e');
  const [whole = '', fraction = ''] = mantissa.replace(/^[+-]/, '').split('.');
  const units = BigInt(`${whole}${fraction}`) * (mantissa.startsWith('-') ? -1n : 1n);
  const power = Number(exponent) - fraction.length;
  return power >= 0
    ? { top: units * 10n ** BigInt(power), bottom: 1n }
    : { top: units, bottom: 10n ** BigInt(-power) };
}

function sameValue(text: string, model: Fraction): boolean {
  const value = fractionOf(text);
  return value.top * model.bottom === model.top * value.bottom;
}

const CANONICAL = /^(0|-?(0\.\d*[1-9]|[1-9]\d*(\.\d*[1-9])?))$/;

const digits = (min: number, max: number) =>
  fc.array(fc.integer({ min: 0, max: 9 }), { minLength: min, maxLength: max }).map((list) => list.join(''));
const exponent = fc
  .tuple(fc.constantFrom('e', 'E'), fc.constantFrom('', '+', '-'), fc.integer({ min: 0, max: 20 }))
  .map(([letter, sign, power]) => `${letter}${sign}${power}`);
/** Everything the reader takes: signs, `.5`, `5.`, exponents, zeros in front and behind. */
const wireText = fc
  .tuple(fc.constantFrom('', '-', '+'), digits(0, 18), digits(0, 18), fc.boolean(), fc.option(exponent))
  .filter(([, whole, fraction]) => whole + fraction !== '')
  .map(
    ([sign, whole, fraction, point, power]) =>
      `${sign}${whole}${point || fraction !== '' ? `.${fraction}` : ''}${power ?? ''}`,
  );
const decimal = wireText.map(parseDecimal);

describe('parseDecimal', () => {
  test('keeps the value to the last digit and writes it in canonical form', () => {
    fc.assert(
      fc.property(wireText, (text) => {
        const value = parseDecimal(text);
        expect(value).toMatch(CANONICAL);
        expect(sameValue(value, fractionOf(text))).toBe(true);
      }),
      { numRuns: 2_000 },
    );
  });

  test('gives equal text for equal numbers, and itself for canonical text', () => {
    fc.assert(
      fc.property(decimal, (value) => {
        expect(parseDecimal(value)).toBe(value);
        if (value.includes('.')) expect(parseDecimal(`${value}000`)).toBe(value);
      }),
    );
  });

  test.each([
    ['0.1336000', '0.1336'],
    ['138.740', '138.74'],
    ['000123.0', '123'],
    ['0.0', '0'],
    ['0', '0'],
    ['-0', '0'],
    ['-0.000', '0'],
    ['.5', '0.5'],
    ['5.', '5'],
    ['+7', '7'],
    ['1e-8', '0.00000001'],
    ['1E+21', '1000000000000000000000'],
    ['-1.50e1', '-15'],
    ['9007199254740993', '9007199254740993'],
  ])('reads %s as %s', (text, expected) => {
    expect(parseDecimal(text)).toBe(expected);
  });

  test.each([
    '',
    ' ',
    '.',
    '-',
    '+',
    'e5',
    '1e',
    '1e+',
    '1 ',
    ' 1',
    '1,000',
    '1_000',
    '0x10',
    '--1',
    '1.2.3',
  ])('refuses %j', (text) => {
    expect(() => parseDecimal(text)).toThrow(InvalidDecimalError);
    expect(isDecimal(text)).toBe(false);
  });

  test.each(['NaN', 'Infinity', '-Infinity', 'None', 'null', '１２', '١٢', '1\n', '1\u0000'])(
    'refuses %j, which is no number of any venue',
    (text) => {
      expect(() => parseDecimal(text)).toThrow(InvalidDecimalError);
    },
  );

  test('takes exactly as many digits as it promises, wherever the point stands', () => {
    const most = MAX_DECIMAL_DIGITS;
    for (const text of [
      '9'.repeat(most),
      `0.${'0'.repeat(most - 2)}1`.replace('0.', '.'),
      `${'9'.repeat(20)}.${'9'.repeat(most - 20)}`,
      `1e${most - 1}`,
      `1e-${most}`,
    ]) {
      expect(sameValue(parseDecimal(text), fractionOf(text))).toBe(true);
    }
    for (const text of [
      '9'.repeat(most + 1),
      `.${'1'.repeat(most + 1)}`,
      `1e${most}`,
      `1e-${most + 1}`,
      '1e999',
    ])
      expect(isDecimal(text)).toBe(false);
  });

  test('refuses a megabyte of digits at once, with a short message', () => {
    const refuse = () => parseDecimal('9'.repeat(1_000_000));
    expect(refuse).toThrow(InvalidDecimalError);
    try {
      refuse();
    } catch (error) {
      expect((error as Error).message.length).toBeLessThan(200);
    }
  });
});

describe('arithmetic', () => {
  test('0.014 coins at 9910 are 138.74 dollars (S048)', () => {
    expect(multiplyDecimals(parseDecimal('0.014'), parseDecimal('9910'))).toBe('138.74');
  });

  test('0.1 and 0.2 are 0.3', () => {
    expect(addDecimals(parseDecimal('0.1'), parseDecimal('0.2'))).toBe('0.3');
  });

  test('sums, differences and products are exact (S049)', () => {
    fc.assert(
      fc.property(decimal, decimal, (a, b) => {
        const x = fractionOf(a);
        const y = fractionOf(b);
        const bottom = x.bottom * y.bottom;
        const across = { left: x.top * y.bottom, right: y.top * x.bottom };
        const results: [DecimalString, bigint][] = [
          [addDecimals(a, b), across.left + across.right],
          [subtractDecimals(a, b), across.left - across.right],
          [multiplyDecimals(a, b), x.top * y.top],
        ];
        for (const [text, top] of results) {
          expect(text).toMatch(CANONICAL);
          expect(sameValue(text, { top, bottom })).toBe(true);
        }
      }),
      { numRuns: 2_000 },
    );
  });

  test('products of short numbers are exact too, where no big integer is needed', () => {
    const short = fc
      .tuple(digits(1, 5), digits(0, 4))
      .map(([w, f]) => parseDecimal(f === '' ? w : `${w}.${f}`));
    fc.assert(
      fc.property(short, short, (a, b) => {
        const [x, y] = [fractionOf(a), fractionOf(b)];
        const product = multiplyDecimals(a, b);
        expect(product).toMatch(CANONICAL);
        expect(sameValue(product, { top: x.top * y.top, bottom: x.bottom * y.bottom })).toBe(true);
      }),
      { numRuns: 2_000 },
    );
    expect(multiplyDecimals(parseDecimal('-2'), parseDecimal('3'))).toBe('-6');
    expect(multiplyDecimals(parseDecimal('99999999'), parseDecimal('99999999'))).toBe('9999999800000001');
  });

  test('a sum does not depend on the order of its parts, and the empty sum is zero', () => {
    expect(sumDecimals([])).toBe(ZERO);
    fc.assert(
      fc.property(fc.array(decimal, { maxLength: 20 }), (values) => {
        const folded = values.reduce(addDecimals, ZERO);
        expect(sumDecimals(values)).toBe(folded);
        expect(sumDecimals([...values].reverse())).toBe(folded);
      }),
    );
  });

  test('a quotient is off by at most half of its last place', () => {
    fc.assert(
      fc.property(decimal, decimal, fc.integer({ min: 0, max: 20 }), (a, b, places) => {
        fc.pre(b !== '0');
        const [x, y, q] = [fractionOf(a), fractionOf(b), fractionOf(divideDecimals(a, b, places))];
        // |q - a/b| * 2 * 10^places <= 1, cleared of all fractions
        const top = q.top * y.top * x.bottom - x.top * y.bottom * q.bottom;
        const bottom = q.bottom * y.top * x.bottom;
        const size = (n: bigint) => (n < 0n ? -n : n);
        expect(size(top) * 2n * 10n ** BigInt(places) <= size(bottom)).toBe(true);
      }),
      { numRuns: 1_000 },
    );
  });

  test('a quotient halfway between two values goes away from zero', () => {
    const two = parseDecimal('2');
    expect(divideDecimals(parseDecimal('1'), two, 0)).toBe('1');
    expect(divideDecimals(parseDecimal('-1'), two, 0)).toBe('-1');
    expect(divideDecimals(parseDecimal('1'), parseDecimal('-2'), 0)).toBe('-1');
    expect(divideDecimals(parseDecimal('1'), parseDecimal('3'), 18)).toBe('0.333333333333333333');
    expect(divideDecimals(parseDecimal('-1'), parseDecimal('1e10'), 2)).toBe('0');
  });

  test('refuses to divide by zero', () => {
    expect(() => divideDecimals(parseDecimal('1'), ZERO, 2)).toThrow(InvalidDecimalError);
  });

  test('shifting by a power of ten multiplies by it, both ways', () => {
    fc.assert(
      fc.property(decimal, fc.integer({ min: -12, max: 12 }), (a, power) => {
        const shifted = shiftDecimal(a, power);
        expect(shifted).toMatch(CANONICAL);
        expect(shifted).toBe(multiplyDecimals(a, parseDecimal(`1e${power}`)));
        expect(shiftDecimal(shifted, -power)).toBe(a);
      }),
    );
  });

  test('orders numbers as their fractions are ordered', () => {
    fc.assert(
      fc.property(decimal, decimal, (a, b) => {
        const [x, y] = [fractionOf(a), fractionOf(b)];
        const difference = x.top * y.bottom - y.top * x.bottom;
        expect(Math.sign(compareDecimals(a, b))).toBe(difference > 0n ? 1 : difference < 0n ? -1 : 0);
        expect(isPositive(a)).toBe(x.top > 0n);
      }),
    );
  });
});
