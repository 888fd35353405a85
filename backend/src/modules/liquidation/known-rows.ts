import { type RecordedLiquidation } from '@orderfox/domain';

/** How much is kept. */
export interface KnownRowsBounds {
  readonly rows: number;
  /** Of the frames that the rows carry, all together: the only part of a row that has no length of its own. */
  readonly characters: number;
}

/** What a page and the programs of a desk ask for again and again are the newest rows: some megabytes. */
const BOUNDS: KnownRowsBounds = { rows: 5_000, characters: 4 * 1_024 * 1_024 };

/**
 * Rows that were read lately, by the keys that the database gives them. A row never changes while its key is the same, so
 * whoever knows the keys of a page needs no more of it. The one that was read first makes room for the new.
 */
export class KnownRows {
  readonly #rows = new Map<string, RecordedLiquidation>();
  /** Stands before the oldest, for good: a new one would go through the places of all that have made room. */
  readonly #oldestFirst = this.#rows.entries();
  #characters = 0;

  constructor(private readonly bounds: KnownRowsBounds = BOUNDS) {}

  get size(): number {
    return this.#rows.size;
  }

  /** Of the frames of all rows that are kept. */
  get characters(): number {
    return this.#characters;
  }

  get(key: string): RecordedLiquidation | undefined {
    return this.#rows.get(key);
  }

  keep(key: string, row: RecordedLiquidation): void {
    if (this.#rows.has(key)) return;
    this.#rows.set(key, row);
    this.#characters += row.raw.length;
    while (this.#rows.size > this.bounds.rows || this.#characters > this.bounds.characters) this.#drop();
  }

  #drop(): void {
    const oldest = this.#oldestFirst.next();
    if (oldest.done === true) return;
    const [key, { raw }] = oldest.value;
    this.#rows.delete(key);
    this.#characters -= raw.length;
  }
}
