import { type VenueId } from '@orderfox/domain';
import { StateStream } from '@orderfox/fanout';
import { VenueError, type Clock, type JsonFetch, type Random } from '@orderfox/feed';
import { CLIENT_LIMITS, type ClientLimits } from '../../core/clients/client-limits.js';
import { ClientPlaces, type PlaceHolder } from '../../core/clients/client-places.js';
import { ApiError } from '../../core/graphql-errors.js';
import { type Log } from '../../core/log.js';
import { type OpenSocket } from '../feeds/feed-ports.js';
import { KeyCounts } from '../symbols/key-counts.js';
import { BookFeed } from './book-feed.js';
import { bookKey, type BookMarket, type BookVenue } from './book-market.js';
import { BookViews } from './book-views.js';
import { LiveBook } from './live-book.js';
import { type BookChoice, type OrderBookView } from './order-book-view.js';
import { SnapshotTurns } from './snapshot-turns.js';

/** How long a question waits for a book that nobody has looked at before. */
const WAIT_MS = 3_000;
/** States that a book may well leave within that time. */
const PASSING: ReadonlySet<string> = new Set(['CONNECTING', 'SYNCING', 'RESYNCING']);
/** The one part of the stream of a book. */
const BOOK = 'book';

/** What books are kept with. */
export interface BookStreamsParts {
  readonly http: JsonFetch;
  readonly openSocket: OpenSocket;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  /** Most books that are followed at once. */
  readonly maxBooks: number;
  /** Of those: places that are kept for what is followed always; default none. */
  readonly reserved?: number;
  /** How many of the others one client may have followed. */
  readonly clients?: ClientLimits;
  /** A market as the newest catalogue has it. */
  readonly marketNow: (market: BookMarket) => BookMarket | undefined;
}

/** What is counted. */
export interface BookCounts {
  /** Books that are followed. */
  readonly books: number;
  /** Of those: which are whole. */
  readonly whole: number;
  readonly topics: number;
  readonly connections: number;
  /** How often whole books were asked for, those of each book's beginning included. */
  readonly resyncs: number;
  readonly requests: number;
  readonly failed: number;
  readonly waiting: number;
  readonly refused: number;
  /** Answers and messages that were read off a book, and those that others had read before. */
  readonly viewsMade: number;
  readonly viewsShared: number;
}

interface Followed {
  readonly live: LiveBook;
  readonly views: BookViews;
}

/** Order books: one for each market that somebody looks at, and one connection per venue. */
export class BookStreams {
  readonly #books = new Map<string, Followed>();
  readonly #feeds = new Map<VenueId, BookFeed>();
  readonly #turns = new Map<VenueId, SnapshotTurns>();
  readonly #standing = new KeyCounts();
  readonly #places: ClientPlaces;
  /** Of books that are not followed any more. */
  readonly #past = { resyncs: 0, made: 0, shared: 0 };
  #refused = 0;
  #isClosed = false;

  constructor(private readonly parts: BookStreamsParts) {
    this.#places = new ClientPlaces(parts.clients ?? CLIENT_LIMITS, 'order books of markets outside SYMBOLS');
  }

