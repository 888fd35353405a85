/**
 * Events on their way from a socket to one reader: the socket pushes, the reader iterates. It holds at most `limit`
 * events; whoever pushes must look at `isFull` first.
 */
export class EventQueue<T> implements AsyncIterableIterator<T, undefined> {
  readonly #events: T[] = [];
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
    return this.#events.length >= this.limit;
  }

  /** Hands over one event. After the end it does nothing. */
  push(event: T): void {
    if (this.#end !== undefined) return;
    const reader = this.#readers.shift();
    if (reader === undefined) this.#events.push(event);
    else reader.resolve({ done: false, value: event });
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

  next(): Promise<IteratorResult<T, undefined>> {
    const event = this.#events.shift();
    if (event !== undefined) {
      if (this.#events.length === 0) this.onDrained();
      return Promise.resolve({ done: false, value: event });
    }
    if (this.#end !== undefined) return this.#afterEnd(this.#end);
    const reader = Promise.withResolvers<IteratorResult<T, undefined>>();
    this.#readers.push(reader);
    return reader.promise;
  }

  return(): Promise<IteratorResult<T, undefined>> {
    if (this.#end === undefined) {
      this.#end = {};
      this.#finishReaders();
      this.onLeft();
    }
    this.#events.length = 0;
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
