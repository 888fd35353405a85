import { ApiError } from '../graphql-errors.js';

interface Entry<V> {
  readonly value: V;
  /** Who uses it, and how often. */
  readonly users: Map<string, number>;
}

/** Something that is shared, until it is released. */
export interface Held<V> {
  readonly value: V;
  /** Twice is harmless. */
  release(): void;
}

/**
 * What is made anew for every different selection, shared by all who select the same, and forgotten with the last of
 * them. Each costs a rendering per event, so there are only so many, and of one client fewer.
 */
export class DistinctSelections<V> {
  readonly #entries = new Map<string, Entry<V>>();
  readonly #perClient = new Map<string, number>();

  constructor(
    private readonly limit: number,
    private readonly clientLimit: number,
  ) {}

  get size(): number {
    return this.#entries.size;
  }

  /** What is shared now. */
  *values(): Generator<V> {
    for (const { value } of this.#entries.values()) yield value;
  }

  /** Throws ApiError RATE_LIMITED when the client, or the process, has too many. */
  take(key: string, client: string, make: () => V): Held<V> {
    let entry = this.#entries.get(key);
    const isNewToClient = entry?.users.has(client) !== true;
    const held = this.#perClient.get(client) ?? 0;
    if (isNewToClient && held >= this.clientLimit) {
      throw tooMany(
        `At most ${this.clientLimit} different selections at once for one client`,
        this.clientLimit,
      );
    }
    if (entry === undefined) {
      if (this.#entries.size >= this.limit) {
        throw tooMany(`At most ${this.limit} different selections at once on this server`, this.limit);
      }
      entry = { value: make(), users: new Map() };
      this.#entries.set(key, entry);
    }
    if (isNewToClient) this.#perClient.set(client, held + 1);
    entry.users.set(client, (entry.users.get(client) ?? 0) + 1);
    return { value: entry.value, release: this.#releaseOnce(key, entry, client) };
  }

  #releaseOnce(key: string, entry: Entry<V>, client: string): () => void {
    let released = false;
    return () => {
      if (released) return;
      released = true;
      const uses = (entry.users.get(client) ?? 1) - 1;
      if (uses > 0) {
        entry.users.set(client, uses);
        return;
      }
      entry.users.delete(client);
      if (entry.users.size === 0) this.#entries.delete(key);
      const rest = (this.#perClient.get(client) ?? 1) - 1;
      if (rest > 0) this.#perClient.set(client, rest);
      else this.#perClient.delete(client);
    };
  }
}

function tooMany(problem: string, allowed: number): ApiError {
  return new ApiError(
    'RATE_LIMITED',
    `${problem}; select the same fields in your subscriptions, arguments may differ`,
    { allowed },
  );
}
