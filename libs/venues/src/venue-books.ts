import type { BookGrid, DecimalString, Instrument } from '@orderfox/domain';
import type { JsonFetch, SocketProtocol } from '@orderfox/feed';
import type { BookRule, BookUpdate } from './book/book-update.js';
import type { VenueRoots } from './venue-adapter.js';

/** A book update of a live stream, and the topic that it came by. */
export interface LiveBookUpdate {
  readonly topic: string;
  readonly update: BookUpdate;
}

/** What one live frame became: updates, and why its other rows are none. */
export interface NormalisedBooks {
  readonly updates: readonly LiveBookUpdate[];
  /** One sentence each. */
  readonly problems: readonly string[];
}

/** A contract's book in whole numbers, and what they are in coins. */
export interface BookUnits {
  /** Prices and quantities as the venue writes them. */
  readonly grid: BookGrid;
  /** A price of the venue as the price of one coin. */
  readonly pricePerCoin: (price: DecimalString) => DecimalString;
  /** A quantity of the venue (contracts, thousands of coins) in coins. */
  readonly coins: (quantity: DecimalString) => DecimalString;
  /** Of ticks x steps: dollars. */
  readonly usd: (sum: bigint) => DecimalString;
}

/** One request by REST for a whole book. */
export interface BookSnapshot {
  /** What it costs of the venue's limit. */
  readonly points: number;
  /** Rejects with VenueError, also for a single level that cannot be read. */
  readonly fetch: (http: JsonFetch, roots: VenueRoots, instrument: Instrument) => Promise<BookUpdate>;
}

/** What a venue has of order books. Pure but for the one request in `snapshot`. */
export interface VenueBooks {
  readonly rule: BookRule;
  /** Throws VenueError (`REFUSED`) for a test network. */
  readonly protocol: (roots: VenueRoots) => SocketProtocol;
  readonly topicOf: (instrument: Instrument) => string;
  /** Undefined where the catalogue says too little to know its steps, and for contracts that are counted in dollars. */
  readonly unitsOf: (instrument: Instrument) => BookUnits | undefined;
  /** Never throws. `isWanted` says whether a topic was asked for. */
  readonly normalise: (message: unknown, isWanted: (topic: string) => boolean) => NormalisedBooks;
  /** A whole book by REST; absent where the socket sends it. */
  readonly snapshot?: BookSnapshot;
}
