import {
  isPositive,
  parseDecimal,
  type DecimalString,
  type Instrument,
  type InstrumentLookup,
} from '@orderfox/domain';
import { describeValue, NormalizeError } from './normalize-error.js';
import { DOLLAR_QUOTES, isVenueSymbol, MAX_SYMBOL_LENGTH } from './venue-symbol.js';

/** An object that claims the documented shape T and of which nothing has been checked yet. */
export type Unchecked<T> = { readonly [K in keyof T]?: unknown };

/** True for a JSON object, false for a list, null and everything else. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The value as an object, or a MALFORMED refusal. */
export function readRecord(value: unknown, field: string): Readonly<Record<string, unknown>> {
  if (isRecord(value)) return value;
  throw new NormalizeError('MALFORMED', `${field} is ${describeValue(value)}, not an object`);
}

/** No price and no quantity of any venue has more digits before its point. */
const MAX_WHOLE_DIGITS = 20;
const MAX_DECIMAL_LENGTH = 40;

/**
 * A number as every venue sends it: text, above zero, of a believable width. A JSON number is refused, because its
 * digits may already be lost. Throws a BAD_NUMBER refusal.
 */
export function readPositive(value: unknown, field: string): DecimalString {
  const decimal = readDecimal(value, field);
  if (!isPositive(decimal)) throw badNumber(value, field);
  return decimal;
}

/** As `readPositive`, but a number that is absent or zero is undefined: the venue has nothing to say. */
export function readOptionalPositive(value: unknown, field: string): DecimalString | undefined {
  if (value === undefined) return undefined;
  const decimal = readDecimal(value, field);
  if (decimal === '0') return undefined;
  if (!isPositive(decimal)) throw badNumber(value, field);
  return decimal;
}

/** As `readPositive`, but zero is a number like any other: nobody may have traded. */
export function readAmount(value: unknown, field: string): DecimalString {
  const decimal = readDecimal(value, field);
  if (decimal !== '0' && !isPositive(decimal)) throw badNumber(value, field);
  return decimal;
}

/** As `readPositive`, but any number of either sign that is no greater than one: a rate. */
export function readRate(value: unknown, field: string): DecimalString {
  const decimal = readDecimal(value, field);
  if (Math.abs(Number(decimal)) > 1) throw badNumber(value, field);
  return decimal;
}

function readDecimal(value: unknown, field: string): DecimalString {
  if (typeof value !== 'string') throw badNumber(value, field);
  let decimal: DecimalString;
  try {
    decimal = parseDecimal(value);
  } catch {
    throw badNumber(value, field);
  }
  if (decimal.length > MAX_WHOLE_DIGITS && isTooWide(decimal)) throw badNumber(value, field);
  return decimal;
}

function isTooWide(decimal: DecimalString): boolean {
  const point = decimal.indexOf('.');
  const whole = point < 0 ? decimal.length : point;
  return whole > MAX_WHOLE_DIGITS || decimal.length > MAX_DECIMAL_LENGTH;
}

function badNumber(value: unknown, field: string): NormalizeError {
  return new NormalizeError('BAD_NUMBER', `${field} is ${describeValue(value)}`);
}

/** 2017-01-01, before any of the venues had a contract. */
const EARLIEST_MS = Date.UTC(2017, 0, 1);
/** How far a venue's clock may run ahead of ours. */
const MAX_AHEAD_MS = 5 * 60_000;
const TIME_DIGITS = 13;

/**
 * Epoch milliseconds, as a number or as 13 digits of text. Stamps in seconds, microseconds or nanoseconds are not
 * converted: a wrong guess would put an event into another century. Throws a BAD_TIME refusal.
 */
export function readTimeMs(value: unknown, field: string, receivedTimeMs: number): number {
  const timeMs = typeof value === 'string' ? thirteenDigits(value) : value;
  if (typeof timeMs === 'number' && isTimeMs(timeMs, receivedTimeMs)) return timeMs;
  throw new NormalizeError('BAD_TIME', `${field} is ${describeValue(value)}`);
}

/** Whether a number can be the epoch milliseconds of something that happened at a venue. */
export function isTimeMs(value: number, receivedTimeMs: number): boolean {
  return Number.isSafeInteger(value) && value >= EARLIEST_MS && value <= receivedTimeMs + MAX_AHEAD_MS;
}

/** The number that 13 digits of text write; undefined for any other text. */
function thirteenDigits(text: string): number | undefined {
  if (text.length !== TIME_DIGITS) return undefined;
  let number = 0;
  for (let at = 0; at < TIME_DIGITS; at += 1) {
    const digit = text.charCodeAt(at) - 48;
    if (!(digit >= 0 && digit <= 9)) return undefined;
    number = number * 10 + digit;
  }
  return number;
}

/**
 * The contract that a row names, from the venue's catalogue, and only one that is quoted in dollars. Throws a
 * MALFORMED, UNKNOWN_INSTRUMENT or UNSUPPORTED_QUOTE refusal.
 */
export function readInstrument(value: unknown, field: string, instruments: InstrumentLookup): Instrument {
  if (typeof value !== 'string' || value.length > MAX_SYMBOL_LENGTH) throw notASymbol(value, field);
  const instrument = instruments.get(value);
  if (instrument === undefined) {
    if (!isVenueSymbol(value)) throw notASymbol(value, field);
    throw new NormalizeError('UNKNOWN_INSTRUMENT', `${field} is ${describeValue(value)}`);
  }
  if (instrument.quoteAsset !== 'USDT' && !DOLLAR_QUOTES.has(instrument.quoteAsset)) {
    throw new NormalizeError('UNSUPPORTED_QUOTE', `${value} is quoted in ${instrument.quoteAsset}`);
  }
  return instrument;
}

function notASymbol(value: unknown, field: string): NormalizeError {
  return new NormalizeError('MALFORMED', `${field} is ${describeValue(value)}, not a symbol`);
}
