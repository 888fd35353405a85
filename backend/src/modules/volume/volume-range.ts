import { bucketStartMs, fixedLengthMs, nextBucketStartMs, type Timeframe } from '@orderfox/domain';
import { ApiError } from '../../core/graphql-errors.js';

/** Buckets of a range for which nothing is said. */
export const DEFAULT_BUCKETS = 500;
/** The most buckets that one range may hold, those without an event included. */
export const MAX_BUCKETS = 5_000;

/** A stretch of time, epoch ms: from the bucket in which the first lies, up to and without the second. */
export interface VolumeRange {
  readonly fromMs: number;
  readonly toMs: number;
}

/**
 * The range that is asked for. Without an end it reaches one bucket beyond the present, for venues' clocks may be
 * ahead; without a beginning it holds the last DEFAULT_BUCKETS before its end.
 * Throws ApiError BAD_USER_INPUT and RANGE_TOO_WIDE.
 */
export function volumeRange(
  timeframe: Timeframe,
  { from, to }: { readonly from?: number | null | undefined; readonly to?: number | null | undefined },
  nowMs: number,
): VolumeRange {
  if (typeof from === 'number' && typeof to === 'number' && from > to) {
    throw new ApiError('BAD_USER_INPUT', 'from: must not be after to', { argument: 'from' });
  }
  const present = endOfPresent(timeframe, nowMs);
  const toMs = within(to ?? Math.max(from ?? present, present));
  const fromMs = within(from ?? earlier(timeframe, toMs, DEFAULT_BUCKETS));
  const buckets = bucketsBetween(timeframe, fromMs, toMs);
  if (buckets > MAX_BUCKETS) {
    throw new ApiError(
      'RANGE_TOO_WIDE',
      `${Math.round(buckets)} buckets of ${timeframe} lie between from and to, and at most ${MAX_BUCKETS} are answered at once; ask for a part of the time, or for a longer timeframe`,
      { buckets: Math.round(buckets), maxBuckets: MAX_BUCKETS },
    );
  }
  return { fromMs, toMs };
}

/** The newest DEFAULT_BUCKETS of a timeframe. */
export function newestRange(timeframe: Timeframe, nowMs: number): VolumeRange {
  return volumeRange(timeframe, {}, nowMs);
}

/** Times in which months can be counted, a bucket to either side; no event lies beyond. */
const EARLIEST_MS = Date.parse('1000-01-01T00:00:00Z');
const LATEST_MS = Date.parse('9998-01-01T00:00:00Z');

function within(ms: number): number {
  return Math.min(LATEST_MS, Math.max(EARLIEST_MS, ms));
}

function endOfPresent(timeframe: Timeframe, nowMs: number): number {
  return nextBucketStartMs(timeframe, nextBucketStartMs(timeframe, nowMs));
}

/** Start of the first of the `count` buckets before a time, that in which the time lies included. */
function earlier(timeframe: Timeframe, timeMs: number, count: number): number {
  const lengthMs = fixedLengthMs(timeframe);
  const startMs = nextBucketStartMs(timeframe, timeMs - 1);
  if (lengthMs !== undefined) return startMs - count * lengthMs;
  const start = new Date(startMs);
  return Date.UTC(start.getUTCFullYear(), start.getUTCMonth() - count);
}

/** How many buckets begin from the one in which the first time lies up to the second; one too many at the most. */
function bucketsBetween(timeframe: Timeframe, fromMs: number, toMs: number): number {
  const lengthMs = fixedLengthMs(timeframe);
  if (lengthMs !== undefined) return Math.ceil((toMs - bucketStartMs(timeframe, fromMs)) / lengthMs);
  const [from, to] = [new Date(fromMs), new Date(toMs)];
  return (to.getUTCFullYear() - from.getUTCFullYear()) * 12 + to.getUTCMonth() - from.getUTCMonth() + 1;
}
