import { VenueError, type Random } from '@orderfox/feed';

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;

/** How long a catalogue counts as fresh. */
export const CATALOGUE_TTL_MS = 5 * MINUTE_MS;

/** What is waited after a refusal that names no end: the pauses that the venues document for each. */
const PAUSE_MS = { RATE_LIMITED: MINUTE_MS, BANNED: 2 * MINUTE_MS, GEO_BLOCKED: 30 * MINUTE_MS } as const;

/** Backoff for plain failures: doubling from one second to this. */
const LONGEST_BACKOFF_MS = MINUTE_MS;

/** When a venue may be asked again after a failure, and whether asking sooner is forbidden rather than useless. */
export interface RetryPlan {
  readonly atMs: number;
  /** True where the venue asked to be left alone: not even a refresh by hand asks it sooner. */
  readonly binding: boolean;
}

/**
 * Plans the next request after the `failures`-th failure in a row (1 = the first). A plain failure waits a random
 * time up to 1, 2, 4 ... 60 s, at least half of it, so that venues do not see a herd; a ban waits until its end.
 */
export function planRetry(error: unknown, failures: number, nowMs: number, random: Random): RetryPlan {
  if (error instanceof VenueError && isPause(error.failure)) {
    return { atMs: Math.max(error.untilMs ?? nowMs + PAUSE_MS[error.failure], nowMs), binding: true };
  }
  const ceilingMs = Math.min(SECOND_MS * 2 ** Math.min(failures - 1, 16), LONGEST_BACKOFF_MS);
  return { atMs: nowMs + Math.ceil(ceilingMs * (0.5 + random() / 2)), binding: false };
}

function isPause(failure: VenueError['failure']): failure is keyof typeof PAUSE_MS {
  return failure in PAUSE_MS;
}
