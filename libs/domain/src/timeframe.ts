import { InvalidTimeframeError } from './errors.js';

/** The length of a bucket in canonical text: `1m`, `15m`, `4h`, `1d`, `1w` (ISO week), `1M` (calendar month). */
export type Timeframe = string & { readonly __timeframe: unique symbol };

/** Rollups that are kept in the store; every other timeframe is made of the coarsest of them that fits. */
export type BaseTimeframe = '1m' | '1h' | '1d';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const WEEK_MS = 7 * DAY_MS;
/** 1970-01-05 was the first Monday. */
const FIRST_MONDAY_MS = 4 * DAY_MS;
/** The longest bucket of a fixed length. */
const LONGEST_MS = 366 * DAY_MS;

const UNITS = { m: MINUTE_MS, h: HOUR_MS, d: DAY_MS } as const;
const PATTERN = /^([1-9]\d{0,4})([mhd])$/;

/** Timeframes that the page offers, shortest first. */
export const COMMON_TIMEFRAMES: readonly Timeframe[] = [
  '1m',
  '5m',
  '15m',
  '30m',
  '1h',
  '4h',
  '1d',
  '1w',
  '1M',
].map(parseTimeframe);

/**
 * Reads `<n>m`, `<n>h`, `<n>d`, `1w` or `1M`. Equal lengths get one text: `60m` is `1h`, `24h` is `1d`; `7d` is not `1w`,
 * for its buckets begin where the epoch began and not on Mondays. Throws InvalidTimeframeError.
 */
export function parseTimeframe(text: string): Timeframe {
  if (text === '1w' || text === '1M') return text as Timeframe;
  const match = PATTERN.exec(text);
  if (match === null) throw new InvalidTimeframeError(text);
  const [, count, unit] = match;
  const lengthMs = Number(count) * UNITS[unit as keyof typeof UNITS];
  if (lengthMs > LONGEST_MS) throw new InvalidTimeframeError(text);
  if (lengthMs % DAY_MS === 0) return `${lengthMs / DAY_MS}d` as Timeframe;
  if (lengthMs % HOUR_MS === 0) return `${lengthMs / HOUR_MS}h` as Timeframe;
  return `${lengthMs / MINUTE_MS}m` as Timeframe;
}

/** Length in milliseconds; undefined for months, which differ. */
export function fixedLengthMs(timeframe: Timeframe): number | undefined {
  if (timeframe === '1M') return undefined;
  if (timeframe === '1w') return WEEK_MS;
  return Number(timeframe.slice(0, -1)) * UNITS[timeframe.slice(-1) as keyof typeof UNITS];
}

/** Start of the bucket in which a time lies, epoch milliseconds, UTC. */
export function bucketStartMs(timeframe: Timeframe, timeMs: number): number {
  const lengthMs = fixedLengthMs(timeframe);
  if (lengthMs === undefined) {
    const time = new Date(timeMs);
    return Date.UTC(time.getUTCFullYear(), time.getUTCMonth());
  }
  const originMs = bucketOriginMs(timeframe);
  return Math.floor((timeMs - originMs) / lengthMs) * lengthMs + originMs;
}

/** Start of the bucket after the one in which a time lies. */
export function nextBucketStartMs(timeframe: Timeframe, timeMs: number): number {
  const startMs = bucketStartMs(timeframe, timeMs);
  const lengthMs = fixedLengthMs(timeframe);
  if (lengthMs !== undefined) return startMs + lengthMs;
  const start = new Date(startMs);
  return Date.UTC(start.getUTCFullYear(), start.getUTCMonth() + 1);
}

/** A start that buckets of this fixed length are counted from. */
export function bucketOriginMs(timeframe: Timeframe): number {
  return timeframe === '1w' ? FIRST_MONDAY_MS : 0;
}

/** The rollup that buckets of this timeframe are sums of: the coarsest whose borders theirs lie on. */
export function baseTimeframe(timeframe: Timeframe): BaseTimeframe {
  const lengthMs = fixedLengthMs(timeframe) ?? DAY_MS;
  if (lengthMs % DAY_MS === 0) return '1d';
  return lengthMs % HOUR_MS === 0 ? '1h' : '1m';
}
