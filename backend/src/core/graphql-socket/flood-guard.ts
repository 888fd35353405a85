import { type Clock } from '@orderfox/feed';
import { type TokenBucket } from '../clients/token-bucket.js';

/** What to do with a message: handle it, refuse it with a word of warning, or end its socket. */
export type FloodVerdict = 'handle' | 'warn' | 'end';

/** Who was warned and sent no more than allowed for so long is warned again before it is cut off. In ms. */
export const FLOOD_FORGOTTEN_MS = 60_000;

/** Watches how many messages one socket sends. A socket that lives for days may stumble more than once. */
export class FloodGuard {
  #warnedMs = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly bucket: TokenBucket,
    private readonly clock: Pick<Clock, 'monotonicMs'>,
  ) {}

  /** Counts a message. */
  judge(): FloodVerdict {
    if (this.bucket.take()) return 'handle';
    const nowMs = this.clock.monotonicMs();
    if (nowMs - this.#warnedMs < FLOOD_FORGOTTEN_MS) return 'end';
    this.#warnedMs = nowMs;
    return 'warn';
  }
}
