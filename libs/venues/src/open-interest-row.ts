import {
  MAX_DECIMAL_DIGITS,
  multiplyDecimals,
  parseDecimal,
  shiftDecimal,
  type DecimalString,
  type Instrument,
} from '@orderfox/domain';
import { NormalizeError } from './normalize-error.js';
import { type OpenInterestReading } from './venue-open-interest.js';
import { DOLLAR_QUOTES } from './venue-symbol.js';
import { readAmount, readTimeMs } from './wire-row.js';

const HALF = parseDecimal('0.5');

/** Open interest as a row has it; the amounts are checked already. */
export interface OpenInterestRow {
  readonly timeMs: unknown;
  /** In the contract's base asset, which may be a multiple of a coin; one-sided or not, see `isHalved`. */
  readonly size: DecimalString;
  /** In the quote currency. */
  readonly value?: DecimalString | undefined;
  /** Both amounts count both sides: they are to be halved. */
  readonly isHalved?: boolean;
}

/** Makes a reading of a row: one coin instead of thousands of them, one side instead of both. Throws a refusal. */
export function toOpenInterest(
  row: OpenInterestRow,
  instrument: Instrument,
  nowMs: number,
): OpenInterestReading {
  const { isHalved = false, size, value } = row;
  const side = (amount: DecimalString) => within(isHalved ? multiplyDecimals(amount, HALF) : amount);
  const openInterest = side(shiftDecimal(size, instrument.multiplierPower));
  const isUsd = value !== undefined && DOLLAR_QUOTES.has(instrument.quoteAsset);
  return {
    instrument,
    timestampMs: readTimeMs(row.timeMs, 'time', nowMs),
    openInterest,
    ...(isUsd && { openInterestUsd: side(value) }),
    isHalved,
  };
}

/** An amount that a row need not have: venues leave the field away or empty. Throws a BAD_NUMBER refusal. */
export function readIfSaid(value: unknown, field: string): DecimalString | undefined {
  return value === undefined || value === '' ? undefined : readAmount(value, field);
}

function within(amount: DecimalString): DecimalString {
  if (amount.length <= MAX_DECIMAL_DIGITS) return amount;
  throw new NormalizeError('BAD_NUMBER', `open interest ${amount.slice(0, 60)}`);
}
