import { placePoint } from './decimal-digits.js';
import { parseDecimal, shiftDecimal, type DecimalString } from './decimal.js';

const POINT = 46;
const ZERO = 48;
const NINE = 57;

/**
 * The number in units of the last of `places` decimal places: `61800.2` with 2 places is 6180020. Exact and without a
 * string or a big integer, for what is read thousands of times a second. Undefined if it is no plain number, has more
 * places than that (zeros at the end do not count), or is 2^53 units or more, which a double could not hold.
 */
export function scaledUnits(text: string, places: number): number | undefined {
  let units = 0;
  let after = -1;
  const length = text.length;
  for (let at = 0; at < length; at += 1) {
    const digit = text.charCodeAt(at);
    if (digit >= ZERO && digit <= NINE) {
      if (after >= 0) {
        if (after === places) {
          if (digit !== ZERO) return undefined;
          continue;
        }
        after += 1;
      }
      units = units * 10 + (digit - ZERO);
    } else if (digit === POINT && after < 0 && at > 0) {
      after = 0;
    } else {
      return undefined;
    }
  }
  if (length === 0 || text.charCodeAt(length - 1) === POINT) return undefined;
  for (let place = Math.max(after, 0); place < places; place += 1) units *= 10;
  return units <= Number.MAX_SAFE_INTEGER ? units : undefined;
}

/** The decimal of so many units of the last of `places` decimal places. `units` is a whole number. */
export function unitsToDecimal(units: number | bigint, places: number): DecimalString {
  if (units >= 0 && units <= Number.MAX_SAFE_INTEGER)
    return placePoint(Number(units), places) as DecimalString;
  return shiftDecimal(parseDecimal(String(BigInt(units))), -places);
}

/** How many decimal places a canonical number has. */
export function decimalPlaces(value: DecimalString): number {
  const point = value.indexOf('.');
  return point < 0 ? 0 : value.length - point - 1;
}
