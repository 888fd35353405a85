import { BoundedQueue, QueueOverflowError } from './bounded-queue.js';
import { SlowConsumerError } from './slow-consumer-error.js';

/**
 * Something that keeps its events and also announces them. Positions are whole numbers that rise with every event. An
 * event is announced after it is stored, in the order of positions: `latest` must cover all that was announced before.
 */
export interface ResumeSource<T extends object> {
  /** Calls the listener with every event from now on, synchronously; the returned function stops it. */
  subscribeLive(listener: (event: T) => void): () => void;
  /** Stored events with after < position <= upTo, in order, at most `limit`; fewer only if there are no more. */
  readAfter(after: number, upTo: number, limit: number): Promise<readonly T[]>;
  /** The newest stored position. */
  latest(): Promise<number>;
  positionOf(event: T): number;
}

/** How a stream begins and when it gives up on its consumer. */
export interface ResumeOptions {
  /** Deliver everything after this position first; absent: only what comes from now on. */
  readonly after?: number;
  /** The most announced events that wait for the consumer; 1,000 unless told. */
  readonly queueLimit?: number;
  /** Stored events read at once; 500 unless told. */
  readonly pageSize?: number;
  /** Aborted by the transport when its consumer has stopped taking. */
  readonly tooSlow?: AbortSignal;
  /** Makes the error that ends a slow consumer's stream, from what SlowConsumerError would carry. */
  readonly slowError?: (lastPosition: number | undefined) => Error;
}

interface Waiting<T> {
  readonly resolve: (result: IteratorResult<T, undefined>) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Streams a source without a seam between what is stored and what comes: it listens first, then reads the stored events
 * page by page at the consumer's pace, then goes on with what was announced meanwhile, each event once and in order. If
 * more was announced than the queue holds while history is being read, it is dropped and read from the store instead.
 * Once live, a full queue ends the stream with SlowConsumerError. `return()` stops everything at once, also while a
 * `next()` is waiting. One `next()` at a time.
 */
export function resumeStream<T extends object>(
  source: ResumeSource<T>,
  options: ResumeOptions = {},
): AsyncIterableIterator<T, undefined> {
  return new ResumeStream(source, options);
}

class ResumeStream<T extends object> implements AsyncIterableIterator<T, undefined> {
  readonly #queue: BoundedQueue<T>;
  readonly #events: AsyncGenerator<T, undefined>;
  readonly #detach: () => void;
  readonly #onTooSlow = () => {
    this.#fail(this.#slowError());
  };
  #waiting: Waiting<T> | undefined;
  #ended = false;
  #failure: { readonly error: unknown } | undefined;
  #lastPosition: number | undefined;

  constructor(
    private readonly source: ResumeSource<T>,
    private readonly options: ResumeOptions,
  ) {
    this.#lastPosition = options.after;
    this.#queue = new BoundedQueue(options.queueLimit ?? 1_000);
    this.#detach = source.subscribeLive((event) => {
      // Before anything was handed over, the place to resume at is just before the first event that came.
      this.#lastPosition ??= source.positionOf(event) - 1;
      this.#queue.put(event);
    });
    this.#events = this.#run();
    options.tooSlow?.addEventListener('abort', this.#onTooSlow, { once: true });
    if (options.tooSlow?.aborted) this.#onTooSlow();
  }

  next(): Promise<IteratorResult<T, undefined>> {
    if (this.#failure !== undefined) {
      const { error } = this.#failure;
      this.#failure = undefined;
      return Promise.reject(error instanceof Error ? error : new Error(String(error)));
    }
    if (this.#ended) return Promise.resolve({ done: true, value: undefined });
    if (this.#waiting !== undefined) return Promise.reject(new Error('one next() at a time'));
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject };
      this.#events.next().then(
        (result) => this.#deliver(result),
        (error: unknown) => this.#fail(error instanceof QueueOverflowError ? this.#slowError() : error),
      );
    });
  }

  return(): Promise<IteratorResult<T, undefined>> {
    this.#end();
    const waiting = this.#waiting;
    this.#waiting = undefined;
    waiting?.resolve({ done: true, value: undefined });
    return Promise.resolve({ done: true, value: undefined });
  }

  throw(error: unknown): Promise<IteratorResult<T, undefined>> {
    void this.return();
    return Promise.reject(error instanceof Error ? error : new Error(String(error)));
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async *#run(): AsyncGenerator<T, undefined> {
    let last = this.options.after ?? Number.NEGATIVE_INFINITY;
    if (this.options.after !== undefined) {
      do {
        // From here on announced events are kept; all earlier ones are stored and below the mark read next.
        this.#queue.restart();
        const mark = await this.source.latest();
        for await (const event of this.#readTo(last, mark)) {
          last = this.source.positionOf(event);
          yield event;
        }
        last = Math.max(last, mark);
      } while (this.#queue.overflowed);
    }
    for (;;) {
      const event = await this.#queue.take();
      if (event === undefined) return undefined;
      const position = this.source.positionOf(event);
      if (position <= last) continue;
      last = position;
      yield event;
    }
  }

  async *#readTo(after: number, mark: number): AsyncGenerator<T, undefined> {
    const pageSize = this.options.pageSize ?? 500;
    let last = after;
    while (last < mark) {
      const page = await this.source.readAfter(last, mark, pageSize);
      yield* page;
      const newest = page.at(-1);
      if (newest === undefined || page.length < pageSize) return undefined;
      last = this.source.positionOf(newest);
    }
    return undefined;
  }

  #deliver(result: IteratorResult<T, undefined>): void {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    if (waiting === undefined) return;
    if (!result.done) this.#lastPosition = this.source.positionOf(result.value);
    waiting.resolve(result);
  }

  /** Ends the stream with an error: at once for a waiting `next()`, else with the coming one. */
  #fail(error: unknown): void {
    if (this.#ended) return;
    this.#end();
    const waiting = this.#waiting;
    this.#waiting = undefined;
    if (waiting === undefined) this.#failure = { error };
    else waiting.reject(error);
  }

  #slowError(): Error {
    return this.options.slowError?.(this.#lastPosition) ?? new SlowConsumerError(this.#lastPosition);
  }

  #end(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#detach();
    this.options.tooSlow?.removeEventListener('abort', this.#onTooSlow);
    this.#queue.close();
  }
}
