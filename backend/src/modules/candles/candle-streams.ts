import { bucketStartMs, type Candle, type Timeframe, type VenueId } from '@orderfox/domain';
import { StateStream } from '@orderfox/fanout';
import { type Clock, type Random } from '@orderfox/feed';
import { ApiError } from '../../core/graphql-errors.js';
import { type Log } from '../../core/log.js';
import { type OpenSocket } from '../feeds/feed-ports.js';
import { CandleBoard } from './candle-board.js';
import { CandleFeed } from './candle-feed.js';
import { type CandleMarket, type CandleVenue } from './candle-market.js';
import { seriesOf, type CandleReader } from './candle-reader.js';
import { type CandleStore } from './candle-store.js';

/** Markets and timeframes that are followed at the same time, by all clients together; venues take 200 on a connection. */
const MAX_BOARDS = 150;

/** What streams of candles are made of. */
export interface CandleStreamsParts {
  readonly store: CandleStore;
  readonly reader: CandleReader;
  readonly openSocket: OpenSocket;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
}

/** Live candles: a board for each market and timeframe that somebody watches, and one connection per venue. */
export class CandleStreams {
  readonly #boards = new Map<string, CandleBoard>();
  readonly #feeds = new Map<VenueId, CandleFeed>();
  #isClosed = false;

  constructor(private readonly parts: CandleStreamsParts) {}

  /** Markets and timeframes that are followed now. */
  get boardCount(): number {
    return this.#boards.size;
  }

  /** Connections to venues that are open for candles. */
  get connectionCount(): number {
    return [...this.#feeds.values()].reduce((sum, feed) => sum + feed.connections, 0);
  }

  /**
   * The stream of the first of the markets whose venue can be asked. Rejects with ApiError UNAVAILABLE where none can, and
   * while too many others are followed.
   */
  async open(markets: readonly CandleMarket[], timeframe: Timeframe): Promise<StateStream<Candle>> {
    const market = markets.length === 1 ? markets[0] : await this.#answering(markets, timeframe);
    const series = market && seriesOf(market, timeframe);
    if (series === undefined || this.#isClosed) {
      throw new ApiError('UNAVAILABLE', `No venue has live candles of ${timeframe} of this market.`);
    }
    const key = `candles|${series.venue.id}|${series.instrument.venueSymbol}|${timeframe}`;
    return new StateStream(key, {
      keys: () => this.#boards.get(key)?.keys() ?? [],
      read: (each) => this.#boards.get(key)?.read(each),
      // Made when somebody really joins: asking alone holds nothing.
      subscribe: (onChanged) => this.#board(key, series, timeframe).subscribe(onChanged),
    });
  }

  /** Ends all boards and connections. */
  async close(): Promise<void> {
    this.#isClosed = true;
    for (const board of [...this.#boards.values()]) board.end();
    await Promise.all([...this.#feeds.values()].map((feed) => feed.close()));
  }

  /** The market that history comes from: where it is read, it can be followed. */
  async #answering(
    markets: readonly CandleMarket[],
    timeframe: Timeframe,
  ): Promise<CandleMarket | undefined> {
    const { reader, clock } = this.parts;
    const nowMs = clock.nowMs();
    const fromMs = bucketStartMs(timeframe, bucketStartMs(timeframe, nowMs) - 1);
    const [candle] = await reader.read(markets, { timeframe, fromMs, toMs: nowMs + 1 });
    return markets.find(({ venue }) => venue.id === candle?.venue) ?? markets[0];
  }

  #board(
    key: string,
    series: CandleMarket & { readonly timeframe: Timeframe },
    timeframe: Timeframe,
  ): CandleBoard {
    const known = this.#boards.get(key);
    if (known !== undefined) return known;
    if (this.#boards.size >= MAX_BOARDS || this.#isClosed) {
      throw new ApiError(
        'UNAVAILABLE',
        `The candles of ${MAX_BOARDS} markets and timeframes are followed already. Try again later.`,
      );
    }
    const { store, clock, log } = this.parts;
    const board = new CandleBoard({
      series,
      timeframe,
      store,
      feed: this.#feedOf(series.venue),
      clock,
      onError: (err) => log.error({ err }, 'candles could not be read'),
      onReleased: () => this.#boards.delete(key),
    });
    this.#boards.set(key, board);
    return board;
  }

  #feedOf(venue: CandleVenue): CandleFeed {
    let feed = this.#feeds.get(venue.id);
    if (feed === undefined) {
      const { openSocket, clock, random, log } = this.parts;
      feed = new CandleFeed({ venue, openSocket, clock, random, log });
      this.#feeds.set(venue.id, feed);
    }
    return feed;
  }
}
