import { type CandlePage } from './candle-page.js';

/** How much is kept. */
export interface ShelfBounds {
  readonly candles: number;
  /** Also of pages on which there is nothing: they are cheap, but not free. */
  readonly pages: number;
}

/** A page that is kept, or was when it was looked for. */
export interface KeptPage {
  readonly key: string;
  readonly page: CandlePage;
  /** What the venue is being asked for it; resolves too when it was not asked after all. */
  asked: Promise<void> | undefined;
}

/** Pages by name; when there is no more room, those go that nobody has used for longest. */
export class PageShelf {
  /** Least recently used first. */
  readonly #kept = new Map<string, KeptPage>();
  #candles = 0;

  constructor(private readonly bounds: ShelfBounds) {}

  get pages(): number {
    return this.#kept.size;
  }

  get candles(): number {
    return this.#candles;
  }

  /** The page of this name if it is kept; that it was looked for changes nothing. */
  find(key: string): CandlePage | undefined {
    return this.#kept.get(key)?.page;
  }

  /** The page of this name, new if none is kept. Another one may have to go for it. */
  at(key: string, make: () => CandlePage): KeptPage {
    const entry = this.#kept.get(key) ?? { key, page: make(), asked: undefined };
    this.#kept.delete(key);
    this.#kept.set(key, entry);
    this.#makeRoom(entry);
    return entry;
  }

  /** Lets something be written on a page. It may have had to go meanwhile; who holds it reads it all the same. */
  write(entry: KeptPage, change: (page: CandlePage) => void): void {
    const before = entry.page.size;
    change(entry.page);
    if (this.#kept.get(entry.key) !== entry) return;
    this.#candles += entry.page.size - before;
    this.#makeRoom(entry);
  }

  /** Keeps no place for a page of which nothing could be learnt. */
  dropBlank(entry: KeptPage): void {
    if (entry.page.isBlank && entry.asked === undefined && this.#kept.get(entry.key) === entry) {
      this.#kept.delete(entry.key);
    }
  }

  #makeRoom(newest: KeptPage): void {
    const { candles, pages } = this.bounds;
    for (const entry of this.#kept.values()) {
      if (this.#candles <= candles && this.#kept.size <= pages) return;
      if (entry === newest) continue;
      this.#kept.delete(entry.key);
      this.#candles -= entry.page.size;
    }
  }
}
