import { type Instrument } from '@orderfox/domain';
import { NotWantedError, type JsonFetch, type RequestAsk } from '@orderfox/feed';
import { type BookUpdate } from '@orderfox/venues';
import { RequestTally } from '../feeds/request-tally.js';
import { type BookVenue } from './book-market.js';

/** What turns are made of. */
export interface SnapshotTurnsParts {
  readonly venue: BookVenue;
  /** The door to the venue, which knows its limits and whether it wants to be left alone. */
  readonly http: JsonFetch;
}

/** Asks one venue for whole books, and counts. */
export class SnapshotTurns {
  readonly #tally = new RequestTally();
  #isStopped = false;

  constructor(private readonly parts: SnapshotTurnsParts) {}

  /** Requests that wait for their turn. */
  get waiting(): number {
    return this.#tally.waiting;
  }

  /** Requests that were made. */
  get requests(): number {
    return this.#tally.made;
  }

  /** Of those: which the venue did not answer, or not with a book. */
  get failed(): number {
    return this.#tally.failed;
  }

  /**
   * The whole book of a contract, when it is its turn; undefined where it is not wanted any more then. Standing books come
   * before those that clients want. Rejects with VenueError; at once, and without a request, while the venue wants none.
   */
  async fetch(
    instrument: Instrument,
    isWanted: () => boolean,
    isStanding: () => boolean = () => false,
  ): Promise<BookUpdate | undefined> {
    const { venue } = this.parts;
    const ask: RequestAsk = {
      kind: 'SNAPSHOTS',
      isWanted: () => !this.#isStopped && isWanted(),
      goesFirst: isStanding,
      patienceMs: Number.POSITIVE_INFINITY,
    };
    try {
      return await this.#tally.count(this.parts.http, ask, async (http) =>
        venue.books.snapshot?.fetch(http, venue.roots, instrument),
      );
    } catch (error) {
      if (error instanceof NotWantedError) return undefined;
      throw error;
    }
  }

  /** Ends it: what waits is not asked for. */
  stop(): void {
    this.#isStopped = true;
  }
}
