import { type Clock } from '@orderfox/feed';

/** Venues count requests per address, so that one caller's refreshes are paid for by everybody. */
export const REFRESH_EVERY_MS = 30_000;

/** Lets one refresh by hand through per 30 s and process. */
export class RefreshLimit {
  #lastMs = Number.NEGATIVE_INFINITY;

  constructor(private readonly clock: Clock) {}

  /** Takes the turn and returns undefined, or returns the milliseconds until the next one. */
  take(): number | undefined {
    const nowMs = this.clock.monotonicMs();
    const waitMs = this.#lastMs + REFRESH_EVERY_MS - nowMs;
    if (waitMs > 0) return Math.ceil(waitMs);
    this.#lastMs = nowMs;
    return undefined;
  }
}
