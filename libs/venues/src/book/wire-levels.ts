import { describeValue, NormalizeError } from '../normalize-error.js';
import { readTimeMs } from '../wire-row.js';
import { type WireLevel } from './book-update.js';

const POINT = 46;
const ZERO = 48;
const NINE = 57;
/** No price and no quantity of any venue is written with more characters. */
const MAX_LENGTH = 40;

/** The last moment that is written with 13 digits, less what a venue's clock may run ahead of ours. */
const LATEST_MS = 9_999_999_000_000;

/**
 * The levels of one side, untouched: lists that begin with a price above zero and a quantity, plain digits both. Throws a
 * refusal if a single one is not: an update without one of its levels would give a wrong book.
 */
export function readLevels(value: unknown, field: string): readonly WireLevel[] {
  if (!Array.isArray(value)) throw new NormalizeError('MALFORMED', `${field} is ${describeValue(value)}`);
  const levels: readonly unknown[] = value;
  for (const level of levels) {
    if (!Array.isArray(level)) throw new NormalizeError('MALFORMED', `${field} has ${describeValue(level)}`);
    const [price, quantity] = level as readonly unknown[];
    if (signOf(price) !== 1) throw badNumber(field, 'price', price);
    if (signOf(quantity) === undefined) throw badNumber(field, 'quantity', quantity);
  }
  return levels as readonly WireLevel[];
}

/** Levels of a scanned frame, which are checked already; a refusal if it has none. */
export function checkedLevels(value: unknown, field: string): readonly WireLevel[] {
  return value === undefined ? readLevels(value, field) : (value as readonly WireLevel[]);
}

/** A number of the venue that orders its updates. Throws a BAD_NUMBER refusal. */
export function readUpdateId(value: unknown, field: string, least = 0): number {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= least) return value;
  throw new NormalizeError('BAD_NUMBER', `${field} is ${describeValue(value)}`);
}

/** When the venue says that the book was so, epoch ms. Throws a BAD_TIME refusal. */
export function readBookTimeMs(value: unknown, field: string): number {
  return readTimeMs(value, field, LATEST_MS);
}

/** 0 or 1 for plain digits, with or without a point; undefined for anything else. */
function signOf(value: unknown): 0 | 1 | undefined {
  if (typeof value !== 'string') return undefined;
  const { length } = value;
  if (length === 0 || length > MAX_LENGTH) return undefined;
  let sign: 0 | 1 = 0;
  let hasPoint = false;
  for (let at = 0; at < length; at += 1) {
    const code = value.charCodeAt(at);
    if (code === POINT) {
      if (hasPoint || at === 0 || at === length - 1) return undefined;
      hasPoint = true;
    } else if (code < ZERO || code > NINE) return undefined;
    else if (code !== ZERO) sign = 1;
  }
  return sign;
}

function badNumber(field: string, what: string, value: unknown): NormalizeError {
  return new NormalizeError('BAD_NUMBER', `a ${what} in ${field} is ${describeValue(value)}`);
}
