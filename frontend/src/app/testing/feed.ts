/** An endless stream that a test feeds. */
export class Feed<T> implements AsyncIterableIterator<T, undefined> {
  readonly #events: T[] = [];
  #waiting: PromiseWithResolvers<IteratorResult<T, undefined>> | undefined;
  left = false;

  push(event: T): void {
    if (this.#waiting === undefined) this.#events.push(event);
    else this.#waiting.resolve({ done: false, value: event });
    this.#waiting = undefined;
  }

  fail(error: Error): void {
    this.#waiting?.reject(error);
    this.#waiting = undefined;
  }

  next(): Promise<IteratorResult<T, undefined>> {
    const event = this.#events.shift();
    if (event !== undefined) return Promise.resolve({ done: false, value: event });
    this.#waiting = Promise.withResolvers();
    return this.#waiting.promise;
  }

  return(): Promise<IteratorResult<T, undefined>> {
    this.left = true;
    this.#waiting?.resolve({ done: true, value: undefined });
    this.#waiting = undefined;
    return Promise.resolve({ done: true, value: undefined });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}
