import type { OrderSide, Timeframe, VenueId } from '@orderfox/domain';
import type { VenueCatalog } from '../catalog/venue-catalog.js';
import type { MarketChannels } from '../flow/market-channels.js';
import type { QuotedMarket } from '../flow/quoted-market.js';
import type { SimulatedCandle } from '../market/candle-book.js';
import type { PositionDesk } from '../market/position-desk.js';
import type { RecordedWhole } from '../replay/recorded-book.js';
import type { LedgerEvent, WireFact } from '../truth-ledger.js';
import type { ClientConnection } from './client-connection.js';
import type { VenueSession } from './venue-session.js';

/** A forced order as the market or a test states it, in the venue's own units and number texts. */
export interface ForcedOrder {
  readonly venueSymbol: string;
  /** Side of the order that hits the market; a long is closed by SELL. */
  readonly side: OrderSide;
  /** Coins, thousands of coins or contracts, as the venue counts. */
  readonly quantity: string;
  /** What the venue states as price: limit (Binance), hand-over (OKX), bankruptcy (Bybit). */
  readonly price: string;
  /** Binance alone; absent: equal to the price. */
  readonly averagePrice?: string;
  /** Binance alone: quantity of the last fill; absent: the whole. */
  readonly lastQuantity?: string;
  readonly timeMs: number;
  /** OKX alone: the account is in net mode, so the position side says `net`. */
  readonly netMode?: boolean;
}

/** Something a venue pushes: who gets it, and what it says. */
export interface Broadcast {
  /** A client subscribed to two of these gets it twice, as on the venue. */
  readonly topics: readonly string[];
  readonly payload: string;
}

/** A request to the REST interface. */
export interface RestRequest {
  readonly path: string;
  readonly query: URLSearchParams;
}

/** An answer of the REST interface; `body` becomes JSON. */
export interface RestReply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: unknown;
}

/** What the server hands to a protocol. */
export interface ProtocolHost {
  readonly catalog: VenueCatalog;
  /** Sends to every client that carries one of the topics. Liquidation rows inside are written to the ledger. */
  publish(broadcast: Broadcast): void;
  /** Topics that at least one client carries. */
  wantedTopics(): ReadonlySet<string>;
  /** True if a recording that is being played holds frames of the topic. */
  recordedTopic(topic: string): boolean;
  /** The best `limit` prices of each side of a book that a recording plays; undefined if none does. */
  recordedBook(venueSymbol: string, limit: number): RecordedWhole | undefined;
  /** Current mark price of a contract, on its price grid; undefined if it is not listed. */
  markPrice(venueSymbol: string): number | undefined;
  /** Candles that start in [fromMs, toMs), ascending, the newest of them open; none of a contract that is not listed. */
  candles(
    venueSymbol: string,
    timeframe: Timeframe,
    fromMs: number,
    toMs: number,
  ): readonly SimulatedCandle[];
  /** Price of a contract at a moment that may be past. */
  priceAt(venueSymbol: string, timeMs: number): number;
  /** Price of an index such as `SOL-USDT` now; undefined if there is none. */
  indexPrice(index: string): number | undefined;
  /** Open interest and funding. */
  readonly positions: PositionDesk;
  /** Whether answers are to be without this. */
  leavesOut(what: LeftOut): boolean;
  /** Book and trades of a contract; undefined if it is not listed. */
  market(venueSymbol: string): QuotedMarket | undefined;
}

/** What a path of the REST interface serves, where a fault can strike it alone. */
export type RestSubject = 'CATALOGUE' | 'DEPTH' | 'OPEN_INTEREST' | 'FUNDING' | 'INDEX';

/**
 * What a venue's answers may be without: the one-sided open interest that Bybit has had since 2026-06 only, the index of
 * one dollar coin in another.
 */
export type LeftOut = 'SINGLE_OPEN_INTEREST' | 'DOLLAR_INDEX';

/** One venue's language: routes, requests, limits, frames, REST. Everything else is the server's. */
export interface VenueProtocol {
  readonly venue: VenueId;
  /** Connections that one address may open: the next one is refused with `status`. */
  readonly connectLimit: { readonly limit: number; readonly perMs: number; readonly status: number };
  /** How to serve a socket at this address; undefined: there is no such path (404). */
  route(url: URL): ((connection: ClientConnection) => VenueSession) | undefined;
  rest(request: RestRequest): RestReply | undefined;
  /** What a path serves: the contract catalogue, whole books; undefined for anything else. */
  subjectOf(path: string): RestSubject | undefined;
  /** How books and trades are told. */
  readonly markets: MarketChannels;
  /** The frames that report these orders, which happened together, at `pushMs`. */
  compose(orders: readonly ForcedOrder[], pushMs: number): readonly Broadcast[];
  /** The liquidation rows in a payload or frame of this venue; none for any other frame. */
  factsOf(payload: string): readonly WireFact[];
  /** The topic a recorded frame belongs to, if it says so. */
  topicOf(frame: string): string | undefined;
  /** Told of everything that was published, for venues that repeat recent rows to newcomers. */
  remember?(payload: string, events: readonly LedgerEvent[]): void;
  /** Announces to every client that its connection will be closed soon; returns to how many. */
  announceClose?(): number;
  /** Sends the recurring streams; called every `streamPeriodMs`. */
  readonly streamPeriodMs: number;
  pushStreams(nowMs: number): void;
}
