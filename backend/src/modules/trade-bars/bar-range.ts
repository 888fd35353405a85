import { bucketStartMs, nextBucketStartMs, parseTimeframe, type Timeframe } from '@orderfox/domain';
import { ApiError } from '../../core/graphql-errors.js';
import { volumeRange } from '../volume/volume-range.js';
import { DAY_MS } from './bar-piece.js';
import { type BarRange } from './bar-reader.js';

/** What a client says of a range. */
export interface GivenRange {
  readonly from?: number | null | undefined;
  readonly to?: number | null | undefined;
}

/** Of the bars beside the gaps as little as can be is read. */
const DAY = parseTimeframe('1d');
const MOST_GAP_DAYS = 31;
/** Gaps of an answer for which nothing is said. */
export const DEFAULT_GAPS = 500;
/** The most gaps of one answer. */
export const MAX_GAPS = 1_000;

/** Whole buckets of a range. Throws ApiError BAD_USER_INPUT and RANGE_TOO_WIDE, as for liquidation volume. */
export function barRange(timeframe: Timeframe, given: GivenRange, nowMs: number): BarRange {
  const { fromMs, toMs } = volumeRange(timeframe, given, nowMs);
  return {
    timeframe,
    fromMs: bucketStartMs(timeframe, fromMs),
    toMs: nextBucketStartMs(timeframe, toMs - 1),
  };
}

/** The range of a question for gaps. Throws ApiError BAD_USER_INPUT and RANGE_TOO_WIDE. */
export function gapRange({ from, to }: GivenRange, nowMs: number): BarRange {
  const toMs = to ?? nowMs;
  const fromMs = from ?? toMs - DAY_MS;
  if (fromMs > toMs) {
    throw new ApiError('BAD_USER_INPUT', 'from: must not be after to', { argument: 'from' });
  }
  if (toMs - fromMs > MOST_GAP_DAYS * DAY_MS) {
    throw new ApiError(
      'RANGE_TOO_WIDE',
      `from: at most ${MOST_GAP_DAYS} days are answered at once; ask for a part of the time`,
      { argument: 'from', maxDays: MOST_GAP_DAYS },
    );
  }
  return { timeframe: DAY, fromMs, toMs };
}

/** How many gaps are wanted. Throws ApiError BAD_USER_INPUT. */
export function gapCount(first: number | null | undefined): number {
  const count = first ?? DEFAULT_GAPS;
  if (count >= 1 && count <= MAX_GAPS) return count;
  throw new ApiError('BAD_USER_INPUT', `first: must be 1 to ${MAX_GAPS}`, { argument: 'first' });
}
