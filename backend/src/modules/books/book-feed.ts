import { type Instrument } from '@orderfox/domain';
import { type Clock, type Random, type SocketStatus, type Timer } from '@orderfox/feed';
import { type BookUpdate } from '@orderfox/venues';
import { type Log } from '../../core/log.js';
import { type OpenSocket } from '../feeds/feed-ports.js';
import { OnDemandConnection } from '../feeds/on-demand-connection.js';
import { type BookVenue } from './book-market.js';

/** How often those who watch are asked whether something has to be done. */
export const TICK_MS = 250;
/** A topic that was left is joined again after so long: two requests at the pace of the slowest venue. */
const REJOIN_AFTER_MS = 1_000;

/** What a feed of books works with. */
export interface BookFeedParts {
  readonly venue: BookVenue;
  readonly openSocket: OpenSocket;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
}

/** Who keeps one book. */
export interface BookWatcher {
  /** What the venue has just said of it. */
  readonly onUpdate: (update: BookUpdate) => void;
  /** The connection says something else of itself than before. */
  readonly onStatus: (status: SocketStatus) => void;
  /** Some time has passed. */
  readonly onTick: () => void;
}

/** The live books of one venue: one connection for all that are watched, none while none is. */
export class BookFeed {
  /** By topic; a book has one keeper. */
  readonly #watched = new Map<string, BookWatcher>();
  /** Topics that were left to be joined again, with the monotonic ms at which. */
  readonly #away = new Map<string, number>();
  readonly #connection: OnDemandConnection;
  #ticking: Timer | undefined;

  constructor(private readonly parts: BookFeedParts) {
    const { venue } = parts;
    this.#connection = new OnDemandConnection({
      ...parts,
      venue: venue.id,
      stream: 'books',
      protocol: () => venue.books.protocol(venue.roots),
      onMessage: (message) => this.#read(message),
      onStatus: (status) => {
        for (const watcher of [...this.#watched.values()]) watcher.onStatus(status);
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

  /** What the connection says of itself. */
  get status(): SocketStatus {
    return this.#connection.status;
  }

  /** Why the venue does not send a book; undefined if it did not refuse it. */
  refusal(instrument: Instrument): string | undefined {
    return this.#connection.refusal(this.#topicOf(instrument));
  }

  /** Delivers a book to its keeper; the returned function ends it. Throws VenueError (`REFUSED`). */
  watch(instrument: Instrument, watcher: BookWatcher): () => void {
    const topic = this.#topicOf(instrument);
    this.#watched.set(topic, watcher);
    const leave = () => this.#leave(topic, watcher);
    try {
      const isNew = !this.#connection.isOpen;
      this.#connection.ask(this.#wanted());
      if (isNew) this.#tickLater();
    } catch (error) {
      leave();
      throw error;
    }
    return leave;
  }

  /** Leaves a book's topic and joins it again, for venues that begin a subscription with the whole book. */
  rejoin(instrument: Instrument): void {
    const topic = this.#topicOf(instrument);
    if (!this.#watched.has(topic) || this.#away.has(topic)) return;
    this.#away.set(topic, this.parts.clock.monotonicMs());
    this.#connection.ask(this.#wanted());
  }

  /** Ends everything. Resolves when no connection is left. */
  async close(): Promise<void> {
    this.#watched.clear();
    this.#end();
    await this.#connection.close();
  }

  #topicOf(instrument: Instrument): string {
    return this.parts.venue.books.topicOf(instrument);
  }

  #wanted(): readonly string[] {
    return [...this.#watched.keys()].filter((topic) => !this.#away.has(topic));
  }

  #leave(topic: string, watcher: BookWatcher): void {
    if (this.#watched.get(topic) !== watcher) return;
    this.#watched.delete(topic);
    this.#away.delete(topic);
    if (this.#watched.size > 0) this.#connection.ask(this.#wanted());
    else this.#end();
  }

  #end(): void {
    this.#ticking?.cancel();
    this.#away.clear();
    this.#connection.end();
  }

  #tickLater(): void {
    this.#ticking = this.parts.clock.after(TICK_MS, () => {
      this.#tickLater();
      this.#comeBack();
      for (const watcher of [...this.#watched.values()]) watcher.onTick();
    });
  }

  #comeBack(): void {
    const beforeMs = this.parts.clock.monotonicMs() - REJOIN_AFTER_MS;
    const due = [...this.#away].filter(([, sinceMs]) => sinceMs <= beforeMs);
    if (due.length === 0) return;
    for (const [topic] of due) this.#away.delete(topic);
    this.#connection.ask(this.#wanted());
  }

  #read(message: unknown): void {
    const { updates, problems } = this.parts.venue.books.normalise(message, (topic) =>
      this.#watched.has(topic),
    );
    for (const { topic, update } of updates) this.#watched.get(topic)?.onUpdate(update);
    this.#connection.note(problems);
  }
}
