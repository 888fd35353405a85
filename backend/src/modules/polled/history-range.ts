import { ApiError } from '../../core/graphql-errors.js';

/** Hours of history for whom nothing is said. */
export const DEFAULT_HOURS = 24;
/** Points of one contract that an answer holds at most. */
export const MAX_POINTS = 288;

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** Points are no nearer to each other than one of these, shortest first. */
const STEPS_MS = [1, 5, 15, 60, 240, 1_440].map((minutes) => minutes * MINUTE_MS);

/** A stretch of history, epoch ms, `toMs` not included, and how far apart its points are. */
export interface HistoryRange {
  readonly fromMs: number;
  readonly toMs: number;
  /** The last point of every stretch of this length is given. */
  readonly stepMs: number;
}

/** The last so many hours, in steps that make at most MAX_POINTS of them. Throws ApiError BAD_USER_INPUT. */
export function historyRange(
  hours: number | null | undefined,
  nowMs: number,
  retentionDays: number,
): HistoryRange {
  const maxHours = retentionDays * 24;
  const wanted = hours ?? Math.min(DEFAULT_HOURS, maxHours);
  if (wanted < 1 || wanted > maxHours) {
    throw new ApiError('BAD_USER_INPUT', `hours: must be 1 to ${maxHours}`, { argument: 'hours', maxHours });
  }
  const lengthMs = wanted * HOUR_MS;
  const stepMs = STEPS_MS.find((step) => lengthMs / step <= MAX_POINTS) ?? lengthMs / MAX_POINTS;
  // A venue's clock may be a little ahead of ours.
  return { fromMs: nowMs - lengthMs, toMs: nowMs + 5 * MINUTE_MS, stepMs };
}

/** Whether there is a hole before a point: more is missing than one step, and more than venues leave out. */
export function isAfterGap(beforeMs: number | undefined, timestampMs: number, stepMs: number): boolean {
  return beforeMs !== undefined && timestampMs - beforeMs > Math.max(2 * stepMs, 10 * MINUTE_MS);
}
