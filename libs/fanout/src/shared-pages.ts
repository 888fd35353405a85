/** Reads at most a page of stored events after a position, up to another one, in order. */
export type ReadPage<T> = (after: number, upTo: number) => Promise<readonly T[]>;

interface SharedPage<T> {
  readonly upTo: number;
  readonly events: Promise<readonly T[]>;
}

/** Sizes and positions of the pages. */
export interface SharedPagesParts<T> {
  /** Events of a full page. */
  readonly pageSize: number;
  /** Pages that are kept; the least recently used goes first. */
  readonly limit: number;
  readonly positionOf: (event: T) => number;
}

/**
 * Stored pages for many who read the same: after a restart all subscribers come back at once, most of them with the same
 * filter from the same place. What is stored up to the newest position does not change, so a full page stays true; one
 * that is not full is true for those who read up to the same position.
 */
export class SharedPages<T> {
  readonly #pages = new Map<string, SharedPage<T>>();
  #reads = 0;

  constructor(private readonly parts: SharedPagesParts<T>) {}

  /** How often a page was read from the store. */
  get reads(): number {
    return this.#reads;
  }

  /** The page of this filter after a position. `filterKey` names the filter: equal texts, equal filters. */
  async get(filterKey: string, after: number, upTo: number, read: ReadPage<T>): Promise<readonly T[]> {
    const key = `${after}/${filterKey}`;
    const kept = this.#pages.get(key);
    if (kept !== undefined) {
      const events = await kept.events;
      if (kept.upTo === upTo || this.#isWhole(events, upTo)) {
        if (this.#pages.get(key) === kept) this.#keep(key, kept);
        return events;
      }
    }
    this.#reads += 1;
    const made = { upTo, events: read(after, upTo) };
    this.#keep(key, made);
    try {
      return await made.events;
    } catch (error) {
      if (this.#pages.get(key) === made) this.#pages.delete(key);
      throw error;
    }
  }

  /** To be called when positions are given anew. */
  clear(): void {
    this.#pages.clear();
  }

  #isWhole(events: readonly T[], upTo: number): boolean {
    const last = events.at(-1);
    return events.length === this.parts.pageSize && last !== undefined && this.parts.positionOf(last) <= upTo;
  }

  #keep(key: string, page: SharedPage<T>): void {
    this.#pages.delete(key);
    this.#pages.set(key, page);
    if (this.#pages.size <= this.parts.limit) return;
    const [oldest] = this.#pages.keys();
    if (oldest !== undefined) this.#pages.delete(oldest);
  }
}
