import { OrderBook } from '@orderfox/domain';
import { type Clock, type SocketState, type SocketStatus, type Timer } from '@orderfox/feed';
import { BookKeeper, levelsToldBy, type BookLoss, type BookUnits, type BookUpdate } from '@orderfox/venues';
import { type BookFeed } from './book-feed.js';
import { type BookMarket } from './book-market.js';
import { whyMissing, type BookStatus } from './book-status.js';
import { type SnapshotTurns } from './snapshot-turns.js';
import { WholeBookFetch } from './whole-book-fetch.js';

/** How long a book goes on to be followed when nobody looks: people come back, and pages are reloaded. */
export const LINGER_MS = 60_000;
/** A book is told at most once in this time. */
export const TELL_EVERY_MS = 100;
/** A venue that begins with the whole book has so long to send it. */
const WHOLE_WITHIN_MS = 10_000;
/** Such venues say that a book is alive once a minute, or begin anew without cost: longer, and something is broken. */
const SILENT_AFTER_MS = 75_000;
/** Price levels of each side kept at hand; those further from the best are found a little slower. */
const SLOTS = 8_192;
/** States without a loss so far. What is STALE may come back without one: then the numbers of its updates say so. */
const MAY_FLOW: ReadonlySet<SocketState> = new Set<SocketState>(['CONNECTING', 'SYNCING', 'LIVE', 'STALE']);
const LIVE: BookStatus = { state: 'LIVE', reason: 'the book is whole' };

/** What a book is followed with. */
export interface LiveBookParts {
  readonly market: BookMarket;
  readonly feed: Pick<BookFeed, 'watch' | 'rejoin' | 'status' | 'refusal'>;
  /** Where whole books are fetched, for venues that do not send them. */
  readonly turns: Pick<SnapshotTurns, 'fetch'>;
  /** The units of the contract as the newest catalogue has them. */
  readonly unitsNow: () => BookUnits | undefined;
  /** It is followed whether any client looks or not, and fetched before those that clients want. */
  readonly isStanding: () => boolean;
  readonly clock: Clock;
  readonly onError: (error: unknown) => void;
  /** Nobody has looked for some time; it follows nothing any more. */
  readonly onReleased: () => void;
}

/**
 * The book of one market while somebody looks, and a minute longer. It is shown while it is whole and the connection is
 * known to be alive; as soon as it is not, everybody is told so, and why. Changes of a whole book are told at most ten times
 * a second, the newest state only.
 */
