/** Keys that are held, each by as many as want it. */
export class KeyCounts {
  readonly #counts = new Map<string, number>();

  /** Holds a key; the returned function lets go of it once, however often it is called. */
  hold(key: string): () => void {
    this.#counts.set(key, (this.#counts.get(key) ?? 0) + 1);
    let isHeld = true;
    return () => {
      if (isHeld) this.#release(key);
      isHeld = false;
    };
  }

  /** How many are held. */
  get size(): number {
    return this.#counts.size;
  }

  /** Somebody holds it. */
  has(key: string): boolean {
    return this.#counts.has(key);
  }

  /** Those that are held. */
  keys(): Iterable<string> {
    return this.#counts.keys();
  }

  #release(key: string): void {
    const others = (this.#counts.get(key) ?? 1) - 1;
    if (others > 0) this.#counts.set(key, others);
    else this.#counts.delete(key);
  }
}
