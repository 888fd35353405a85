/**
 * The newest announced events, oldest first, bounded. It knows whether it still holds everything after a position, so
 * that nobody takes a part of the stream for the whole.
 */
export class RecentEvents<T> {
  readonly #events: T[] = [];
  readonly #positions: number[] = [];
  /** Where the oldest lies in the two arrays, which are written round and round. */
  #start = 0;
  #floor: number | undefined;
  #newest: number | undefined;

  /** `limit` is the most events that are kept. */
  constructor(readonly limit: number) {}

  /** Position of the newest event; undefined before the first. */
  get newest(): number | undefined {
    return this.#newest;
  }

  get size(): number {
    return this.#events.length;
  }

  /** Positions must rise. */
  add(event: T, position: number): void {
    // Whatever was announced before the first event, nothing of it lies between this position and it.
    this.#floor ??= position - 1;
    this.#newest = position;
    if (this.#events.length < this.limit) {
      this.#events.push(event);
      this.#positions.push(position);
      return;
    }
    this.#floor = this.#positionAt(0);
    this.#events[this.#start] = event;
    this.#positions[this.#start] = position;
    this.#start = (this.#start + 1) % this.limit;
  }

  /** Whether every event after this position that was announced is still here. */
  coversAfter(position: number): boolean {
    return this.#floor === undefined || position >= this.#floor;
  }

  /** The first event after this position; undefined if there is none. Only the truth where `coversAfter` holds. */
  firstAfter(position: number): T | undefined {
    if (this.#newest === undefined || position >= this.#newest) return undefined;
    let low = 0;
    let high = this.#events.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#positionAt(middle) > position) high = middle;
      else low = middle + 1;
    }
    return this.#events[(this.#start + low) % this.#events.length];
  }

  /** Forgets everything, as if nothing had been announced. */
  clear(): void {
    this.#events.length = 0;
    this.#positions.length = 0;
    this.#start = 0;
    this.#floor = undefined;
    this.#newest = undefined;
  }

  #positionAt(index: number): number {
    return this.#positions[(this.#start + index) % this.#positions.length] ?? Number.NaN;
  }
}
