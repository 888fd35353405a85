import { OffGridError, type OrderBook } from '@orderfox/domain';
import { type BookRule, type BookUpdate } from './book-update.js';

/** Why a book is not shown: nothing has come yet; updates were missed; it contradicts itself; its prices changed steps. */
export type BookLoss = 'STARTING' | 'DISCONNECTED' | 'GAP' | 'CROSSED' | 'OFF_GRID';

/** What a keeper works with. */
export interface BookKeeperParts {
  readonly book: OrderBook;
  readonly rule: BookRule;
  /** Monotonic ms. */
  readonly nowMs: () => number;
  /** Asked to bring a whole book: to fetch one, or to subscribe anew. At most once per `RESYNC_EVERY_MS`. */
  readonly onWanted: (loss: BookLoss) => void;
}

/** A whole book costs the venue much: the shortest time between two of them. */
export const RESYNC_EVERY_MS = 5_000;

/** Updates that wait for the whole book; beyond it the oldest go, and another whole book is needed. */
export const MAX_WAITING_UPDATES = 2_048;

/**
 * Keeps one book in step with its venue. It is shown only while it is whole: from the first update that joins a whole book
 * until one is missed, the connection is lost or the book contradicts itself. Then a whole book is asked for, and what
 * comes meanwhile waits. Memory is bounded.
 */
export class BookKeeper {
  #loss: BookLoss | undefined = 'STARTING';
  /** Of the newest update in the book, or of the whole book if none came yet. */
  #lastId: number | undefined;
  /** Whether an update has joined the whole book. */
  #hasJoined = false;
  #waiting: BookUpdate[] = [];
  #askedMs = Number.NEGATIVE_INFINITY;
  #mustAsk = false;
  #venueTimeMs: number | undefined;
  #resyncs = 0;

  constructor(private readonly parts: BookKeeperParts) {}

  /** The book, while it is whole. */
  get book(): OrderBook | undefined {
    return this.#loss === undefined ? this.parts.book : undefined;
  }

  /** Why there is none; undefined while there is. */
  get loss(): BookLoss | undefined {
    return this.#loss;
  }

  /** When the venue says that the book was as it is now, epoch ms. */
  get venueTimeMs(): number | undefined {
    return this.#loss === undefined ? this.#venueTimeMs : undefined;
  }

  /** How often a whole book was asked for. */
  get resyncs(): number {
    return this.#resyncs;
  }

  /** The connection is there and updates may come. */
  connected(): void {
    this.#ask();
  }

  /** The connection is gone: what it would have said is missed. */
  disconnected(): void {
    this.#lose('DISCONNECTED');
    this.#waiting = [];
    this.#mustAsk = false;
  }

  /** To be called now and then: asks for what could not be asked for at once. */
  tick(): void {
    if (this.#mustAsk) this.#ask();
  }

  /** Takes what the socket sent. */
  take(update: BookUpdate): void {
    if (update.isSnapshot) this.#begin(update);
    else if (this.#lastId === undefined) this.#wait(update);
    else this.#step(update);
  }

  /** Takes a whole book that was asked for. One that is older than the book is of no use. */
  takeSnapshot(snapshot: BookUpdate): void {
    if (this.#loss === undefined) return;
    this.#begin(snapshot);
  }

  /** A whole book that was asked for could not be had: it is asked for again. */
  snapshotFailed(): void {
    if (this.#loss !== undefined) this.#mustAsk = true;
  }

  #begin(snapshot: BookUpdate): void {
    const { book } = this.parts;
    const waiting = this.#waiting;
    this.#waiting = [];
    book.clear();
    this.#hasJoined = this.parts.rule.snapshotFrom === 'SOCKET';
    this.#lastId = snapshot.lastId;
    this.#mustAsk = false;
    if (!this.#write(snapshot)) return;
    if (this.parts.rule.snapshotFrom === 'REST') book.endHere(this.parts.rule.levels);
    if (this.#hasJoined) this.#loss = undefined;
    for (const update of waiting) this.take(update);
  }

  #step(update: BookUpdate): void {
    const { rule } = this.parts;
    const id = this.#lastId ?? 0;
    const step = this.#hasJoined ? rule.follows(update, id) : rule.begins(update, id);
    if (step === 'OLD') return;
    if (step === 'GAP') {
      this.#lose('GAP');
      this.#wait(update);
      this.#ask();
      return;
    }
    if (!this.#write(update)) return;
    this.#hasJoined = true;
    this.#lastId = update.lastId;
    this.#loss = undefined;
  }

  /** False if the book is not to be trusted after it. */
  #write({ bids, asks, venueTimeMs }: BookUpdate): boolean {
    const { book } = this.parts;
    try {
      for (const [price, quantity] of bids) book.setBid(price, quantity);
      for (const [price, quantity] of asks) book.setAsk(price, quantity);
    } catch (error) {
      if (!(error instanceof OffGridError)) throw error;
      this.#lose('OFF_GRID');
      this.#ask();
      return false;
    }
    this.#venueTimeMs = venueTimeMs;
    if (!book.isCrossed) return true;
    this.#lose('CROSSED');
    this.#ask();
    return false;
  }

  #lose(loss: BookLoss): void {
    this.#loss = loss;
    this.#lastId = undefined;
    this.#hasJoined = false;
  }

  #wait(update: BookUpdate): void {
    // A whole book on the same socket is newer than all that came before it.
    if (this.parts.rule.snapshotFrom === 'SOCKET') return;
    this.#waiting.push(update);
    if (this.#waiting.length > MAX_WAITING_UPDATES) this.#waiting.shift();
  }

  #ask(): void {
    const nowMs = this.parts.nowMs();
    if (nowMs - this.#askedMs < RESYNC_EVERY_MS) {
      this.#mustAsk = true;
      return;
    }
    this.#mustAsk = false;
    this.#askedMs = nowMs;
    this.#resyncs += 1;
    this.parts.onWanted(this.#loss ?? 'STARTING');
  }
}
