import { type Instrument } from '@orderfox/domain';
import { VenueError, type Clock, type JsonFetch, type Timer } from '@orderfox/feed';
import { type BookUpdate } from '@orderfox/venues';
import { TokenBucket } from '../../core/clients/token-bucket.js';
import { type BookVenue } from './book-market.js';

/** Between two requests of one venue: many books that begin at the same time are not asked for at the same time. */
const PACE_MS = 1_000;
/**
 * Points of a venue's limit that whole books may use: so many at once and so many in a minute, together at most 700 of
 * the 2,400 that Binance gives an address. Candles may use 1,200 and past trades 400; the rest is left to the catalogue.
 */
const BURST_POINTS = 200;
const POINTS_PER_MINUTE = 500;

/** What turns are made of. */
export interface SnapshotTurnsParts {
  readonly venue: BookVenue;
  /** Shared with all who ask the venues, so that a ban of one holds for all. */
  readonly http: JsonFetch;
  readonly clock: Clock;
}

interface Waiting {
  readonly instrument: Instrument;
  readonly isWanted: () => boolean;
  readonly resolve: (snapshot: BookUpdate | undefined) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Asks one venue for whole books, one after the other, at a pace far below its limit. While the venue wants to be left
 * alone nobody is asked for, and everybody is told until when.
 */
export class SnapshotTurns {
  readonly #pace: TokenBucket;
  readonly #budget: TokenBucket;
  readonly #queue: Waiting[] = [];
  #timer: Timer | undefined;
  #refusal: VenueError | undefined;
  #requests = 0;
  #failed = 0;

  constructor(private readonly parts: SnapshotTurnsParts) {
    this.#pace = new TokenBucket(1, 1_000 / PACE_MS, parts.clock);
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

  /** Of those: which the venue did not answer, or not with a book. */
  get failed(): number {
    return this.#failed;
  }

  /**
   * The whole book of a contract, when it is its turn; undefined where it is not wanted any more then. Rejects with
   * VenueError; at once, and without a request, while the venue wants none.
   */
  fetch(instrument: Instrument, isWanted: () => boolean): Promise<BookUpdate | undefined> {
    return new Promise((resolve, reject) => {
      this.#queue.push({ instrument, isWanted, resolve, reject });
      this.#next();
    });
  }

  /** Ends it: what waits is not asked for. */
  stop(): void {
    this.#timer?.cancel();
    for (const { resolve } of this.#queue.splice(0)) resolve(undefined);
  }

  #next(): void {
    if (this.#timer !== undefined) return;
    for (let [first] = this.#queue; first !== undefined; [first] = this.#queue) {
      const refusal = this.#refusalNow();
      const points = this.parts.venue.books.snapshot?.points ?? 0;
      if (!first.isWanted()) {
        first.resolve(undefined);
      } else if (refusal !== undefined) {
        first.reject(refusal);
      } else {
        const waitMs = Math.max(this.#pace.msUntil(1), this.#budget.msUntil(points));
        if (waitMs > 0) {
          this.#timer = this.parts.clock.after(waitMs, () => {
            this.#timer = undefined;
            this.#next();
          });
          return;
        }
        this.#pace.take(1);
        this.#budget.take(points);
        void this.#ask(first);
      }
      this.#queue.shift();
    }
  }

  async #ask({ instrument, resolve, reject }: Waiting): Promise<void> {
    const { venue, http } = this.parts;
    this.#requests += 1;
    try {
      resolve(await venue.books.snapshot?.fetch(http, venue.roots, instrument));
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
