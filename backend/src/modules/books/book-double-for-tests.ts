import { parseDecimal } from '@orderfox/domain';
import { VenueError, type LiveSocketOptions, type SocketState } from '@orderfox/feed';
import { VENUE_ADAPTERS, type BookUpdate, type VenueBooks } from '@orderfox/venues';
import { endOfTurn } from '../../core/turns.js';
import { type FeedSocket } from '../feeds/feed-ports.js';
import { instrument } from '../symbols/symbols-for-tests.js';
import { type BookMarket } from './book-market.js';

/** For specs, in place of a connection to a venue: what is asked of it, and a way to say something. */
export class BookSocketDouble implements FeedSocket {
  status: FeedSocket['status'] = { state: 'CONNECTING', reason: '' };
  readonly lastDataMs = undefined;
  readonly refusedTopics = new Map<string, string>();
  /** Each change of what is wanted, the first wish included. */
  readonly wishes: (readonly string[])[];
  isStopped = false;

  constructor(private readonly options: LiveSocketOptions) {
    this.wishes = [options.topics];
  }

  get topics(): readonly string[] {
    return this.wishes.at(-1) ?? [];
  }

  start(): void {
    this.become('CONNECTING');
  }

  setTopics(topics: readonly string[]): void {
    this.wishes.push(topics);
  }

  stop(): Promise<void> {
    this.isStopped = true;
    return Promise.resolve();
  }

  become(state: SocketState, reason = '', untilMs?: number): void {
    this.status = { state, reason, ...(untilMs !== undefined && { untilMs }) };
    this.options.onState(this.status);
  }

  say(venueSymbol: string, update: Partial<BookUpdate>): void {
    this.options.onMessage({ topic: venueSymbol, update: bookUpdate(update) }, 0);
  }
}

/** For specs: an update with nothing in it but what is said. */
export function bookUpdate(given: Partial<BookUpdate>): BookUpdate {
  return { isSnapshot: false, lastId: 0, bids: [], asks: [], venueTimeMs: 1_700_000_000_000, ...given };
}

/** For specs: the whole book of a venue, bid and ask of one price each. */
export function wholeBook(lastId: number, bid = '10', ask = '20'): BookUpdate {
  return bookUpdate({ isSnapshot: true, lastId, bids: [[bid, '1']], asks: [[ask, '2']] });
}

/** For specs: requests for whole books, answered when the spec says so. */
export class SnapshotDouble {
  readonly asked: string[] = [];
  readonly #waiting: { resolve: (book: BookUpdate) => void; reject: (error: Error) => void }[] = [];

  readonly fetch = (venueSymbol: string): Promise<BookUpdate> => {
    this.asked.push(venueSymbol);
    return new Promise((resolve, reject) => this.#waiting.push({ resolve, reject }));
  };

  /** Answers the oldest question that waits. */
  async answer(book: BookUpdate): Promise<void> {
    this.#waiting.shift()?.resolve(book);
    await settled();
  }

  async fail(failure: VenueError['failure'], untilMs?: number): Promise<void> {
    this.#waiting.shift()?.reject(new VenueError(failure, 'the host did not answer', untilMs));
    await settled();
  }
}

/** Promises that are fulfilled have told everybody, and what was asked for has been answered. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 10; turn += 1) await endOfTurn();
}

/** For specs: a market whose venue says what the spec says, by the rules of a real one. */
export function bookMarket(
  like: 'binance' | 'okx' | 'bybit',
  snapshots = new SnapshotDouble(),
  venueSymbol = 'BTCUSDT',
): BookMarket {
  const adapter = VENUE_ADAPTERS.find(({ id }) => id === like);
  if (adapter?.books === undefined) throw new Error(`${like} has no books`);
  const contract = instrument({ venue: like, venueSymbol, tickSize: parseDecimal('1') });
  const units = adapter.books.unitsOf(contract);
  if (units === undefined) throw new Error('the contract has no units');
  const { snapshot, ...others } = adapter.books;
  const books: VenueBooks = {
    ...others,
    topicOf: (each) => each.venueSymbol,
    normalise: (message, isWanted) => {
      const said = message as { readonly topic: string; readonly update: BookUpdate };
      return { updates: isWanted(said.topic) ? [said] : [], problems: [] };
    },
    ...(snapshot && {
      snapshot: {
        points: snapshot.points,
        fetch: async (http, _roots, each) => {
          await http('http://localhost/depth?points=20');
          return snapshots.fetch(each.venueSymbol);
        },
      },
    }),
  };
  const { id, name, roots } = adapter;
  return { venue: { id, name, roots, books }, instrument: contract, units };
}
