import { type Candle } from '@orderfox/domain';
import { RareReport, type Clock, type Random } from '@orderfox/feed';
import { type Log } from '../../core/log.js';
import { type FeedSocket, type OpenSocket } from '../feeds/feed-ports.js';
import { type CandleSeries, type CandleVenue } from './candle-market.js';

/** What a feed of candles works with. */
export interface CandleFeedParts {
  readonly venue: CandleVenue;
  readonly openSocket: OpenSocket;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
}

/** Who watches one series. */
export interface CandleWatcher {
  /** A candle as the venue has just told it. */
  readonly onCandle: (candle: Candle) => void;
  /** Candles may have been missed: the connection was lost and is back. */
  readonly onGap: () => void;
}

/** A topic of the venue, and all who want it: several timeframes may be made of the same candles. */
interface Watched {
  readonly series: CandleSeries;
  readonly watchers: Set<CandleWatcher>;
}

/** The live candles of one venue: one connection for all series that are watched, none while none is. */
export class CandleFeed {
  /** By topic. */
  readonly #watched = new Map<string, Watched>();
  readonly #problems: RareReport;
  #socket: FeedSocket | undefined;
  #wasLive = false;
  /** Connections on their way out. */
  readonly #closing = new Set<Promise<void>>();

  constructor(private readonly parts: CandleFeedParts) {
    this.#problems = new RareReport(parts.clock);
  }

  /** Connections that are not closed, 0 or 1. */
  get connections(): number {
    return this.#socket === undefined ? 0 : 1;
  }

  /** Topics that are asked of the venue. */
  get topics(): number {
    return this.#watched.size;
  }

  /** Whether a candle of this series would arrive now, as far as one can know. */
  carries(series: CandleSeries): boolean {
    const socket = this.#socket;
    return socket?.status.state === 'LIVE' && !socket.refusedTopics.has(this.#topicOf(series));
  }

  /** Delivers a series to one more watcher; the returned function ends it. Throws VenueError (`REFUSED`). */
  watch(series: CandleSeries, watcher: CandleWatcher): () => void {
    const topic = this.#topicOf(series);
    const watched = this.#watched.get(topic) ?? { series, watchers: new Set() };
    watched.watchers.add(watcher);
    this.#watched.set(topic, watched);
    const leave = () => this.#leave(topic, watcher);
    try {
      if (this.#socket === undefined) this.#open();
      else this.#socket.setTopics([...this.#watched.keys()]);
    } catch (error) {
      leave();
      throw error;
    }
    return leave;
  }

  /** Ends everything. Resolves when no connection is left. */
  async close(): Promise<void> {
    this.#watched.clear();
    this.#end();
    await Promise.all(this.#closing);
  }

  #topicOf({ instrument, timeframe }: CandleSeries): string {
    return this.parts.venue.candles.topicOf(instrument, timeframe);
  }

  #leave(topic: string, watcher: CandleWatcher): void {
    const watchers = this.#watched.get(topic)?.watchers;
    if (watchers?.delete(watcher) !== true || watchers.size > 0) return;
    this.#watched.delete(topic);
    if (this.#watched.size > 0) this.#socket?.setTopics([...this.#watched.keys()]);
    else this.#end();
  }

  #open(): void {
    const { venue, openSocket, clock, random, log } = this.parts;
    const fields = { venue: venue.id, stream: 'candles' };
    this.#wasLive = false;
    const socket = openSocket({
      protocol: venue.candles.protocol(venue.roots),
      topics: [...this.#watched.keys()],
      clock,
      random,
      onMessage: (message, receivedTimeMs) => this.#read(message, receivedTimeMs),
      onState: ({ state }) => {
        if (state === 'LIVE') this.#live();
      },
      onUnreadable: (report) => log.warn({ ...fields, ...report }, 'frames cannot be read'),
      onRefused: (topic, reason) => log.warn({ ...fields, topic, reason }, 'the venue refused a topic'),
      onHandlerError: (err) => log.error({ ...fields, err }, 'a candle could not be handed on'),
    });
    this.#socket = socket;
    socket.start();
  }

  #end(): void {
    const stopped = this.#socket?.stop();
    this.#socket = undefined;
    if (stopped === undefined) return;
    this.#closing.add(stopped);
    void stopped.finally(() => this.#closing.delete(stopped));
  }

  #live(): void {
    const all = this.#wasLive ? [...this.#watched.values()] : [];
    this.#wasLive = true;
    for (const { watchers } of all) for (const watcher of [...watchers]) watcher.onGap();
  }

  #read(message: unknown, receivedTimeMs: number): void {
    const { venue, log } = this.parts;
    const { candles, problems } = venue.candles.normalise(
      message,
      (topic) => this.#watched.get(topic)?.series,
      receivedTimeMs,
    );
    for (const { topic, candle } of candles) {
      for (const watcher of [...(this.#watched.get(topic)?.watchers ?? [])]) watcher.onCandle(candle);
    }
    for (const problem of problems) {
      const due = this.#problems.add(problem);
      if (due !== undefined) log.warn({ venue: venue.id, ...due }, 'a candle cannot be read');
    }
  }
}
