import { minuteOf } from './bar-piece.js';

/** The venue's clock is believed to differ by so much from ours. */
const MOST_SKEW_MS = 10_000;

/** By how much a venue's clock is ahead of ours: the trade that took the shortest way here in the last minutes tells it. */
export class ClockSkew {
  #minuteMs = 0;
  #nowMs = -Infinity;
  #beforeMs = -Infinity;

  /** Takes the venue's time of a trade and ours at which it came. */
  note(venueTimeMs: number, receivedTimeMs: number): void {
    const skewMs = venueTimeMs - receivedTimeMs;
    const minuteMs = minuteOf(receivedTimeMs);
    if (minuteMs !== this.#minuteMs) {
      this.#minuteMs = minuteMs;
      this.#beforeMs = this.#nowMs;
      this.#nowMs = -Infinity;
    }
    if (skewMs > this.#nowMs) this.#nowMs = skewMs;
  }

  /** In ms, the time that a trade takes at least included; 0 before the first. */
  get ms(): number {
    const ms = Math.max(this.#nowMs, this.#beforeMs);
    return ms === -Infinity ? 0 : Math.max(-MOST_SKEW_MS, Math.min(MOST_SKEW_MS, ms));
  }
}
