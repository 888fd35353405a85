/** Thrown by `take` once more was put in than the queue may hold. */
export class QueueOverflowError extends Error {
  readonly code = 'QUEUE_OVERFLOW';

  constructor(readonly limit: number) {
    super(`the queue holds at most ${limit}`);
    this.name = 'QueueOverflowError';
  }
}

interface Taker<T> {
  readonly resolve: (item: T | undefined) => void;
  readonly reject: (error: Error) => void;
}

/**
 * A queue between one writer that cannot wait and one reader that may be slow. Putting in one too many empties it and
 * marks it overflowed: what was in it can then only come from the store again, so keeping half would be a lie.
 */
export class BoundedQueue<T extends object> {
  #items: T[] = [];
  #head = 0;
  #overflowed = false;
  #closed = false;
  #taker: Taker<T> | undefined;

  /** `limit` is the most items that may wait. */
  constructor(readonly limit: number) {}

  /** How many items wait. */
  get size(): number {
    return this.#items.length - this.#head;
  }

  /** True from the item that did not fit until `restart`. */
  get overflowed(): boolean {
    return this.#overflowed;
  }

  /** Adds an item, or drops everything if there is no room. Returns whether the item is kept. */
  put(item: T): boolean {
    if (this.#closed || this.#overflowed) return false;
    const taker = this.#taker;
    if (taker !== undefined) {
      this.#taker = undefined;
      taker.resolve(item);
      return true;
    }
    if (this.size >= this.limit) {
      this.#empty();
      this.#overflowed = true;
      return false;
    }
    this.#items.push(item);
    return true;
  }

  /**
   * The oldest item, as soon as there is one; undefined once closed. Rejects with QueueOverflowError after an overflow.
   * One reader only: a second `take` while one waits is a mistake and rejects.
   */
  take(): Promise<T | undefined> {
    if (this.#closed) return Promise.resolve(undefined);
    if (this.#overflowed) return Promise.reject(new QueueOverflowError(this.limit));
    if (this.size > 0) return Promise.resolve(this.#shift());
    if (this.#taker !== undefined) return Promise.reject(new Error('a queue has one reader'));
    return new Promise((resolve, reject) => {
      this.#taker = { resolve, reject };
    });
  }

  /** Empties the queue and forgets an overflow: what is put in from now on is kept again. */
  restart(): void {
    this.#empty();
    this.#overflowed = false;
  }

  /** Ends the queue: a waiting reader gets undefined, or rejects with `error` if there is one. */
  close(error?: Error): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#empty();
    const taker = this.#taker;
    this.#taker = undefined;
    if (error !== undefined) taker?.reject(error);
    else taker?.resolve(undefined);
  }

  #shift(): T | undefined {
    const item = this.#items[this.#head];
    this.#head += 1;
    if (this.#head === this.#items.length) {
      this.#empty();
    } else if (this.#head > this.limit) {
      // The taken part is cut off now and then, so that shifting stays cheap and memory bounded.
      this.#items = this.#items.slice(this.#head);
      this.#head = 0;
    }
    return item;
  }

  #empty(): void {
    this.#items = [];
    this.#head = 0;
  }
}
