/** How much a RecentMap holds. */
export interface RecentMapBounds {
  readonly entries: number;
  /** Of all keys together. */
  readonly characters: number;
}

/** What was made of texts, by text. The least recently used goes first when there are too many, or they are too long. */
export class RecentMap<V> {
  readonly #entries = new Map<string, V>();
  #characters = 0;

  constructor(private readonly bounds: RecentMapBounds) {}

  get size(): number {
    return this.#entries.size;
  }

  /** What is kept for the text, else what `make` gives, which is kept from now on. */
  get(text: string, make: () => V): V {
    const found = this.#entries.get(text);
    const isKept = found !== undefined || this.#entries.has(text);
    const value = isKept ? (found as V) : make();
    if (isKept) this.#entries.delete(text);
    else this.#characters += text.length;
    this.#entries.set(text, value);
    if (!isKept) this.#shrink();
    return value;
  }

  /** What is kept for the text, which counts as use. */
  find(text: string): V | undefined {
    const found = this.#entries.get(text);
    if (found === undefined) return undefined;
    this.#entries.delete(text);
    this.#entries.set(text, found);
    return found;
  }

  #shrink(): void {
    for (const oldest of this.#entries.keys()) {
      if (this.#entries.size <= this.bounds.entries && this.#characters <= this.bounds.characters) return;
      this.#entries.delete(oldest);
      this.#characters -= oldest.length;
    }
  }
}
