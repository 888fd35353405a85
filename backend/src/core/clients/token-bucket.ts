import { type Clock } from '@orderfox/feed';

/** Rounding of doubles must not make somebody wait who has waited as long as was asked. */
const TOLERANCE_MS = 0.001;

/**
 * Lets `capacity` tokens be taken at once and `refillPerSecond` in the long run. It keeps one number, the time at which
 * it will be full again, so it costs nothing while nobody asks and needs no timer.
 */
export class TokenBucket {
  readonly #msPerToken: number;
  #fullAtMs = Number.NEGATIVE_INFINITY;

  constructor(
    readonly capacity: number,
    refillPerSecond: number,
    private readonly clock: Pick<Clock, 'monotonicMs'>,
  ) {
    this.#msPerToken = 1_000 / refillPerSecond;
  }

  /** Takes the tokens and gives true, or takes none. More than it can hold costs all that it can hold. */
  take(tokens = 1): boolean {
    const nowMs = this.clock.monotonicMs();
    const fullAtMs = this.#fullAfter(tokens, nowMs);
    if (fullAtMs - nowMs > this.capacity * this.#msPerToken + TOLERANCE_MS) return false;
    this.#fullAtMs = fullAtMs;
    return true;
  }

  /** Milliseconds after which `take` of as many succeeds if nobody else takes any; 0 if it does now. */
  msUntil(tokens = 1): number {
    const nowMs = this.clock.monotonicMs();
    const waitMs = this.#fullAfter(tokens, nowMs) - nowMs - this.capacity * this.#msPerToken;
    return waitMs <= TOLERANCE_MS ? 0 : Math.ceil(waitMs);
  }

  /** Whole tokens that are there now. */
  get level(): number {
    return Math.floor(this.capacity - (this.msUntilFull - TOLERANCE_MS) / this.#msPerToken);
  }

  /** Milliseconds until it is full; 0 if it is. A full one is as good as a new one. */
  get msUntilFull(): number {
    return Math.max(0, this.#fullAtMs - this.clock.monotonicMs());
  }

  #fullAfter(tokens: number, nowMs: number): number {
    return Math.max(nowMs, this.#fullAtMs) + Math.min(tokens, this.capacity) * this.#msPerToken;
  }
}
