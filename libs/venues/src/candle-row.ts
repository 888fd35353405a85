import {
  bucketStartMs,
  compareDecimals,
  nextBucketStartMs,
  shiftDecimal,
  type Candle,
  type DecimalString,
} from '@orderfox/domain';
import { VenueError } from '@orderfox/feed';
import { describeValue, NormalizeError } from './normalize-error.js';
import {
  type CandleRequest,
  type NormalisedCandles,
  type LiveCandle,
  type WantedCandles,
} from './venue-candles.js';
import { readAmount, readPositive, readTimeMs } from './wire-row.js';

/** A venue's clock may be behind ours: only this long after its end is a bucket closed for that reason alone. */
const SETTLED_AFTER_MS = 10_000;

/** A row of candles in the venue's own units, nothing checked. */
export interface CandleRow {
  readonly startMs: unknown;
  readonly open: unknown;
  readonly high: unknown;
  readonly low: unknown;
  readonly close: unknown;
  /** In the contract's base asset, which may be a multiple of a coin. */
  readonly size: unknown;
  /** In the quote currency. */
  readonly turnover: unknown;
  readonly count?: unknown;
  /** What the venue itself says; absent where it does not. */
  readonly closed?: boolean;
}

/**
 * Makes a candle of a row: prices per coin and volume in coins, exact. Throws a refusal for a row that cannot be one, and
 * for one whose bucket does not begin where ours do.
 */
export function toCandle(row: CandleRow, { instrument, timeframe }: WantedCandles, nowMs: number): Candle {
  const startMs = readTimeMs(row.startMs, 'start', nowMs);
  if (bucketStartMs(timeframe, startMs) !== startMs) {
    throw new NormalizeError('BAD_TIME', `${startMs} is no start of a bucket of ${timeframe}`);
  }
  const { multiplierPower: power, venue, symbol } = instrument;
  const open = shiftDecimal(readPositive(row.open, 'open'), -power);
  const high = shiftDecimal(readPositive(row.high, 'high'), -power);
  const low = shiftDecimal(readPositive(row.low, 'low'), -power);
  const close = shiftDecimal(readPositive(row.close, 'close'), -power);
  requireWithin(open, low, high);
  requireWithin(close, low, high);
  const volumeUsd = readAmount(row.turnover, 'turnover');
  const candle: { -readonly [K in keyof Candle]: Candle[K] } = {
    venue,
    symbol,
    timeframe,
    startMs,
    open,
    high,
    low,
    close,
    volume: shiftDecimal(readAmount(row.size, 'size'), power),
    volumeUsd,
    isClosed: row.closed ?? nowMs >= nextBucketStartMs(timeframe, startMs) + SETTLED_AFTER_MS,
  };
  if (row.count !== undefined) candle.count = readCount(row.count);
  return candle;
}

function requireWithin(price: DecimalString, low: DecimalString, high: DecimalString): void {
  if (compareDecimals(price, high) <= 0 && compareDecimals(price, low) >= 0) return;
  throw new NormalizeError('BAD_NUMBER', `${price} lies outside ${low} and ${high}`);
}

function readCount(value: unknown): number {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value;
  throw new NormalizeError('BAD_NUMBER', `count is ${describeValue(value)}`);
}

/**
 * The candles of an answer, ascending and within the request. All but the last are closed: the venue has gone on to the
 * next. Throws VenueError (`UNREADABLE`).
 */
export function readCandles(
  rows: readonly unknown[],
  what: string,
  request: CandleRequest,
  read: (row: unknown) => CandleRow,
): readonly Candle[] {
  const byStart = new Map<number, Candle>();
  for (const row of rows) {
    const candle = readRow(row, what, request, read);
    byStart.set(candle.startMs, candle);
  }
  const ascending = [...byStart.values()].sort((a, b) => a.startMs - b.startMs);
  return ascending
    .map((candle, at) => (at < ascending.length - 1 ? { ...candle, isClosed: true } : candle))
    .filter(({ startMs }) => startMs >= request.fromMs && startMs < request.toMs);
}

function readRow(
  row: unknown,
  what: string,
  request: CandleRequest,
  read: (row: unknown) => CandleRow,
): Candle {
  try {
    return toCandle(read(row), request, request.nowMs);
  } catch (error) {
    if (!(error instanceof NormalizeError)) throw error;
    throw new VenueError('UNREADABLE', `${what}: ${error.message}`);
  }
}

/** The candles of a live frame's rows. Never throws. */
export function readLiveCandles(
  topic: string,
  rows: readonly unknown[],
  wanted: WantedCandles,
  receivedTimeMs: number,
  read: (row: unknown) => CandleRow,
): NormalisedCandles {
  const candles: LiveCandle[] = [];
  const problems: string[] = [];
  for (const row of rows) {
    try {
      candles.push({ topic, candle: toCandle(read(row), wanted, receivedTimeMs) });
    } catch (error) {
      problems.push(error instanceof NormalizeError ? error.message : String(error));
    }
  }
  return { candles, problems };
}

/** A frame of a topic that nobody wants any more, or never did: it came before the venue had unsubscribed it. */
export const NO_CANDLES: NormalisedCandles = { candles: [], problems: [] };

/** A row that is a list of values, as REST interfaces send them. Throws a MALFORMED refusal. */
export function readList(row: unknown, length: number): readonly unknown[] {
  if (Array.isArray(row) && row.length >= length) return row;
  throw new NormalizeError('MALFORMED', `a row is ${describeValue(row)}`);
}
