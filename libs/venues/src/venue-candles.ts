import type { Candle, Instrument, Timeframe } from '@orderfox/domain';
import type { JsonFetch, SocketProtocol } from '@orderfox/feed';
import type { VenueRoots } from './venue-adapter.js';

/** Candles that are wanted of a contract: those whose bucket starts at or after `fromMs` and before `toMs`. */
export interface CandleRequest {
  readonly instrument: Instrument;
  /** One of the venue's own. */
  readonly timeframe: Timeframe;
  /** A bucket's start. */
  readonly fromMs: number;
  /** A bucket's start. */
  readonly toMs: number;
  /** How many buckets that are, 1 to `maxRows`. */
  readonly rows: number;
  /** Now, epoch ms. */
  readonly nowMs: number;
}

/** A candle of a live stream, and the topic that it came by. */
export interface LiveCandle {
  readonly topic: string;
  readonly candle: Candle;
}

/** What one live frame became: candles, and why its other rows are none. */
export interface NormalisedCandles {
  readonly candles: readonly LiveCandle[];
  /** One sentence each. */
  readonly problems: readonly string[];
}

/** What a venue has of candles. Pure but for the one request in `list`. */
export interface VenueCandles {
  /** Timeframes that the venue has itself and whose buckets begin where `bucketStartMs` says, shortest first. */
  readonly timeframes: readonly Timeframe[];
  /** Most candles that one request is made for. */
  readonly maxRows: number;
  /** Points of the venue's limit that a request for so many candles costs; what `limits` says of its address. */
  readonly costOf: (rows: number) => number;
  /**
   * Asks the venue once. Ascending; a bucket for which it has no row is absent. Rejects with VenueError, also for a
   * single row that cannot be read: a series with a hole that nobody knows of is worse than none.
   */
  readonly list: (http: JsonFetch, roots: VenueRoots, request: CandleRequest) => Promise<readonly Candle[]>;
  /** Throws VenueError (`REFUSED`) for a test network. */
  readonly protocol: (roots: VenueRoots) => SocketProtocol;
  readonly topicOf: (instrument: Instrument, timeframe: Timeframe) => string;
  /** Never throws. `wanted` gives contract and timeframe of a topic that was asked for. */
  readonly normalise: (
    message: unknown,
    wanted: (topic: string) => WantedCandles | undefined,
    receivedTimeMs: number,
  ) => NormalisedCandles;
}

/** Contract and timeframe behind a live topic. */
export type WantedCandles = Pick<CandleRequest, 'instrument' | 'timeframe'>;
