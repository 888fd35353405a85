const POINT = 46;
const ZERO = 48;
const NINE = 57;

/** Longest text that is read digit by digit here; anything longer is left to the thorough reader. */
const MAX_PLAIN_LENGTH = 40;

/** So many digits a double holds, whatever they are. */
const MAX_SMALL_DIGITS = 15;

/**
 * The canonical form of plain digits such as `0.1336000`, or undefined for everything that needs a closer look: a
 * sign, an exponent, a missing digit before or after the point, great length, or text that is no number at all.
 * Nearly every number of every venue is plain, and this reads it without a regular expression or a big integer.
 */
export function canonicalPlainDigits(text: string): string | undefined {
  const length = text.length;
  if (length === 0 || length > MAX_PLAIN_LENGTH) return undefined;
  let point = -1;
  for (let at = 0; at < length; at += 1) {
    const code = text.charCodeAt(at);
    if (code >= ZERO && code <= NINE) continue;
    if (code !== POINT || point >= 0) return undefined;
    point = at;
  }
  if (point === 0 || point === length - 1) return undefined;
  return text.slice(
    firstDigit(text, point < 0 ? length : point),
    point < 0 ? length : lastDigit(text, point),
  );
}

/**
 * a * b for canonical, non-negative numbers with at most 15 digits between them, whose product a double holds
 * exactly; undefined otherwise. Saves two big integers on nearly every price times quantity.
 */
export function multiplySmall(a: string, b: string): string | undefined {
  if (a.length + b.length > MAX_SMALL_DIGITS + 2) return undefined;
  const first = readUnits(a);
  const { digits, scale } = read;
  const second = readUnits(b);
  // Not a number where one of them has a sign.
  if (!(digits + read.digits <= MAX_SMALL_DIGITS && first * second >= 0)) return undefined;
  return placePoint(first * second, scale + read.scale);
}

/** a * 10^power for a canonical, non-negative number, where it has at most 15 digits before and after; else undefined. */
export function shiftSmall(a: string, power: number): string | undefined {
  if (a.length + Math.abs(power) > MAX_SMALL_DIGITS) return undefined;
  const units = readUnits(a);
  if (!(units >= 0)) return undefined;
  const scale = read.scale - power;
  return scale >= 0 ? placePoint(units, scale) : String(units * 10 ** -scale);
}

/** Which of two canonical, non-negative numbers is larger, as their difference would say. */
export function comparePlain(a: string, b: string): number {
  if (a === b) return 0;
  const pointA = a.indexOf('.');
  const pointB = b.indexOf('.');
  const byLength = (pointA < 0 ? a.length : pointA) - (pointB < 0 ? b.length : pointB);
  // Where the points stand in one place, texts are ordered as numbers are: no zeros follow at the end.
  return byLength === 0 ? (a < b ? -1 : 1) : byLength;
}

/** So many units of the last of `scale` decimal places, in canonical form. `units` is whole, below 2^53 and not negative. */
export function placePoint(units: number, scale: number): string {
  const digits = String(units);
  if (scale === 0 || units === 0) return digits;
  const point = digits.length - scale;
  let end = digits.length;
  while (end > point && digits.charCodeAt(end - 1) === ZERO) end -= 1;
  if (point > 0)
    return end === point ? digits.slice(0, end) : `${digits.slice(0, point)}.${digits.slice(point, end)}`;
  return `0.${'0'.repeat(-point)}${digits.slice(0, end)}`;
}

function firstDigit(text: string, wholeEnd: number): number {
  let start = 0;
  while (start < wholeEnd - 1 && text.charCodeAt(start) === ZERO) start += 1;
  return start;
}

function lastDigit(text: string, point: number): number {
  let end = text.length;
  while (text.charCodeAt(end - 1) === ZERO) end -= 1;
  return end - 1 === point ? point : end;
}

/** What `readUnits` found besides: written over by each call, so that none of thousands a second makes an object. */
const read = { digits: 0, scale: 0 };

/** The number without its point; not a number if there is anything but digits and points. */
function readUnits(text: string): number {
  let units = 0;
  let point = -1;
  const { length } = text;
  for (let at = 0; at < length; at += 1) {
    const code = text.charCodeAt(at);
    if (code >= ZERO && code <= NINE) units = units * 10 + (code - ZERO);
    else if (code === POINT) point = at;
    else units = Number.NaN;
  }
  read.digits = point < 0 ? length : length - 1;
  read.scale = point < 0 ? 0 : length - 1 - point;
  return units;
}
