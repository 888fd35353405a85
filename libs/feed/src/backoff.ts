import { type Random } from './clock.js';

const BASE_MS = 1_000;
const CAP_MS = 60_000;

/** How long data must have flowed before an earlier run of failures is forgotten. */
export const HEALTHY_AFTER_MS = 60_000;

/**
 * How long to wait before the next try: exponential with full jitter. The n-th wait is anything from 0 to
 * min(cap, 1 s x 2^(n-1)), so the first retry comes within a second and a thousand clients do not come back at once.
 *
 * Only 60 s of flowing data start the count anew. A connection that opens and closes at once therefore backs off like
 * one that never opened; resetting on `open` is how reconnect storms and address bans come about.
 */
export class Backoff {
  #failures = 0;

  constructor(private readonly random: Random) {}

  /** Counts a failure and returns the wait in ms. `capMs` is the longest wait for this kind of failure. */
  nextDelayMs(capMs: number = CAP_MS): number {
    const ceilingMs = Math.min(capMs, BASE_MS * 2 ** this.#failures);
    // Beyond any cap the exponent need not grow: 2^1024 would be Infinity and 0 x Infinity is not a number.
    if (this.#failures < 32) this.#failures += 1;
    return this.random() * ceilingMs;
  }

  /** Tells for how long data flowed on a connection that has ended or was replaced. */
  noteHealthy(forMs: number): void {
    if (forMs >= HEALTHY_AFTER_MS) this.#failures = 0;
  }
}
