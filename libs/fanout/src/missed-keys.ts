/**
 * Which keys were in the bodies that somebody missed, for all who did at once: each key counts with the last body that it
 * was in. So many keys are kept; whoever missed one that had to be forgotten cannot be told what he missed.
 */
export class MissedKeys<K> {
  /** Number of the last body of each key, lowest first. */
  readonly #lastIn = new Map<K, number>();
  /** Keys of this body, or of an earlier one, were forgotten. */
  #forgotten = 0;

  constructor(private readonly limit: number) {}

  get size(): number {
    return this.#lastIn.size;
  }

  /** Bodies have rising numbers, from 1. */
  note(keys: readonly K[], body: number): void {
    for (const key of keys) {
      // Deleted first, so that it moves to the end.
      this.#lastIn.delete(key);
      this.#lastIn.set(key, body);
    }
    for (const [key, last] of this.#lastIn) {
      if (this.#lastIn.size <= this.limit) return;
      this.#lastIn.delete(key);
      this.#forgotten = last;
    }
  }

  /** The keys of this body and of all after it; undefined if some of them are forgotten. */
  since(body: number): readonly K[] | undefined {
    if (body <= this.#forgotten) return undefined;
    const keys: K[] = [];
    for (const [key, last] of this.#lastIn) if (last >= body) keys.push(key);
    return keys;
  }

  /** Nobody misses anything any more. */
  clear(): void {
    this.#lastIn.clear();
    this.#forgotten = 0;
  }
}
