/** A decimal text taken apart: sign, digits before the point, digits after it. */
export interface DecimalParts {
  readonly negative: boolean;
  readonly whole: string;
  readonly fraction: string;
}

const DECIMAL = /^(-?)(\d+)(?:\.(\d+))?$/;

/**
 * Takes a plain decimal such as `-1234.5` apart. Throws RangeError for anything else (exponents, blanks, `NaN`): what
 * reaches a formatter has been checked before, so a bad text here is a mistake in the program.
 */
export function splitDecimal(text: string): DecimalParts {
  const match = DECIMAL.exec(text);
  if (match === null) throw new RangeError(`not a plain decimal: ${JSON.stringify(text.slice(0, 80))}`);
  return {
    negative: match[1] === '-',
    whole: (match[2] ?? '').replace(/^0+(?=\d)/, ''),
    fraction: match[3] ?? '',
  };
}

/**
 * Rounds half away from zero to `places` digits after the point and fills up with zeros to just as many. Works on
 * the digits, so a number of any width keeps every one of them. A value that rounds to zero has no sign.
 */
export function roundDecimal(text: string, places: number): DecimalParts {
  const { negative, whole, fraction } = splitDecimal(text);
  const kept = BigInt(whole + fraction.slice(0, places).padEnd(places, '0'));
  const rounded = (fraction[places] ?? '0') >= '5' ? kept + 1n : kept;
  const digits = rounded.toString().padStart(places + 1, '0');
  const cut = digits.length - places;
  return { negative: negative && rounded !== 0n, whole: digits.slice(0, cut), fraction: digits.slice(cut) };
}

/** Puts the parts together again: `-` sign, `,` between thousands if asked for, `.` before the fraction. */
export function joinDecimal({ negative, whole, fraction }: DecimalParts, separators: boolean): string {
  const grouped = separators ? whole.replace(/\B(?=(?:\d{3})+$)/g, ',') : whole;
  return `${negative ? '-' : ''}${grouped}${fraction === '' ? '' : `.${fraction}`}`;
}
