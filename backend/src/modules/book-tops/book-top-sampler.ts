import { type Clock, type Timer } from '@orderfox/feed';
import { type BookMarket } from '../books/book-market.js';
import { OLD_AFTER_MS } from '../books/book-status.js';
import { type OrderBookView } from '../books/order-book-view.js';
import { topOf, type BookTop } from './book-top.js';

/** Between two samples. */
export const SAMPLE_EVERY_MS = 1_000;

/** What is sampled, and who gets it. */
export interface BookTopSamplerParts {
  /** The markets that are meant, as they are listed now. */
  readonly markets: () => readonly BookMarket[];
  /** A book as it is now; undefined where it is not followed. */
  readonly bookOf: (market: BookMarket) => OrderBookView | undefined;
  /** Monotonic ms at which the venue last said something of it; undefined: never, or it is not followed. */
  readonly heardMs: (market: BookMarket) => number | undefined;
  readonly clock: Clock;
  readonly onTops: (tops: readonly BookTop[]) => void;
  /** Between two samples, ms; a second unless told. */
  readonly everyMs?: number;
}

/**
 * Reads the tops of books off at the beginning of every second of UTC, or of every such stretch of another length. A book that
 * is not whole then, or that nothing was heard of for five seconds, has none of that second, and a second that passed while
 * the process could not look has none at all: nothing is repeated.
 */
export class BookTopSampler {
  #timer: Timer | undefined;
  #secondMs = Number.NaN;
  readonly #everyMs: number;
  #sampled = 0;
  #absent = 0;

  constructor(private readonly parts: BookTopSamplerParts) {
    this.#everyMs = parts.everyMs ?? SAMPLE_EVERY_MS;
  }

  /** Tops that were read off. */
  get sampled(): number {
    return this.#sampled;
  }

  /** How often a market had no whole book, or one that nothing was heard of any more, when it was looked at. */
  get absent(): number {
    return this.#absent;
  }

  /** Begins with the next second, or whatever it is. A second call does nothing. */
  start(): void {
    if (this.#timer === undefined) this.#wait();
  }

  stop(): void {
    this.#timer?.cancel();
  }

  #wait(): void {
    const { clock } = this.parts;
    this.#timer = clock.after(this.#everyMs - (clock.nowMs() % this.#everyMs), () => {
      this.#wait();
      this.#look();
    });
  }

  #look(): void {
    const { clock, markets, onTops } = this.parts;
    const nowMs = clock.nowMs();
    const secondMs = nowMs - (nowMs % this.#everyMs);
    // A timer may be a hair early: the second that was looked at comes once.
    if (secondMs === this.#secondMs) return;
    this.#secondMs = secondMs;
    const tops: BookTop[] = [];
    for (const market of markets()) {
      const top = this.#topOf(market, secondMs);
      if (top === undefined) this.#absent += 1;
      else tops.push(top);
    }
    this.#sampled += tops.length;
    if (tops.length > 0) onTops(tops);
  }

  #topOf(market: BookMarket, secondMs: number): BookTop | undefined {
    const { clock, bookOf, heardMs } = this.parts;
    // Its connection may live while this book alone has gone quiet: what stands here may be long over.
    if (!(clock.monotonicMs() - (heardMs(market) ?? Number.NaN) <= OLD_AFTER_MS)) return undefined;
    const view = bookOf(market);
    return view && topOf(view, secondMs);
  }
}
