import { bucketStartMs, type Timeframe, type VenueId } from '@orderfox/domain';
import { StateStream } from '@orderfox/fanout';
import { type Clock, type Random } from '@orderfox/feed';
import { CLIENT_LIMITS, type ClientLimits } from '../../core/clients/client-limits.js';
import { ClientPlaces, type PlaceHolder } from '../../core/clients/client-places.js';
import { ApiError } from '../../core/graphql-errors.js';
import { type Log } from '../../core/log.js';
import { type OpenSocket } from '../feeds/feed-ports.js';
import { CandleBoard } from './candle-board.js';
import { CandleFeed } from './candle-feed.js';
import { type CandleMarket, type CandleSeries, type CandleVenue } from './candle-market.js';
import { seriesOf, type CandleReader } from './candle-reader.js';
import { type CandleStore } from './candle-store.js';
import { type CandleNews } from './candles-missed.js';
import { VenueSwitcher } from './venue-switcher.js';
import { type Asker } from './candle-asker.js';

/** Markets and timeframes that are followed at the same time, by all clients together; venues take 200 on a connection. */
const MAX_BOARDS = 150;

/** What streams of candles are made of. */
export interface CandleStreamsParts {
  readonly store: Pick<CandleStore, 'read'>;
  readonly reader: Pick<CandleReader, 'read'>;
  readonly openSocket: OpenSocket;
  /** What one client may have; absent: as by default. */
  readonly clients?: ClientLimits;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
}

/** Live candles: a board for each market and timeframe that somebody watches, and one connection per venue. */
export class CandleStreams {
  readonly #boards = new Map<string, CandleBoard>();
  readonly #switchers = new Map<string, VenueSwitcher>();
  readonly #feeds = new Map<VenueId, CandleFeed>();
  readonly #places: ClientPlaces;
  #refused = 0;
  #isClosed = false;

  constructor(private readonly parts: CandleStreamsParts) {
    this.#places = new ClientPlaces(parts.clients ?? CLIENT_LIMITS, 'series of candles');
  }

  /** Markets and timeframes that are followed now. */
  get boardCount(): number {
    return this.#boards.size;
  }

