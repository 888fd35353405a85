/**
 * Which keys were in the bodies that somebody missed, for all who did at once: each key counts with the last body that it
 * was in. So many keys are kept; whoever missed one that had to be forgotten cannot be told what he missed. Bodies of what
 * was missed are kept too, until a further one is noted.
 */
export class MissedKeys<K> {
  /** Number of the last body of each key, lowest first. */
  readonly #lastIn = new Map<K, number>();
  /** By the number of keys: who missed equally many missed the same ones, always those that were touched last. */
  readonly #bodies = new Map<number, Uint8Array | undefined>();
  /** What `since` gave; many ask for the same. */
  readonly #answers = new Map<number, readonly K[]>();
  /** Keys of this body, or of an earlier one, were forgotten. */
  #forgotten = 0;

  constructor(private readonly limit: number) {}

  get size(): number {
    return this.#lastIn.size;
  }

  /** Notes what is in a body. Bodies have rising numbers, from 1. */
  note(keys: readonly K[], number: number, body: Uint8Array): void {
    this.#bodies.clear();
    this.#answers.clear();
    for (const key of keys) {
      // Deleted first, so that it moves to the end.
      this.#lastIn.delete(key);
      this.#lastIn.set(key, number);
    }
    // Who missed nothing else gets the same bytes.
    this.keepBody(keys, body);
    for (const [key, last] of this.#lastIn) {
      if (this.#lastIn.size <= this.limit) return;
      this.#lastIn.delete(key);
      this.#forgotten = last;
    }
  }

  /** The keys of the body of this number and of all after it; undefined if some of them are forgotten. */
  since(number: number): readonly K[] | undefined {
    if (number <= this.#forgotten) return undefined;
    const known = this.#answers.get(number);
    if (known !== undefined) return known;
    const keys: K[] = [];
    for (const [key, last] of this.#lastIn) if (last >= number) keys.push(key);
    this.#answers.set(number, keys);
    return keys;
  }

  /** Whether there is a body of keys that `since` gave. */
  hasBody(keys: readonly K[]): boolean {
    return this.#bodies.has(keys.length);
  }

  /** The body of keys that `since` gave; undefined where there is nothing to tell of them. */
  bodyOf(keys: readonly K[]): Uint8Array | undefined {
    return this.#bodies.get(keys.length);
  }

  keepBody(keys: readonly K[], body: Uint8Array | undefined): void {
    this.#bodies.set(keys.length, body);
  }

  /** Nobody misses anything any more. */
  clear(): void {
    this.#lastIn.clear();
    this.#bodies.clear();
    this.#answers.clear();
    this.#forgotten = 0;
  }
}
