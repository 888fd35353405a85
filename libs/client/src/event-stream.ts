import { ApiError, asError } from './errors.js';
import { type EventQueue } from './event-queue.js';
import { type OperationRequest } from './graphql-socket.js';
import { lastCursor } from './liquidation-history.js';
import { LiveOperation } from './live-operation.js';
import { persistently } from './persistently.js';
import { RecentIds } from './recent-ids.js';
import { readerQueue, type StreamOptions, type StreamTools } from './stream-reader.js';

/** Events that a reader will not get: what was recorded after `after` is no longer kept up to `oldestCursor`. */
export interface EventGap {
  /** Cursor of the last event received, or the one asked for. */
  readonly after: string;
  /** Everything that is kept lies after it; the stream goes on there. */
  readonly oldestCursor: string;
}

/** How a stream of events is read. Beyond `bufferLimit` events held, the server is asked to wait. */
export interface EventStreamOptions extends StreamOptions {
  /**
   * What to do about a cursor past retention (`CURSOR_EXPIRED`). Left out: the error is thrown. Given: it is called
   * between the last event before the gap and the first one after it, and the stream goes on.
   */
  readonly onGap?: ((gap: EventGap) => void) | undefined;
}

/** How the results of one subscription are events. */
export interface EventShape<TResult, TEvent> {
  /** What the reader gets of a result. */
  eventOf(result: TResult): TEvent;
  /** The place of a result in the record: hand it back as `$after`, and the next one follows. */
  cursorOf(result: TResult): string;
  /** What no two results have in common. */
  idOf(result: TResult): string;
}

/**
 * Every event of a subscription with an `$after` variable, in order, once each, for as long as it is read. The cursor of
 * the last event received goes into that variable before the server is asked anew, so nothing is lost or doubled over
 * lost connections, restarts of the server and `SLOW_CONSUMER`. When the reader is `bufferLimit` events behind, the
 * subscription is let go and taken up again at that cursor once the reader has caught up: memory stays bounded and
 * still nothing is lost.
 */
export class EventStream<TResult, TEvent> {
  readonly events: EventQueue<TEvent>;
  readonly #operation: LiveOperation;
  readonly #seen: RecentIds;
  readonly #ended = new AbortController();
  #parked = false;

  /** @param request its `after` is where to begin; left out: from now on */
  constructor(
    private readonly tools: StreamTools,
    private readonly request: OperationRequest,
    private readonly shape: EventShape<TResult, TEvent>,
    private readonly options: EventStreamOptions,
  ) {
    this.#operation = new LiveOperation(tools.socket, tools.timers, tools.random, request, {
      data: (data) => this.#receive(data as TResult),
      failed: (error) => this.#skips(error),
      retried: (error) => this.events.tell(() => options.onRetry?.(error)),
    });
    this.events = readerQueue(tools, options, { drained: () => this.#unpark(), left: () => this.#leave() });
    this.#seen = new RecentIds(this.events.limit + 1_000);
    void this.#start();
  }

  /** A stream from now on begins with the question where now is: only a cursor makes a lost connection harmless. */
  async #start(): Promise<void> {
    const { signal } = this.#ended;
    const { timers, random, ask } = this.tools;
    try {
      this.request.variables.after ??= await persistently(() => lastCursor(ask, { signal }), {
        signal,
        timers,
        random,
        onRetry: this.options.onRetry,
      });
    } catch (error) {
      this.events.fail(asError(error));
      return;
    }
    if (!signal.aborted) this.#operation.start();
  }

  #receive(result: TResult): void {
    let event: TEvent;
    try {
      if (!this.#seen.add(this.shape.idOf(result))) return;
      this.request.variables.after = this.#cursorOf(result);
      event = this.shape.eventOf(result);
    } catch (error) {
      this.events.fail(asError(error));
      return;
    }
    this.events.push(event);
    if (this.events.isFull && !this.#parked) {
      this.#parked = true;
      this.#operation.pause();
    }
  }

  #cursorOf(result: TResult): string {
    const cursor: unknown = this.shape.cursorOf(result);
    if (typeof cursor !== 'string') throw new TypeError('An event came without its cursor: select it');
    return cursor;
  }

  /** Whether the reader wants to go on after this error, which it is told of in its place. */
  #skips(error: Error): boolean {
    const { onGap } = this.options;
    const oldestCursor =
      error instanceof ApiError && error.code === 'CURSOR_EXPIRED' ? error.details.oldestCursor : undefined;
    if (onGap === undefined || typeof oldestCursor !== 'string') {
      this.events.fail(error);
      return false;
    }
    const gap = { after: String(this.request.variables.after), oldestCursor };
    this.request.variables.after = oldestCursor;
    // The cursor may be of another database, whose events may have the names of ours.
    this.#seen.clear();
    this.events.pushNotice(() => onGap(gap));
    return true;
  }

  #unpark(): void {
    if (!this.#parked) return;
    this.#parked = false;
    this.#operation.start();
  }

  #leave(): void {
    this.#ended.abort();
    this.#operation.stop();
  }
}
