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

/** The live candles of one venue: one connection for all series that are watched, none while none is. */
export class CandleFeed {
  readonly #watchers = new Map<string, { readonly series: CandleSeries; readonly watcher: CandleWatcher }>();
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

  /** Starts to deliver a series, which nobody watches yet; the returned function ends it. Throws VenueError (`REFUSED`). */
  watch(series: CandleSeries, watcher: CandleWatcher): () => void {
    const topic = this.parts.venue.candles.topicOf(series.instrument, series.timeframe);
    this.#watchers.set(topic, { series, watcher });
    if (this.#socket === undefined) this.#open();
    else this.#socket.setTopics([...this.#watchers.keys()]);
    return () => {
      if (this.#watchers.get(topic)?.watcher !== watcher) return;
      this.#watchers.delete(topic);
      if (this.#watchers.size > 0) this.#socket?.setTopics([...this.#watchers.keys()]);
      else this.#end();
    };
  }

  /** Ends everything. Resolves when no connection is left. */
  async close(): Promise<void> {
    this.#watchers.clear();
    this.#end();
    await Promise.all(this.#closing);
  }

  #open(): void {
    const { venue, openSocket, clock, random, log } = this.parts;
    const fields = { venue: venue.id, stream: 'candles' };
    this.#wasLive = false;
    const socket = openSocket({
      protocol: venue.candles.protocol(venue.roots),
      topics: [...this.#watchers.keys()],
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
    if (this.#wasLive) for (const { watcher } of [...this.#watchers.values()]) watcher.onGap();
    this.#wasLive = true;
  }

  #read(message: unknown, receivedTimeMs: number): void {
    const { venue, log } = this.parts;
    const { candles, problems } = venue.candles.normalise(
      message,
      (topic) => this.#watchers.get(topic)?.series,
      receivedTimeMs,
    );
    for (const { topic, candle } of candles) this.#watchers.get(topic)?.watcher.onCandle(candle);
    for (const problem of problems) {
      const due = this.#problems.add(problem);
      if (due !== undefined) log.warn({ venue: venue.id, ...due }, 'a candle cannot be read');
    }
  }
}
