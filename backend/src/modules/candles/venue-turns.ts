import { Turnstile } from '@orderfox/fanout';
import { VenueError, type Clock } from '@orderfox/feed';
import { TokenBucket } from '../../core/clients/token-bucket.js';
import { type CandleVenue } from './candle-market.js';

/** How long a request waits for its place in a venue's budget; longer, and another venue is the better choice. */
const PATIENCE_MS = 3_000;
/**
 * Requests to a venue that are under way at once: few, because all venues share what the process has under way, and one
 * that does not answer must not take the places of the others.
 */
const AT_ONCE = 3;
const LIVE_AT_ONCE = 1;
/** The part of a budget that is kept for live streams: they have no other venue, and many wait for each. */
const KEPT_FOR_LIVE = 0.25;
/** More of it they do not get: who opens streams again and again shall not keep others from history. */
const MOST_FOR_LIVE = 0.5;

/** Who reads history. */
export interface Asker {
  /** Parties take turns, whatever the number of their requests. */
  readonly party: string;
  /** Aborted when nobody waits for the answer any more; its reason is then what asking fails with. */
  readonly signal?: AbortSignal;
  /** There is another venue to ask: what cannot be had of this one in time is not begun. */
  readonly hasChoice?: boolean;
}

/** A request that was not made because the budget for it was spent: the venue itself said nothing. */
export class WithheldError extends VenueError {}

/** Who may ask a venue when, so that all together stay within its budget and nobody takes it from the others. */
export class VenueTurns {
  readonly #all: TokenBucket;
  readonly #forLive: TokenBucket;
  readonly #keptForLive: number;
  readonly #history = new Turnstile(AT_ONCE);
  readonly #live = new Turnstile(LIVE_AT_ONCE);
  #withheld = 0;
  /** Requests whose turn it is, but for which there are no points yet. */
  #pausing = 0;

  constructor(
    private readonly venue: Pick<CandleVenue, 'name' | 'candles'>,
    private readonly clock: Clock,
  ) {
    const { points, perMs } = venue.candles.budget;
    const bucketOf = (part: number) => new TokenBucket(points * part, (points * part * 1_000) / perMs, clock);
    this.#all = bucketOf(1);
    this.#forLive = bucketOf(MOST_FOR_LIVE);
    this.#keptForLive = Math.floor(points * KEPT_FOR_LIVE);
  }

  /** Requests that were not made because the budget was spent. */
  get withheld(): number {
    return this.#withheld;
  }

  /** Requests that wait for their turn or for the budget. */
  get waiting(): number {
    return this.#history.waiting + this.#live.waiting + this.#pausing;
  }

  /**
   * Makes a request that costs so many points when it is its turn; without an asker it is one of a live stream. Rejects
   * with WithheldError where the budget does not allow it in time, with the reason of the asker's signal once that is
   * aborted, and as the request does.
   */
  async ask<R>(cost: number, request: () => Promise<R>, asker?: Asker): Promise<R> {
    const endMs = this.clock.monotonicMs() + PATIENCE_MS;
    const turns = asker === undefined ? this.#live : this.#history;
    return turns.pass(async () => {
      await this.#spend(cost, endMs, asker);
      return request();
    }, asker?.party);
  }

  /** Throws WithheldError where requests of so many points, one by one, would take longer than anybody should wait. */
  check(points: number): void {
    const { budget } = this.venue.candles;
    const missing = points + this.#keptForLive - budget.points;
    const waitMs = missing * (budget.perMs / budget.points) + this.#all.msUntilFull;
    if (points > 0 && waitMs > PATIENCE_MS) this.#withhold(waitMs);
  }

  #withhold(waitMs: number): never {
    this.#withheld += 1;
    const problem = `${this.venue.name} was asked for as many candles as its limit allows`;
    throw new WithheldError('RATE_LIMITED', problem, this.clock.nowMs() + waitMs);
  }

  async #spend(cost: number, endMs: number, asker: Asker | undefined): Promise<void> {
    for (;;) {
      asker?.signal?.throwIfAborted();
      const waitMs =
        asker === undefined
          ? Math.max(this.#all.msUntil(cost), this.#forLive.msUntil(cost))
          : this.#all.msUntil(cost + this.#keptForLive);
      if (waitMs === 0) break;
      if (this.clock.monotonicMs() + waitMs > endMs) this.#withhold(waitMs);
      this.#pausing += 1;
      await this.#pause(waitMs, asker?.signal);
      this.#pausing -= 1;
    }
    this.#all.take(cost);
    if (asker === undefined) this.#forLive.take(cost);
  }

  #pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve) => {
      const over = () => {
        timer.cancel();
        signal?.removeEventListener('abort', over);
        resolve();
      };
      const timer = this.clock.after(ms, over);
      signal?.addEventListener('abort', over);
    });
  }
}