export class LiveBook {
  #units: BookUnits;
  #keeper: BookKeeper;
  readonly #listeners = new Set<() => void>();
  #leave: (() => void) | undefined;
  #unwatchedSinceMs: number | undefined;
  #release: Timer | undefined;
  #pulse: Timer | undefined;
  #toldMs = Number.NEGATIVE_INFINITY;
  #version = 0;
  #status: BookStatus = whyMissing({
    loss: 'STARTING',
    connection: { state: 'CONNECTING', reason: 'not connected yet' },
    refusal: undefined,
    trouble: undefined,
  });
  #sinceMs: number;
  /** An update has come on this connection, so that those after a whole book that is fetched now come too. */
  #isFlowing = false;
  readonly #fetch: WholeBookFetch;
  /** Monotonic ms since when the socket owes the whole book. */
  #owedSinceMs: number | undefined;
  /** Monotonic ms. */
  #heardMs: number | undefined;
  #resyncs = 0;

  constructor(private readonly parts: LiveBookParts) {
    this.#units = parts.market.units;
    this.#keeper = this.#makeKeeper();
    this.#sinceMs = parts.clock.nowMs();
    const { market, turns, clock, isStanding, onError } = parts;
    this.#fetch = new WholeBookFetch({
      ...{ market, turns, clock, isStanding, onError },
      // Where nothing flows any more, the next connection asks again.
      isWanted: () => this.#leave !== undefined && this.#isFlowing && this.#keeper.loss !== undefined,
      onBook: (book) => this.#keeper.takeSnapshot(book),
      onOver: () => {
        if (this.#leave !== undefined) this.#look();
      },
    });
  }

  /** What its numbers are in coins. */
  get units(): BookUnits {
    return this.#units;
  }

  /** The book, while it can be shown. */
  get book(): OrderBook | undefined {
    return this.#status === LIVE ? this.#keeper.book : undefined;
  }

  get status(): BookStatus {
    return this.#status;
  }

  /** Since when it is shown, or not shown; epoch ms. */
  get sinceMs(): number {
    return this.#sinceMs;
  }

  /** When the venue says that the book was as it is now, epoch ms. */
  get venueTimeMs(): number | undefined {
    return this.#keeper.venueTimeMs;
  }

  /** Monotonic ms at which the venue last said something of it; undefined: never. */
  get heardMs(): number | undefined {
    return this.#heardMs;
  }

  /** Another number after each change that is told. */
  get version(): number {
    return this.#version;
  }

  /** How often a whole book was asked for, the first time included. */
  get resyncs(): number {
    return this.#resyncs;
  }

  /** Monotonic ms since when nobody looks; undefined while somebody does. */
  get unwatchedSinceMs(): number | undefined {
    return this.#unwatchedSinceMs;
  }

  /** Follows it for one more; the returned function ends that. Throws VenueError (`REFUSED`). */
  subscribe(onChanged: () => void): () => void {
    this.#release?.cancel();
    this.#release = undefined;
    // First, so that an address that is refused leaves nothing behind.
    if (this.#leave === undefined) this.#follow();
    this.#unwatchedSinceMs = undefined;
    const own = () => onChanged();
    this.#listeners.add(own);
    return () => {
      if (!this.#listeners.delete(own) || this.#listeners.size > 0 || this.#leave === undefined) return;
      this.#unwatchedSinceMs = this.parts.clock.monotonicMs();
      this.#release = this.parts.clock.after(LINGER_MS, () => this.end());
    };
  }

  /** Lets go of the venue at once. May be called twice. */
  end(): void {
    this.#release?.cancel();
    this.#pulse?.cancel();
    const leave = this.#leave;
    this.#leave = undefined;
    if (leave === undefined) return;
    leave();
    this.parts.onReleased();
  }

  get #isBySocket(): boolean {
    return this.parts.market.venue.books.rule.snapshotFrom === 'SOCKET';
  }

  #makeKeeper(): BookKeeper {
    const { market, clock } = this.parts;
    const { rule } = market.venue.books;
    return new BookKeeper({
      book: new OrderBook(this.#units.grid, SLOTS, levelsToldBy(rule)),
      rule,
      nowMs: () => clock.monotonicMs(),
      onWanted: (loss) => this.#bring(loss),
    });
  }

  #follow(): void {
    const { feed, market, onReleased } = this.parts;
    try {
      this.#leave = feed.watch(market.instrument, {
        onUpdate: (update) => this.#take(update),
        onStatus: (status) => this.#connectionChanged(status),
        onTick: () => this.#tick(),
      });
    } catch (error) {
      onReleased();
      throw error;
    }
    this.#connectionChanged(feed.status);
  }

  #connectionChanged({ state }: SocketStatus): void {
    if (state === 'LIVE') {
      if (this.#isBySocket && this.#owedSinceMs === undefined && this.#keeper.loss !== undefined)
        this.#keeper.connected();
    } else if (!MAY_FLOW.has(state) && this.#keeper.loss !== 'DISCONNECTED') {
      this.#keeper.disconnected();
      this.#isFlowing = false;
      this.#owedSinceMs = undefined;
    }
    this.#look();
  }

  #take(update: BookUpdate): void {
    this.#heardMs = this.parts.clock.monotonicMs();
    this.#keeper.take(update);
    if (!this.#isFlowing) {
      this.#isFlowing = true;
      // Not before: a whole book from before the first update would have to be fetched again.
      if (!this.#isBySocket && this.#keeper.loss !== undefined) this.#keeper.connected();
    }
    if (this.#look()) return;
    if (this.#status === LIVE) this.#tellSoon();
  }

  #tick(): void {
    const nowMs = this.parts.clock.monotonicMs();
    if (this.#fetch.isDue()) this.#keeper.snapshotFailed();
    if (this.#isBySocket) this.#watchSocket(nowMs);
    this.#keeper.tick();
    this.#look();
  }

  /** A venue that owes the whole book, or has said nothing for very long, is asked again. */
  #watchSocket(nowMs: number): void {
    if (this.parts.feed.status.state !== 'LIVE') return;
    if (this.#keeper.loss === undefined) {
      if (nowMs - (this.#heardMs ?? 0) < SILENT_AFTER_MS) return;
      this.#keeper.disconnected();
      this.#keeper.connected();
    } else if (nowMs - (this.#owedSinceMs ?? nowMs) >= WHOLE_WITHIN_MS) {
      this.#keeper.snapshotFailed();
    }
  }

  /** A whole book is wanted. */
  #bring(loss: BookLoss): void {
    this.#resyncs += 1;
    if (loss === 'OFF_GRID') this.#renewUnits();
    if (!this.#isBySocket) {
      this.#fetch.start();
      return;
    }
    const { feed, market, clock } = this.parts;
    // What a new connection subscribes comes by itself; only what did not come is asked for once more.
    const isNew = !this.#isFlowing && this.#owedSinceMs === undefined;
    this.#owedSinceMs = clock.monotonicMs();
    if (!isNew && feed.refusal(market.instrument) === undefined) feed.rejoin(market.instrument);
  }

  /** The venue may have changed the steps of the contract; the catalogue knows. */
  #renewUnits(): void {
    const units = this.parts.unitsNow();
    const { tickSize, stepSize } = this.#units.grid;
    if (units === undefined || (units.grid.tickSize === tickSize && units.grid.stepSize === stepSize)) return;
    this.#units = units;
    this.#keeper = this.#makeKeeper();
    this.#keeper.connected();
  }

  /** Notes how the book stands now, and tells at once whether it can be shown; true if that was news. */
  #look(): boolean {
    const before = this.#status;
    const now = this.#statusNow();
    if (now.state === before.state && now.reason === before.reason && now.untilMs === before.untilMs)
      return false;
    this.#status = now;
    if ((now === LIVE) !== (before === LIVE)) this.#sinceMs = this.parts.clock.nowMs();
    this.#tell();
    return true;
  }

  #statusNow(): BookStatus {
    const { feed, market } = this.parts;
    const { book, loss } = this.#keeper;
    const connection = feed.status;
    const isWhole = book?.bidTicks !== undefined && book.askTicks !== undefined;
    if (isWhole && (connection.state === 'LIVE' || connection.state === 'SYNCING')) return LIVE;
    const refusal = feed.refusal(market.instrument);
    return whyMissing({ loss, connection, refusal, trouble: this.#fetch.trouble });
  }

  #tellSoon(): void {
    if (this.#listeners.size === 0) {
      this.#version += 1;
      return;
    }
    if (this.#pulse !== undefined) return;
    const waitMs = this.#toldMs + TELL_EVERY_MS - this.parts.clock.monotonicMs();
    if (waitMs <= 0) this.#tell();
    else this.#pulse = this.parts.clock.after(waitMs, () => this.#tell());
  }

  #tell(): void {
    this.#pulse?.cancel();
    this.#pulse = undefined;
    this.#toldMs = this.parts.clock.monotonicMs();
    this.#version += 1;
    for (const listener of [...this.#listeners]) listener();
  }
}
