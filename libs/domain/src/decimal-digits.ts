const POINT = 46;
const ZERO = 48;
const NINE = 57;

/** Longest text that is read digit by digit here; anything longer is left to the thorough reader. */
const MAX_PLAIN_LENGTH = 40;

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
  const pointA = a.indexOf('.');
  const pointB = b.indexOf('.');
  const digits = a.length + b.length - (pointA < 0 ? 0 : 1) - (pointB < 0 ? 0 : 1);
  if (digits > 15 || a.startsWith('-') || b.startsWith('-')) return undefined;
  const scale = (pointA < 0 ? 0 : a.length - pointA - 1) + (pointB < 0 ? 0 : b.length - pointB - 1);
  return withPoint(unitsOf(a) * unitsOf(b), scale);
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

function unitsOf(text: string): number {
  let units = 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code !== POINT) units = units * 10 + (code - ZERO);
  }
  return units;
}

function withPoint(units: number, scale: number): string {
  let value = units;
  let places = scale;
  while (places > 0 && value % 10 === 0) {
    value /= 10;
    places -= 1;
  }
  const digits = String(value);
  if (places === 0) return digits;
  if (digits.length <= places) return `0.${'0'.repeat(places - digits.length)}${digits}`;
  return `${digits.slice(0, digits.length - places)}.${digits.slice(digits.length - places)}`;
}
