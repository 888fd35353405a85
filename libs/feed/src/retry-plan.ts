import { Backoff } from './backoff.js';
import { type Clock, type Random } from './clock.js';
import { type ConnectionFailure } from './connection-failure.js';
import { LONGEST_WAIT_MS } from './http-refusal.js';

/** Binance's shortest ban; each further one is assumed to last twice as long. */
const SHORTEST_BAN_MS = 120_000;

/** When to try again. */
export interface NextTry {
  readonly delayMs: number;
  /** Epoch ms until which the venue wants to be left alone. */
  readonly untilMs?: number;
}

/**
 * Turns a failure into the time of the next try: first the wait that the venue asks for, then the backoff on top, so
 * that nobody knocks the very moment a ban ends. What one connection was told holds for the next one as well.
 */
export class RetryPlan {
  readonly #backoff: Backoff;
  #bans = 0;
  #closedUntilMs = -Infinity;

  constructor(
    private readonly clock: Clock,
    random: Random,
  ) {
    this.#backoff = new Backoff(random);
  }

  /** Counts a failure and tells when to try again. */
  after(failure: ConnectionFailure): NextTry {
    const askedMs = this.#askedWait(failure);
    const nowMs = this.clock.monotonicMs();
    if (askedMs !== undefined) this.#closedUntilMs = Math.max(this.#closedUntilMs, nowMs + askedMs);
    const closedForMs = Math.max(this.#closedUntilMs - nowMs, 0);
    const delayMs = closedForMs + this.#backoff.nextDelayMs(failure.backoffCapMs);
    const closed = failure.state === 'RATE_LIMITED' || failure.state === 'BANNED';
    return { delayMs, ...(closed && { untilMs: this.clock.nowMs() + closedForMs }) };
  }

  /** A wait as after a plain disconnect, for a replacement that is wanted suspiciously soon. */
  pauseMs(): number {
    return this.#backoff.nextDelayMs();
  }

  /** Tells for how many ms data flowed on a connection that has ended or was replaced. */
  noteHealthy(forMs: number): void {
    this.#backoff.noteHealthy(forMs);
    if (forMs > 0) this.#bans = 0;
  }

  #askedWait({ state, waitMs }: ConnectionFailure): number | undefined {
    if (state !== 'BANNED') return waitMs;
    const assumedMs = Math.min(SHORTEST_BAN_MS * 2 ** Math.min(this.#bans, 32), LONGEST_WAIT_MS);
    this.#bans += 1;
    return Math.max(waitMs ?? 0, assumedMs);
  }
}
