import { type Instrument, type Trade } from '@orderfox/domain';
import { type Clock, type Random, type SocketStatus } from '@orderfox/feed';
import { type Log } from '../../core/log.js';
import { type OpenSocket } from '../feeds/feed-ports.js';
import { OnDemandConnection } from '../feeds/on-demand-connection.js';
import { type TradeVenue } from './trade-market.js';

/** What a feed of trades works with. */
export interface TradeFeedParts {
  readonly venue: TradeVenue;
  /** A contract as the newest catalogue has it: what its venue counts in may change while it is followed. */
  readonly instrumentNow: (instrument: Instrument) => Instrument;
  readonly openSocket: OpenSocket;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
}

/** Who follows the trades of one contract. */
export interface TradeWatcher {
  readonly onTrade: (trade: Trade) => void;
  /** A trade came that could not be read, or a frame in which there may have been some. */
  readonly onUnreadable: () => void;
  /** The connection says something else of itself than before. */
  readonly onStatus: (status: SocketStatus) => void;
}

interface Watched {
  readonly instrument: Instrument;
  readonly watcher: TradeWatcher;
}

/** The live trades of one venue: one connection for all markets that are watched, none while none is. */
export class TradeFeed {
  /** By topic; a market has one watcher. */
  readonly #watched = new Map<string, Watched>();
  readonly #connection: OnDemandConnection;
  #unreadable = 0;

  constructor(private readonly parts: TradeFeedParts) {
    const { venue } = parts;
    this.#connection = new OnDemandConnection({
      ...parts,
      venue: venue.id,
      stream: 'trades',
      protocol: () => venue.trades.protocol(venue.roots),
      onMessage: (message, receivedTimeMs) => this.#read(message, receivedTimeMs),
      onUnreadable: () => this.#lostFrame(),
      onStatus: (status) => {
        for (const { watcher } of [...this.#watched.values()]) watcher.onStatus(status);
      },
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

  /** Rows, and whole frames, that could not be read. */
  get unreadable(): number {
    return this.#unreadable;
  }

  /** What the connection says of itself. */
  get status(): SocketStatus {
    return this.#connection.status;
  }

  /** Epoch ms at which the connection said something last; undefined before the first time. */
  get lastDataMs(): number | undefined {
    return this.#connection.lastDataMs;
  }

  /** Why the venue does not send a market's trades; undefined if it did not refuse them. */
  refusal(instrument: Instrument): string | undefined {
    return this.#connection.refusal(this.#topicOf(instrument));
  }

  /** Delivers a market to its watcher; the returned function ends it. Throws VenueError (`REFUSED`). */
  watch(instrument: Instrument, watcher: TradeWatcher): () => void {
    const topic = this.#topicOf(instrument);
    this.#watched.set(topic, { instrument, watcher });
    const leave = () => this.#leave(topic, watcher);
    try {
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

  #topicOf(instrument: Instrument): string {
    return this.parts.venue.trades.topicOf(instrument);
  }

  #leave(topic: string, watcher: TradeWatcher): void {
    if (this.#watched.get(topic)?.watcher !== watcher) return;
    this.#watched.delete(topic);
    if (this.#watched.size > 0) this.#connection.ask([...this.#watched.keys()]);
    else this.#connection.end();
  }

  /** It may have been of any of them. */
  #lostFrame(): void {
    this.#unreadable += 1;
    for (const { watcher } of [...this.#watched.values()]) watcher.onUnreadable();
  }

  #read(message: unknown, receivedTimeMs: number): void {
    const { venue, instrumentNow } = this.parts;
    // Rows that cannot be read do not say whose they are; their frame has asked for it.
    let asked: Watched | undefined;
    const find = (topic: string) => {
      asked = this.#watched.get(topic);
      return asked && instrumentNow(asked.instrument);
    };
    const { trades, problems } = venue.trades.normalise(message, find, receivedTimeMs);
    // Where in the frame it lies is not known: before its other rows or after them.
    if (problems.length > 0) asked?.watcher.onUnreadable();
    for (const { topic, trade } of trades) this.#watched.get(topic)?.watcher.onTrade(trade);
    if (problems.length > 0) asked?.watcher.onUnreadable();
    this.#unreadable += problems.length;
    this.#connection.note(problems);
  }
}
