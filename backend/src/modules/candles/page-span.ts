import { bucketOriginMs, fixedLengthMs, nextBucketStartMs, type Timeframe } from '@orderfox/domain';

/** Months in a page: five years. */
const MONTH_YEARS = 5;

/** A stretch of time that is read and kept as one: [startMs, endMs). */
export interface PageSpan {
  readonly startMs: number;
  readonly endMs: number;
}

/** The page that holds a time, of at most `rows` buckets (sixty for months). Pages of one timeframe do not overlap. */
export function pageAt(timeframe: Timeframe, timeMs: number, rows: number): PageSpan {
  const lengthMs = fixedLengthMs(timeframe);
  if (lengthMs === undefined) {
    const year = Math.floor(new Date(timeMs).getUTCFullYear() / MONTH_YEARS) * MONTH_YEARS;
    return { startMs: Date.UTC(year, 0), endMs: Date.UTC(year + MONTH_YEARS, 0) };
  }
  const originMs = bucketOriginMs(timeframe);
  const spanMs = lengthMs * rows;
  const startMs = Math.floor((timeMs - originMs) / spanMs) * spanMs + originMs;
  return { startMs, endMs: startMs + spanMs };
}

/** Buckets that start in [fromMs, toMs); both are starts. At most `most + 1` are counted. */
export function bucketsBetween(timeframe: Timeframe, fromMs: number, toMs: number, most: number): number {
  const lengthMs = fixedLengthMs(timeframe);
  if (lengthMs !== undefined) return Math.max(0, Math.min(Math.ceil((toMs - fromMs) / lengthMs), most + 1));
  let count = 0;
  for (let at = fromMs; at < toMs && count <= most; at = nextBucketStartMs(timeframe, at)) count += 1;
  return count;
}
