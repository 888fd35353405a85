import { ApiError } from '../../core/graphql-errors.js';
import { rangePoints } from '../../core/graphql/range-points.js';
import { SAMPLE_EVERY_MS } from './book-top-sampler.js';

/** Seconds of an answer for which nothing is said. */
export const DEFAULT_TOPS = 500;
/** The most seconds between both ends of a range. */
export const MAX_TOPS = 5_000;
/** Points for the rows of a range beyond those that the list is reckoned with. */
export const topPoints = rangePoints({
  listSize: DEFAULT_TOPS,
  maxRows: MAX_TOPS,
  between: (fromMs, toMs) => (toMs - fromMs) / SAMPLE_EVERY_MS,
});
/** No row lies beyond, and Postgres has dates up to here. */
const LATEST_MS = Date.parse('9998-01-01T00:00:00Z');

/** Seconds that begin from the first time up to and without the second, epoch ms. */
export interface TopRange {
  readonly fromMs: number;
  readonly toMs: number;
}

/**
 * The range that is asked for: up to the present where no end is said, and 500 seconds before the end where no beginning is.
 * Throws ApiError BAD_USER_INPUT and RANGE_TOO_WIDE.
 */
export function topRange(
  { from, to }: { readonly from?: number | null | undefined; readonly to?: number | null | undefined },
  nowMs: number,
): TopRange {
  const toMs = within(to ?? Math.max(from ?? 0, nowMs + SAMPLE_EVERY_MS));
  const fromMs = within(from ?? toMs - DEFAULT_TOPS * SAMPLE_EVERY_MS);
  if (fromMs > toMs) {
    throw new ApiError('BAD_USER_INPUT', 'from: must not be after to', { argument: 'from' });
  }
  const seconds = Math.ceil((toMs - fromMs) / SAMPLE_EVERY_MS);
  if (seconds > MAX_TOPS) {
    throw new ApiError(
      'RANGE_TOO_WIDE',
      `from: ${seconds} seconds lie between from and to, and at most ${MAX_TOPS} are answered at once; ask for a part of the time`,
      { argument: 'from', seconds, maxSeconds: MAX_TOPS },
    );
  }
  return { fromMs, toMs };
}

function within(ms: number): number {
  return Math.min(LATEST_MS, Math.max(0, ms));
}
