import type { Instrument, Trade } from '@orderfox/domain';
import type { JsonFetch, SocketProtocol } from '@orderfox/feed';
import type { VenueRoots } from './venue-adapter.js';

/** A trade of a live stream, and the topic that it came by. */
export interface LiveTrade {
  readonly topic: string;
  readonly trade: Trade;
}

/** What one live frame became: trades, and why its other rows are none. */
export interface NormalisedTrades {
  readonly trades: readonly LiveTrade[];
  /** One sentence each. */
  readonly problems: readonly string[];
}

/** Past trades that are wanted of a contract: those with this `aggregateId` and the next, `rows` at most. */
export interface TradeRequest {
  readonly instrument: Instrument;
  readonly fromId: number;
  /** 1 to `maxRows`. */
  readonly rows: number;
  /** Now, epoch ms. */
  readonly nowMs: number;
}

/** One request by REST for trades that were missed. */
export interface TradeHistory {
  /** Most trades that one request is made for. */
  readonly maxRows: number;
  /** What a request costs of the venue's limit, however many rows it is for. */
  readonly points: number;
  /**
   * Asks the venue once. Ascending by `aggregateId`, none twice and none below `fromId`; fewer than `rows` where the venue
   * has no more. Rejects with VenueError, also for a single row that cannot be read.
   */
  readonly list: (http: JsonFetch, roots: VenueRoots, request: TradeRequest) => Promise<readonly Trade[]>;
}

/** What a venue has of trades. Pure but for the one request in `history`. */
export interface VenueTrades {
  /** Throws VenueError (`REFUSED`) for a test network. */
  readonly protocol: (roots: VenueRoots) => SocketProtocol;
  readonly topicOf: (instrument: Instrument) => string;
  /** Never throws. `wanted` gives the contract of a topic that was asked for. */
  readonly normalise: (
    message: unknown,
    wanted: (topic: string) => Instrument | undefined,
    receivedTimeMs: number,
  ) => NormalisedTrades;
  /** Absent where the venue cannot be asked for trades by their numbers: what was missed stays missed. */
  readonly history?: TradeHistory;
}
