import { type BookMarket } from './book-market.js';
import { type LiveBook } from './live-book.js';
import { viewBook, type BookChoice, type OrderBookView } from './order-book-view.js';

/** Ways to look at one book that are remembered; whoever looks in another way is served all the same. */
const MAX_KEPT = 64;

interface Kept {
  readonly version: number;
  readonly view: OrderBookView;
}

/** One book as different people want it: what several want alike is made once per change that is told. */
export class BookViews {
  /** The newest view by choice, the one made first in front. */
  readonly #kept = new Map<string, Kept>();
  #made = 0;
  #shared = 0;

  constructor(
    private readonly market: BookMarket,
    private readonly live: Pick<
      LiveBook,
      'units' | 'book' | 'venueTimeMs' | 'status' | 'sinceMs' | 'version'
    >,
  ) {}

  /** How many were made. */
  get made(): number {
    return this.#made;
  }

  /** How many were wanted that had been made already. */
  get shared(): number {
    return this.#shared;
  }

  read(choice: BookChoice): OrderBookView {
    const { version, units, book, venueTimeMs, status, sinceMs } = this.live;
    const key = `${choice.limit}|${choice.rounding ?? ''}`;
    const known = this.#kept.get(key);
    if (known?.version === version) {
      this.#shared += 1;
      return known.view;
    }
    this.#made += 1;
    const view = viewBook({ market: this.market, units, book, venueTimeMs, status, sinceMs }, choice);
    this.#kept.delete(key);
    this.#kept.set(key, { version, view });
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > MAX_KEPT && oldest !== undefined) this.#kept.delete(oldest);
    return view;
  }
}
