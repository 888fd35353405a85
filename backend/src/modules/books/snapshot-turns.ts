import { type Instrument } from '@orderfox/domain';
import { asking, NotWantedError, type JsonFetch, type RequestAsk } from '@orderfox/feed';
import { type BookUpdate } from '@orderfox/venues';
import { type BookVenue } from './book-market.js';

/** What turns are made of. */
export interface SnapshotTurnsParts {
  readonly venue: BookVenue;
  /** The door to the venue, which knows its limits and whether it wants to be left alone. */
  readonly http: JsonFetch;
}

/** Asks one venue for whole books, and counts. */
export class SnapshotTurns {
  #waiting = 0;
  #requests = 0;
  #failed = 0;
  #isStopped = false;

  constructor(private readonly parts: SnapshotTurnsParts) {}

  /** Requests that wait for their turn. */
  get waiting(): number {
    return this.#waiting;
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
  async fetch(instrument: Instrument, isWanted: () => boolean): Promise<BookUpdate | undefined> {
    const { venue } = this.parts;
    let hasBegun = false;
    const onTurn = () => {
      hasBegun = true;
      this.#waiting -= 1;
      this.#requests += 1;
    };
    // However many books begin at once, each has its turn: it is asked then whether it is still wanted.
    const ask: RequestAsk = {
      kind: 'SNAPSHOTS',
      isWanted: () => !this.#isStopped && isWanted(),
      patienceMs: Number.POSITIVE_INFINITY,
      onTurn,
    };
    this.#waiting += 1;
    try {
      return await venue.books.snapshot?.fetch(asking(this.parts.http, ask), venue.roots, instrument);
    } catch (error) {
      if (error instanceof NotWantedError) return undefined;
      if (hasBegun) this.#failed += 1;
      throw error;
    } finally {
      if (!hasBegun) this.#waiting -= 1;
    }
  }

  /** Ends it: what waits is not asked for. */
  stop(): void {
    this.#isStopped = true;
  }
}
