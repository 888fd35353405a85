import { type Instrument, type Trade } from '@orderfox/domain';
import { VenueError, type Clock, type JsonFetch, type Timer } from '@orderfox/feed';
import { type TradeRequest } from '@orderfox/venues';
import { TokenBucket } from '../../core/clients/token-bucket.js';
import { type TradeVenue } from './trade-market.js';

/**
 * Points of a venue's limit that past trades may use: so many at once and so many in a minute, together at most 400 of the
 * 2,400 that Binance gives an address. Candles may use 1,200 and order books 700; the rest is left to the catalogue.
 */
const BURST_POINTS = 200;
const POINTS_PER_MINUTE = 200;

/** What turns are made of. */
export interface TradeTurnsParts {
  readonly venue: TradeVenue;
  /** A contract as the newest catalogue has it. */
  readonly instrumentNow: (instrument: Instrument) => Instrument;
  /** Shared with all who ask the venues, so that a ban of one holds for all. */
  readonly http: JsonFetch;
  readonly clock: Clock;
}

/** What is wanted of a venue, and how much it matters. */
export type TradeWish = Omit<TradeRequest, 'nowMs'> & {
  /** Trades that were missed, and not only those from before anybody listened. */
  readonly isMissed: boolean;
};

interface Waiting {
  readonly wish: TradeWish;
  readonly isWanted: () => boolean;
  readonly resolve: (trades: readonly Trade[] | undefined) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Asks one venue for past trades within a part of its limit: what was missed first, and what came before anybody listened
 * only while enough is left for that. While the venue wants to be left alone nobody is asked for.
 */
export class TradeTurns {
  readonly #budget: TokenBucket;
  readonly #queue: Waiting[] = [];
  #timer: Timer | undefined;
  #refusal: VenueError | undefined;
  #requests = 0;
  #failed = 0;

  constructor(private readonly parts: TradeTurnsParts) {
    this.#budget = new TokenBucket(BURST_POINTS, POINTS_PER_MINUTE / 60, parts.clock);
  }

  /** Requests that wait for their turn. */
  get waiting(): number {
    return this.#queue.length;
  }

  /** Requests that were made. */
  get requests(): number {
    return this.#requests;
  }

  /** Of those: which the venue did not answer, or not with trades. */
  get failed(): number {
    return this.#failed;
  }

  /**
   * Past trades of a contract, when it is their turn; undefined where they are not wanted any more then, or where those from
   * before anybody listened would take what is kept for missed ones. Rejects with VenueError; at once, and without a
   * request, while the venue wants none.
   */
  list(wish: TradeWish, isWanted: () => boolean): Promise<readonly Trade[] | undefined> {
    return new Promise((resolve, reject) => {
      this.#queue.push({ wish, isWanted, resolve, reject });
      this.#next();
    });
  }

  /** Ends it: what waits is not asked for. */
  stop(): void {
    this.#timer?.cancel();
    for (const { resolve } of this.#queue.splice(0)) resolve(undefined);
  }

  #next(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    const points = this.parts.venue.trades.history?.points ?? 0;
    for (let [first] = this.#queue; first !== undefined; [first] = this.#queue) {
      const refusal = this.#refusalNow();
      const isLeft = first.wish.isMissed || this.#budget.level >= BURST_POINTS / 2;
      if (!first.isWanted() || !isLeft) {
        first.resolve(undefined);
      } else if (refusal !== undefined) {
        first.reject(refusal);
      } else if (this.#budget.take(points)) {
        void this.#ask(first);
      } else {
        this.#timer = this.parts.clock.after(this.#budget.msUntil(points), () => this.#next());
        return;
      }
      this.#queue.shift();
    }
  }

  async #ask({ wish: { instrument, fromId, rows }, resolve, reject }: Waiting): Promise<void> {
    const { venue, instrumentNow, http, clock } = this.parts;
    const request = { instrument: instrumentNow(instrument), fromId, rows, nowMs: clock.nowMs() };
    this.#requests += 1;
    try {
      resolve(await venue.trades.history?.list(http, venue.roots, request));
    } catch (error) {
      this.#failed += 1;
      if (error instanceof VenueError && error.untilMs !== undefined) this.#refusal = error;
      reject(error);
    }
  }

  /** Why the venue is not to be asked now. */
  #refusalNow(): VenueError | undefined {
    if (this.parts.clock.nowMs() >= (this.#refusal?.untilMs ?? 0)) this.#refusal = undefined;
    return this.#refusal;
  }
}
