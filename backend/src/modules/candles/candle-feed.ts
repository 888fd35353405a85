import { type Candle } from '@orderfox/domain';
import { type Clock, type Random, type SocketStatus } from '@orderfox/feed';
import { type Log } from '../../core/log.js';
import { type OpenSocket } from '../feeds/feed-ports.js';
import { OnDemandConnection } from '../feeds/on-demand-connection.js';
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
  readonly #connection: OnDemandConnection;
  #wasLive = false;

  constructor(private readonly parts: CandleFeedParts) {
    const { venue } = parts;
    this.#connection = new OnDemandConnection({
      ...parts,
      venue: venue.id,
      stream: 'candles',
      protocol: () => venue.candles.protocol(venue.roots),
      onMessage: (message, receivedTimeMs) => this.#read(message, receivedTimeMs),
      onStatus: (status) => this.#heard(status),
    });
  }

  /** Connections that are not closed, 0 or 1. */
  get connections(): number {
    return this.#connection.isOpen ? 1 : 0;
  }

  /** Topics that are asked of the venue. */
  get topics(): number {
    return this.#watched.size;
  }

  /** Whether a candle of this series would arrive now, as far as one can know. */
  carries(series: CandleSeries): boolean {
    const { status } = this.#connection;
    return status.state === 'LIVE' && this.#connection.refusal(this.#topicOf(series)) === undefined;
  }

  /** Delivers a series to one more watcher; the returned function ends it. Throws VenueError (`REFUSED`). */
  watch(series: CandleSeries, watcher: CandleWatcher): () => void {
    const topic = this.#topicOf(series);
    const watched = this.#watched.get(topic) ?? { series, watchers: new Set() };
    watched.watchers.add(watcher);
    this.#watched.set(topic, watched);
    const leave = () => this.#leave(topic, watcher);
    try {
      if (!this.#connection.isOpen) this.#wasLive = false;
      this.#connection.ask([...this.#watched.keys()]);
    } catch (error) {
      leave();
      throw error;
    }
    return leave;
  }

  /** Ends everything. Resolves when no connection is left. */
  async close(): Promise<void> {
    this.#watched.clear();
    await this.#connection.close();
  }

  #topicOf({ instrument, timeframe }: CandleSeries): string {
    return this.parts.venue.candles.topicOf(instrument, timeframe);
  }

  #leave(topic: string, watcher: CandleWatcher): void {
    const watchers = this.#watched.get(topic)?.watchers;
    if (watchers?.delete(watcher) !== true || watchers.size > 0) return;
    this.#watched.delete(topic);
    if (this.#watched.size > 0) this.#connection.ask([...this.#watched.keys()]);
    else this.#connection.end();
  }

  #heard({ state }: SocketStatus): void {
    if (state !== 'LIVE') return;
    const all = this.#wasLive ? [...this.#watched.values()] : [];
    this.#wasLive = true;
    for (const { watchers } of all) for (const watcher of [...watchers]) watcher.onGap();
  }

  #read(message: unknown, receivedTimeMs: number): void {
    const { candles, problems } = this.parts.venue.candles.normalise(
      message,
      (topic) => this.#watched.get(topic)?.series,
      receivedTimeMs,
    );
    for (const { topic, candle } of candles) {
      for (const watcher of [...(this.#watched.get(topic)?.watchers ?? [])]) watcher.onCandle(candle);
    }
    this.#connection.note(problems);
  }
}
