import { type Reading } from './reading.js';

/** Venues' clocks are ahead of ours by less than this. */
const AHEAD_MS = 5 * 60_000;
/** Years before there was anything to ask for. */
const FIRST_MS = Date.parse('2017-01-01T00:00:00Z');

/** Why the time of a reading cannot be true; undefined where it can. */
export function problemOfTime({ timestampMs }: Reading, nowMs: number): string | undefined {
  if (!Number.isSafeInteger(timestampMs)) return 'its time is no whole number of milliseconds';
  if (timestampMs > nowMs + AHEAD_MS) return `its time lies ${minutes(timestampMs - nowMs)} ahead of ours`;
  return timestampMs < FIRST_MS ? 'its time lies before 2017' : undefined;
}

function minutes(ms: number): string {
  return `${Math.round(ms / 60_000)} minutes`;
}
