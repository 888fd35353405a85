import { VenueError, type Clock } from '@orderfox/feed';
import { RESYNC_EVERY_MS, type BookUpdate } from '@orderfox/venues';
import { type BookMarket } from './book-market.js';
import { type SnapshotTurns } from './snapshot-turns.js';

/** A whole book that could not be fetched is asked for again after some seconds, doubling up to this. */
const LONGEST_RETRY_MS = 60_000;

/** What whole books are fetched with. */
export interface WholeBookFetchParts {
  readonly market: BookMarket;
  readonly turns: Pick<SnapshotTurns, 'fetch'>;
  readonly clock: Clock;
  /** Asked when it is its turn. */
  readonly isWanted: () => boolean;
  /** It is followed whether any client looks or not, and comes before those that clients want. */
  readonly isStanding: () => boolean;
  readonly onBook: (book: BookUpdate) => void;
  readonly onError: (error: unknown) => void;
  /** There is a book, or trouble, or neither because none is wanted any more. */
  readonly onOver: () => void;
}

/** Fetches the whole book of one market, one request at a time. */
export class WholeBookFetch {
  #isUnderWay = false;
  #failures = 0;
  #trouble: VenueError | undefined;
  /** Monotonic ms at which it may be tried again. */
  #retryAtMs: number | undefined;

  constructor(private readonly parts: WholeBookFetchParts) {}

  /** Why the newest one could not be had; undefined if it could. */
  get trouble(): VenueError | undefined {
    return this.#trouble;
  }

  /** Begins, unless one is under way: what comes is either of use, or shows that another one is needed. */
  start(): void {
    if (!this.#isUnderWay) void this.#fetch();
  }

  /** True once after each one that failed, when it may be tried again. */
  isDue(): boolean {
    if (this.#retryAtMs === undefined || this.parts.clock.monotonicMs() < this.#retryAtMs) return false;
    this.#retryAtMs = undefined;
    return true;
  }

  async #fetch(): Promise<void> {
    const { turns, market, clock, isWanted, isStanding, onBook, onError, onOver } = this.parts;
    this.#isUnderWay = true;
    try {
      const book = await turns.fetch(market.instrument, isWanted, isStanding);
      // Over before it is handed on: where it does not join, the next one is wanted at once.
      this.#isUnderWay = false;
      this.#failures = 0;
      this.#trouble = undefined;
      if (book !== undefined) onBook(book);
    } catch (error) {
      if (error instanceof VenueError) this.#trouble = error;
      else onError(error);
      this.#retryAtMs = clock.monotonicMs() + this.#pauseMs();
    } finally {
      this.#isUnderWay = false;
    }
    onOver();
  }

  /** How long the venue is left alone: as it wants, or ever longer. */
  #pauseMs(): number {
    const nowMs = this.parts.clock.nowMs();
    const leftMs = (this.#trouble?.untilMs ?? nowMs) - nowMs;
    if (leftMs > 0) return leftMs;
    this.#failures += 1;
    return Math.min(RESYNC_EVERY_MS * 2 ** (this.#failures - 1), LONGEST_RETRY_MS);
  }
}