  /** Topics that are asked of venues; timeframes that are made of the same candles share one. */
  get topicCount(): number {
    return [...this.#feeds.values()].reduce((sum, feed) => sum + feed.topics, 0);
  }

  /** Connections to venues that are open for candles. */
  get connectionCount(): number {
    return [...this.#feeds.values()].reduce((sum, feed) => sum + feed.connections, 0);
  }

  /** Subscriptions that were refused because too much was followed. */
  get refused(): number {
    return this.#refused + this.#places.refused;
  }

  /**
   * To be asked first for whoever is a client: takes a place of its share until it is over. `venue`: the one that was asked
   * for. Throws ApiError RATE_LIMITED.
   */
  admit(
    { instrument: { venueSymbol } }: CandleMarket,
    venue: string | null | undefined,
    timeframe: Timeframe,
    holder: PlaceHolder,
  ): void {
    this.#places.take(`${venue ?? ''}|${venueSymbol}|${timeframe}`, holder);
  }

  /**
   * The stream of the first of the markets whose venue can be asked; where that cannot be reached for long, another takes
   * over. Rejects with ApiError UNAVAILABLE where none can; joining throws it while too many others are followed. `asker`:
   * for whom it is found out which can.
   */
  async open(
    markets: readonly CandleMarket[],
    timeframe: Timeframe,
    asker?: Asker,
  ): Promise<StateStream<CandleNews>> {
    const all = markets.flatMap((market) => seriesOf(market, timeframe) ?? []);
    const [first] = all;
    if (first === undefined || this.#isClosed) {
      throw new ApiError('UNAVAILABLE', `No venue has live candles of ${timeframe} of this market.`);
    }
    if (all.length === 1) return this.#streamOf(first, timeframe);
    return this.#streamOfAny(first, all, timeframe, asker);
  }

  /** Ends all boards and connections. */
  async close(): Promise<void> {
    this.#isClosed = true;
    for (const switcher of [...this.#switchers.values()]) switcher.end();
    for (const board of [...this.#boards.values()]) board.end();
    await Promise.all([...this.#feeds.values()].map((feed) => feed.close()));
  }

  #streamOf(series: CandleSeries, timeframe: Timeframe): StateStream<CandleNews> {
    const key = keyOf(series, timeframe);
    return new StateStream(key, {
      keys: () => this.#boards.get(key)?.keys() ?? [],
      read: (each) => this.#boards.get(key)?.read(each),
      // Made when somebody really joins: asking alone holds nothing.
      subscribe: (onChanged) => this.#board(series, timeframe).subscribe(onChanged),
    });
  }

  async #streamOfAny(
    { instrument }: CandleSeries,
    all: readonly CandleSeries[],
    timeframe: Timeframe,
    asker: Asker | undefined,
  ): Promise<StateStream<CandleNews>> {
    const key = `candles||${instrument.symbol}|${timeframe}`;
    // Who comes later gets what the others have.
    const first = this.#switchers.get(key)?.index ?? (await this.#answering(all, timeframe, asker));
    return new StateStream(key, {
      keys: () => this.#switchers.get(key)?.keys() ?? [],
      read: (each) => this.#switchers.get(key)?.read(each),
      subscribe: (onChanged) => this.#switcher(key, all, first, timeframe).subscribe(onChanged),
    });
  }

  /** Which of them history comes from: where it is read, it can be followed. */
  async #answering(
    all: readonly CandleSeries[],
    timeframe: Timeframe,
    asker: Asker | undefined,
  ): Promise<number> {
    const { reader, clock } = this.parts;
    const nowMs = clock.nowMs();
    const fromMs = bucketStartMs(timeframe, bucketStartMs(timeframe, nowMs) - 1);
    const [candle] = await reader.read(all, { timeframe, fromMs, toMs: nowMs + 1 }, asker);
    return Math.max(
      all.findIndex(({ venue }) => venue.id === candle?.venue),
      0,
    );
  }

  #switcher(key: string, all: readonly CandleSeries[], first: number, timeframe: Timeframe): VenueSwitcher {
    const known = this.#switchers.get(key);
    if (known !== undefined) return known;
    const { clock, log } = this.parts;
    const switcher = new VenueSwitcher(
      {
        all,
        boardOf: (series) => this.#board(series, timeframe),
        clock,
        onError: (err) => log.error({ err }, 'another venue could not be followed'),
        onReleased: () => this.#switchers.delete(key),
      },
      first,
    );
    this.#switchers.set(key, switcher);
    return switcher;
  }

  #board(series: CandleSeries, timeframe: Timeframe): CandleBoard {
    const key = keyOf(series, timeframe);
    const known = this.#boards.get(key);
    if (known !== undefined) return known;
    this.#makeRoom();
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

  /** Ends what nobody has watched for longest. Throws ApiError UNAVAILABLE where everything is watched. */
  #makeRoom(): void {
    if (this.#boards.size < MAX_BOARDS && !this.#isClosed) return;
    const unwatched = [...this.#boards.values()].flatMap((board) =>
      board.unwatchedSinceMs === undefined ? [] : [{ board, sinceMs: board.unwatchedSinceMs }],
    );
    const [longest] = unwatched.sort((a, b) => a.sinceMs - b.sinceMs);
    if (longest !== undefined && !this.#isClosed) {
      longest.board.end();
      return;
    }
    this.#refused += 1;
    throw new ApiError(
      'UNAVAILABLE',
      `The candles of ${MAX_BOARDS} markets and timeframes are followed already. Try again later.`,
    );
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

function keyOf({ venue, instrument }: CandleSeries, timeframe: Timeframe): string {
  return `candles|${venue.id}|${instrument.venueSymbol}|${timeframe}`;
}
