import { type Random } from './timers.js';

const FIRST_MS = 1_000;
const LONGEST_MS = 30_000;

/**
 * How long to wait before the next attempt: anything between nothing and a ceiling that doubles from one second to
 * thirty ("full jitter"), so that thousands of clients of a restarted server spread over a second at least.
 */
export class Backoff {
  #failures = 0;

  /** @param longestMs where the ceiling stops to double */
  constructor(
    private readonly random: Random,
    private readonly longestMs = LONGEST_MS,
  ) {}

  /** Attempts since the last success. */
  get failures(): number {
    return this.#failures;
  }

  /** Milliseconds to wait now; each call raises the ceiling of the next one. */
  nextDelayMs(): number {
    const ceiling = Math.min(this.longestMs, FIRST_MS * 2 ** this.#failures);
    this.#failures += 1;
    return Math.floor(this.random() * ceiling);
  }

  /** Starts again from the shortest wait. */
  reset(): void {
    this.#failures = 0;
  }
}
