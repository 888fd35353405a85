import { asError } from './errors.js';

/** A word to the reader that has its place between two events. */
class Notice {
  constructor(readonly tell: () => void) {}
}

/**
 * Events on their way from a socket to one reader: the socket pushes, the reader iterates. It holds at most `limit`
 * events; whoever pushes must look at `isFull` first.
 */
export class EventQueue<T> implements AsyncIterableIterator<T, undefined> {
  readonly #held: (T | Notice)[] = [];
  readonly #readers: PromiseWithResolvers<IteratorResult<T, undefined>>[] = [];
  #end: { readonly error?: Error } | undefined;

  /**
   * @param limit most events held at once
   * @param onDrained called whenever the reader has taken the last event held
   * @param onLeft called once when the reader leaves, or when the queue fails
   */
  constructor(
    readonly limit: number,
    private readonly onDrained: () => void,
    private readonly onLeft: () => void,
  ) {}

  get isFull(): boolean {
    return this.#held.length >= this.limit;
  }

  /** Hands over one event. After the end it does nothing. */
  push(event: T): void {
    if (this.#end !== undefined) return;
    const reader = this.#readers.shift();
    if (reader === undefined) this.#held.push(event);
    else reader.resolve({ done: false, value: event });
  }

  /** Calls `tell` once the reader has had everything pushed before. */
  pushNotice(tell: () => void): void {
    if (this.#end !== undefined) return;
    if (this.#held.length > 0) this.#held.push(new Notice(tell));
    else this.tell(tell);
  }

  /** Calls `tell`, a function of the reader, now. What it throws is thrown at the reader and nobody else. */
  tell(tell: () => void): void {
    try {
      tell();
    } catch (error) {
      this.abort(asError(error));
    }
  }

  /** Lets the reader have what is held already, then throws `error` at it. */
  fail(error: Error): void {
    if (this.#end !== undefined) return;
    const reader = this.#readers.shift();
    this.#end = reader === undefined ? { error } : {};
    reader?.reject(error);
    this.#finishReaders();
    this.onLeft();
  }

  /** Forgets what is held and throws `error` at the reader. */
  abort(error: Error): void {
    this.#held.length = 0;
    this.fail(error);
  }

  next(): Promise<IteratorResult<T, undefined>> {
    for (let item = this.#held.shift(); item !== undefined; item = this.#held.shift()) {
      if (this.#held.length === 0) this.onDrained();
      if (!(item instanceof Notice)) return Promise.resolve({ done: false, value: item });
      this.tell(item.tell);
    }
    if (this.#end !== undefined) return this.#afterEnd(this.#end);
    const reader = Promise.withResolvers<IteratorResult<T, undefined>>();
    this.#readers.push(reader);
    return reader.promise;
  }

  return(): Promise<IteratorResult<T, undefined>> {
    this.#held.length = 0;
    if (this.#end === undefined) {
      this.#end = {};
      this.#finishReaders();
      this.onLeft();
    }
    return Promise.resolve({ done: true, value: undefined });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  /** An error is thrown once; whoever asks again learns that there is no more. */
  #afterEnd(end: { readonly error?: Error }): Promise<IteratorResult<T, undefined>> {
    if (end.error === undefined) return Promise.resolve({ done: true, value: undefined });
    this.#end = {};
    return Promise.reject(end.error);
  }

  #finishReaders(): void {
    for (const reader of this.#readers.splice(0)) reader.resolve({ done: true, value: undefined });
  }
}