  counts(): BookCounts {
    const books = [...this.#books.values()];
    const sum = <T>(all: Iterable<T>, of: (one: T) => number) =>
      [...all].reduce((total, one) => total + of(one), 0);
    return {
      books: books.length,
      whole: sum(books, ({ live }) => (live.book === undefined ? 0 : 1)),
      topics: sum(this.#feeds.values(), ({ topics }) => topics),
      connections: sum(this.#feeds.values(), ({ connections }) => connections),
      resyncs: this.#past.resyncs + sum(books, ({ live }) => live.resyncs),
      requests: sum(this.#turns.values(), ({ requests }) => requests),
      failed: sum(this.#turns.values(), ({ failed }) => failed),
      waiting: sum(this.#turns.values(), ({ waiting }) => waiting),
      refused: this.#refused + this.#places.refused,
      viewsMade: this.#past.made + sum(books, ({ views }) => views.made),
      viewsShared: this.#past.shared + sum(books, ({ views }) => views.shared),
    };
  }

  /**
   * To be asked first for whoever is a client: a book that is not followed always takes a place of its share until it is over.
   * `key`: see bookKey. Throws ApiError RATE_LIMITED.
   */
  admit(key: string, holder: PlaceHolder): void {
    if (!this.#standing.has(key)) this.#places.take(key, holder);
  }

  /** The book of a market, newest state first and last; joining throws ApiError UNAVAILABLE while too many are followed. */
  open(market: BookMarket, choice: BookChoice): StateStream<OrderBookView> {
    const key = bookKey(market);
    return new StateStream(`book|${key}|${choice.limit}|${choice.rounding ?? ''}`, {
      keys: () => (this.#books.has(key) ? [BOOK] : []),
      read: () => this.#books.get(key)?.views.read(choice),
      // Made when somebody really joins: asking alone holds nothing.
      subscribe: (onChanged) => subscribed(this.#follow(market).live, () => onChanged(BOOK)),
    });
  }

  /**
   * The book as it is now, once it is whole; as it stands, where it has not been so for three seconds. Rejects with
   * ApiError UNAVAILABLE while too many others are followed, and with the signal's reason.
   */
  async read(market: BookMarket, choice: BookChoice, signal?: AbortSignal): Promise<OrderBookView> {
    const { live, views } = this.#follow(market);
    let wake = (): void => undefined;
    const leave = subscribed(live, () => wake());
    await new Promise<void>((resolve) => {
      // What has been missing for longer is not waited for once more.
      const waitMs = Math.max(0, live.sinceMs + WAIT_MS - this.parts.clock.nowMs());
      const timer = this.parts.clock.after(waitMs, resolve);
      wake = () => {
        const isPassing = live.book === undefined && PASSING.has(live.status.state);
        if (isPassing && signal?.aborted !== true) return;
        timer.cancel();
        resolve();
      };
      signal?.addEventListener('abort', wake);
      wake();
    });
    signal?.removeEventListener('abort', wake);
    leave();
    signal?.throwIfAborted();
    return views.read(choice);
  }

  /** The book as it is now, whole or not; undefined where it is not followed. Nothing is asked for. */
  now(market: BookMarket, choice: BookChoice): OrderBookView | undefined {
    return this.#books.get(bookKey(market))?.views.read(choice);
  }

  /** Monotonic ms at which a venue last said something of a book; undefined: never, or it is not followed. */
  heardMs(market: BookMarket): number | undefined {
    return this.#books.get(bookKey(market))?.live.heardMs;
  }

  /**
   * Follows a market although nobody looks, and tells of what changes, if that is wanted; the returned function ends it.
   * Throws ApiError UNAVAILABLE.
   */
  keep(market: BookMarket, onChanged: () => void = () => undefined): () => void {
    return subscribed(this.#follow(market).live, onChanged);
  }

  /** Like `keep`, for what is followed always: it is made whole before those that clients want, and is never too many. */
  stand(market: BookMarket, onChanged?: () => void): () => void {
    const letGo = this.#standing.hold(bookKey(market));
    try {
      const leave = this.keep(market, onChanged);
      return () => {
        letGo();
        leave();
      };
    } catch (error) {
      letGo();
      throw error;
    }
  }

  /** Ends all books and connections. */
  async close(): Promise<void> {
    this.#isClosed = true;
    for (const { live } of [...this.#books.values()]) live.end();
    for (const turns of this.#turns.values()) turns.stop();
    await Promise.all([...this.#feeds.values()].map((feed) => feed.close()));
  }

  #follow(market: BookMarket): Followed {
    const key = bookKey(market);
    const known = this.#books.get(key);
    if (known !== undefined) return known;
    this.#makeRoom(key);
    const { clock, log, marketNow } = this.parts;
    const live = new LiveBook({
      market,
      feed: this.#feedOf(market.venue),
      turns: this.#turnsOf(market.venue),
      unitsNow: () => marketNow(market)?.units,
      isStanding: () => this.#standing.has(key),
      clock,
      onError: (err) => log.error({ err }, 'a whole book could not be fetched'),
      onReleased: () => this.#forget(key),
    });
    const followed = { live, views: new BookViews(market, live) };
    this.#books.set(key, followed);
    return followed;
  }

  #forget(key: string): void {
    const followed = this.#books.get(key);
    if (followed === undefined) return;
    this.#books.delete(key);
    this.#past.resyncs += followed.live.resyncs;
    this.#past.made += followed.views.made;
    this.#past.shared += followed.views.shared;
  }

  /**
   * Ends what nobody has looked at for longest. Throws ApiError UNAVAILABLE where everything is looked at. What is followed
   * always takes no place of the others, nor do they take its places.
   */
  #makeRoom(key: string): void {
    if (this.#standing.has(key) && !this.#isClosed) return;
    // More than was reckoned with stand where the basis of SYMBOLS needs books of other markets.
    const reserved = Math.max(this.parts.reserved ?? 0, this.#standing.size);
    const places = Math.max(0, this.parts.maxBooks - reserved);
    const others = [...this.#books].flatMap(([one, { live }]) => (this.#standing.has(one) ? [] : [live]));
    if (others.length < places && !this.#isClosed) return;
    const unwatched = others.flatMap((live) =>
      live.unwatchedSinceMs === undefined ? [] : [{ live, sinceMs: live.unwatchedSinceMs }],
    );
    const [longest] = unwatched.sort((a, b) => a.sinceMs - b.sinceMs);
    if (longest !== undefined && !this.#isClosed) {
      longest.live.end();
      return;
    }
    this.#refused += 1;
    throw new ApiError(
      'UNAVAILABLE',
      `The order books of ${places} markets are followed already. Try again later.`,
    );
  }

  #feedOf(venue: BookVenue): BookFeed {
    let feed = this.#feeds.get(venue.id);
    if (feed === undefined) {
      const { openSocket, clock, random, log } = this.parts;
      feed = new BookFeed({ venue, openSocket, clock, random, log });
      this.#feeds.set(venue.id, feed);
    }
    return feed;
  }

  #turnsOf(venue: BookVenue): SnapshotTurns {
    let turns = this.#turns.get(venue.id);
    if (turns === undefined) {
      turns = new SnapshotTurns({ venue, http: this.parts.http });
      this.#turns.set(venue.id, turns);
    }
    return turns;
  }
}

/** Follows a book. Throws ApiError UNAVAILABLE where its address must not be asked. */
function subscribed(live: LiveBook, onChanged: () => void): () => void {
  try {
    return live.subscribe(onChanged);
  } catch (error) {
    if (error instanceof VenueError)
      throw new ApiError('UNAVAILABLE', `There are no order books: ${error.message}`);
    throw error;
  }
}
