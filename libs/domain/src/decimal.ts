import { canonicalPlainDigits, comparePlain, multiplySmall, shiftSmall } from './decimal-digits.js';
import { InvalidDecimalError } from './errors.js';

/**
 * An exact decimal number in canonical text: optional minus sign, no exponent, no leading zeros, no trailing
 * zeros after the point, never `-0`. Every price, quantity and money amount travels in this shape, because a
 * double cannot hold 0.1 and a liquidation total must be exact to the last digit.
 */
export type DecimalString = string & { readonly __decimal: unique symbol };

/** The widest number that is accepted: digits before plus digits after the point. Wider input is refused. */
export const MAX_DECIMAL_DIGITS = 60;

const PATTERN = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,3}))?$/;

const MINUS = 45;

interface Scaled {
  readonly units: bigint;
  readonly scale: number;
}

/**
 * Reads a venue's decimal text (also `1e-8` and `.5`) into canonical form.
 * Throws InvalidDecimalError for anything else: empty text, `NaN`, `Infinity`, blanks, or too many digits.
 */
export function parseDecimal(text: string): DecimalString {
  return (canonicalPlainDigits(text) as DecimalString | undefined) ?? parseThoroughly(text);
}

function parseThoroughly(text: string): DecimalString {
  const match = PATTERN.exec(text);
  const whole = match?.[2] ?? '';
  const fraction = match?.[3] ?? '';
  if (match === null || whole.length + fraction.length === 0) throw new InvalidDecimalError(text);
  const scale = fraction.length - Number(match[4] ?? '0');
  const digitsBefore = Math.max(whole.length + fraction.length - scale, 0);
  const digitsAfter = Math.max(scale, 0);
  if (digitsBefore + digitsAfter > MAX_DECIMAL_DIGITS) throw new InvalidDecimalError(text);
  const units = BigInt(`${match[1] === '-' ? '-' : ''}${whole}${fraction}`);
  return scale >= 0
    ? fromScaled({ units, scale })
    : fromScaled({ units: units * 10n ** BigInt(-scale), scale: 0 });
}

/** True if the text reads as a decimal. */
export function isDecimal(text: string): boolean {
  try {
    parseDecimal(text);
    return true;
  } catch {
    return false;
  }
}

/** Zero, for sums that start empty. A value that is not known is `undefined`, never this. */
export const ZERO = parseDecimal('0');

/** a + b, exact. */
export function addDecimals(a: DecimalString, b: DecimalString): DecimalString {
  const [x, y, scale] = align(toScaled(a), toScaled(b));
  return fromScaled({ units: x + y, scale });
}

/** a - b, exact. */
export function subtractDecimals(a: DecimalString, b: DecimalString): DecimalString {
  const [x, y, scale] = align(toScaled(a), toScaled(b));
  return fromScaled({ units: x - y, scale });
}

/** The exact sum of any number of values; `0` for none. */
export function sumDecimals(values: Iterable<DecimalString>): DecimalString {
  let total: Scaled = { units: 0n, scale: 0 };
  for (const value of values) {
    const [x, y, scale] = align(total, toScaled(value));
    total = { units: x + y, scale };
  }
  return fromScaled(total);
}

/** a * b, exact. */
export function multiplyDecimals(a: DecimalString, b: DecimalString): DecimalString {
  const small = multiplySmall(a, b) as DecimalString | undefined;
  if (small !== undefined) return small;
  const x = toScaled(a);
  const y = toScaled(b);
  return fromScaled({ units: x.units * y.units, scale: x.scale + y.scale });
}

/**
 * a / b to `places` digits after the point, rounded half away from zero. A quotient is the one operation that
 * cannot always be exact, so the caller states how far it goes, 0 or more. Throws InvalidDecimalError when b is zero.
 */
export function divideDecimals(a: DecimalString, b: DecimalString, places: number): DecimalString {
  const x = toScaled(a);
  const y = toScaled(b);
  if (y.units === 0n) throw new InvalidDecimalError(`${a}/${b}`);
  const numerator = x.units * 10n ** BigInt(places + y.scale);
  const denominator = y.units * 10n ** BigInt(x.scale);
  const doubled = (2n * abs(numerator)) / abs(denominator);
  const rounded = (doubled + 1n) / 2n;
  return fromScaled({ units: numerator < 0n === denominator < 0n ? rounded : -rounded, scale: places });
}

/** a * 10^power, exact: how a contract on a thousand coins becomes one on a single coin. */
export function shiftDecimal(a: DecimalString, power: number): DecimalString {
  if (power === 0) return a;
  const small = shiftSmall(a, power) as DecimalString | undefined;
  if (small !== undefined) return small;
  const x = toScaled(a);
  const scale = x.scale - power;
  return scale >= 0
    ? fromScaled({ units: x.units, scale })
    : fromScaled({ units: x.units * 10n ** BigInt(-scale), scale: 0 });
}

/** Negative, zero or positive as a is below, equal to or above b. */
export function compareDecimals(a: DecimalString, b: DecimalString): number {
  if (!isNegative(a) && !isNegative(b)) return comparePlain(a, b);
  const [x, y] = align(toScaled(a), toScaled(b));
  return x < y ? -1 : x > y ? 1 : 0;
}

/** True if a is above zero. */
export function isPositive(a: DecimalString): boolean {
  return a !== '0' && !isNegative(a);
}

function isNegative(a: DecimalString): boolean {
  return a.charCodeAt(0) === MINUS;
}

function toScaled(value: DecimalString): Scaled {
  const point = value.indexOf('.');
  if (point < 0) return { units: BigInt(value), scale: 0 };
  return { units: BigInt(value.slice(0, point) + value.slice(point + 1)), scale: value.length - point - 1 };
}

function fromScaled({ units, scale }: Scaled): DecimalString {
  const digits = abs(units)
    .toString()
    .padStart(scale + 1, '0');
  const whole = digits.slice(0, digits.length - scale);
  const fraction = digits.slice(digits.length - scale).replace(/0+$/, '');
  return `${units < 0n ? '-' : ''}${whole}${fraction === '' ? '' : `.${fraction}`}` as DecimalString;
}

function align(a: Scaled, b: Scaled): [bigint, bigint, number] {
  const scale = Math.max(a.scale, b.scale);
  return [a.units * 10n ** BigInt(scale - a.scale), b.units * 10n ** BigInt(scale - b.scale), scale];
}

function abs(value: bigint): bigint {
  return value < 0n ? -value : value;
}
