import type {
  Completeness,
  DecimalString,
  Instrument,
  InstrumentLookup,
  Liquidation,
  Refusal,
  VenueId,
} from '@orderfox/domain';
import type { JsonFetch, RequestRules, SocketProtocol } from '@orderfox/feed';
import type { VenueBooks } from './venue-books.js';
import type { VenueCandles } from './venue-candles.js';
import type { VenueFunding } from './venue-funding.js';
import type { VenueIndexPrices } from './venue-index-prices.js';
import type { VenueOpenInterest } from './venue-open-interest.js';
import type { VenueTrades } from './venue-trades.js';
import type { LiquidationHistory } from './liquidation-history.js';

/** Addresses of a venue without any path: the adapter adds routes such as `/market/stream`. */
export interface VenueRoots {
  /** `wss://host[:port]`. */
  readonly ws: string;
  /** `https://host`. */
  readonly rest: string;
}

/** What a feed needs to know of the rest of the system. */
export interface FeedContext {
  readonly roots: VenueRoots;
  /** This venue's contracts, always the newest catalogue. */
  readonly instruments: InstrumentLookup;
  /** Whether liquidations of this canonical symbol are to be recorded. */
  records(symbol: string): boolean;
}

/** What became of one frame: events, and rows that were refused. Never both empty without a reason. */
export interface Normalised {
  readonly events: readonly Liquidation[];
  readonly refusals: readonly Refusal[];
  /** Rows that are neither, because `records()` turned their symbol down; absent for none. */
  readonly skipped?: number;
  /** Events whose row contradicts itself in a field that does not decide, such as OKX `posSide`; absent for none. */
  readonly contradictions?: number;
}

/** One connection of a venue: how to talk, what to ask for, how to read it. */
export interface VenueFeed {
  /** `liquidations`, or the name of a stream that only supports it, such as `mark-prices`. */
  readonly stream: string;
  /** True when missing a stretch of it means missing events, so that gaps are recorded. */
  readonly recorded: boolean;
  readonly protocol: SocketProtocol;
  /** Topics wanted now, from the newest catalogue. May change when the catalogue does. */
  topics(): readonly string[];
  /** Wire to domain. Never throws: what cannot be read becomes a refusal. */
  normalise(message: unknown, receivedTimeMs: number): Normalised;
}

/**
 * Everything the system knows of one venue. A new venue is one folder that exports one of these, and one line in
 * `index.ts`; `venue-adapter.contract.spec.ts` runs over that list.
 */
export interface VenueAdapter {
  readonly id: VenueId;
  /** Display name. */
  readonly name: string;
  readonly completeness: Completeness;
  /** One sentence for people on what the feed leaves out, with its source. */
  readonly completenessNote: string;
  /** The venue's public addresses. */
  readonly roots: VenueRoots;
  /** What requests cost of its limits, and how it says that there were too many. */
  readonly limits: RequestRules;
  /**
   * The whole contract catalogue. Rejects with VenueError when the answer is no catalogue at all; a single row that
   * cannot be read is left out and told to `onUnreadable`, one sentence each.
   */
  listInstruments(
    http: JsonFetch,
    roots: VenueRoots,
    onUnreadable?: (problem: string) => void,
  ): Promise<readonly Instrument[]>;
  /** 24 h turnover in the quote currency by venue symbol. Rejects with VenueError. */
  listVolumes24h(http: JsonFetch, roots: VenueRoots): Promise<ReadonlyMap<string, DecimalString>>;
  /** Its candles; absent where it has none that are of use. */
  readonly candles?: VenueCandles;
  /** Its order books; absent where it has none that can be kept in step. */
  readonly books?: VenueBooks;
  /** Its trades; absent where it has none that are of use. */
  readonly trades?: VenueTrades;
  /** Its open interest; absent where it has none that is of use. */
  readonly openInterest?: VenueOpenInterest;
  /** Its funding rates; absent where it has none that are of use. */
  readonly funding?: VenueFunding;
  /** Its index prices; absent where nothing needs them. */
  readonly indexPrices?: VenueIndexPrices;
  /**
   * The connections that carry this venue's liquidations. Called once per process and venue. Throws VenueError
   * (`REFUSED`) when the configured address is one of the venue's test networks, whose liquidations are play money.
   */
  feeds(context: FeedContext): readonly VenueFeed[];
  /** How services are read that keep this venue's past liquidations; absent where no such format is known. */
  readonly history?: LiquidationHistory;
}
