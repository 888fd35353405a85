import {
  type ConnectionStatus,
  type Liquidation,
  type LiquidationFilter,
  type LiquidationPage,
  type Operation,
  type OrderFoxClient,
  type SystemQuery,
} from '@orderfox/client';
import { type MarketSymbol } from '../features/symbols/symbol-match.js';
import { type Venue } from '../features/venues/venue-store.js';

/** An endless stream that a test feeds. */
class Feed<T> implements AsyncIterableIterator<T, undefined> {
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

/** A stream of liquidations that was opened, with what it was asked for. */
export interface OpenedStream {
  readonly filter: LiquidationFilter | undefined;
  readonly after: string | undefined;
  readonly feed: Feed<Liquidation>;
}

/** Stands in for the server behind the client: answers what a test put in, and lets it push. */
export class ScriptedServer {
  readonly streams: OpenedStream[] = [];
  readonly pages: LiquidationFilter[] = [];
  readonly venueFeed = new Feed<{ venueStatusChanged: Venue }>();
  readonly watchers = new Set<(status: ConnectionStatus) => void>();
  status: ConnectionStatus = { state: 'connected', sinceMs: 0, failures: 0 };
  retries = 0;
  venues: readonly Venue[] = [];
  symbols: readonly MarketSymbol[] = [];
  system: SystemQuery['system'] = {
    version: '0.1.0',
    simulated: false,
    startedAt: 0,
    now: Date.UTC(2026, 0, 27, 14, 27, 40),
    recorder: 'RECORDING',
  };
  /** What the next pages answer; throw from it to refuse. */
  page: (filter: LiquidationFilter) => LiquidationPage = () => ({ liquidations: [], cursor: 'start' });

  /** The part of the client that the page uses. */
  get client(): OrderFoxClient {
    // eslint cannot see that the page uses no more of it than this.
    return this as unknown as OrderFoxClient;
  }

  get stream(): OpenedStream {
    const stream = this.streams.at(-1);
    if (stream === undefined) throw new Error('No stream was opened');
    return stream;
  }

  query(operation: Operation<unknown, unknown>): Promise<unknown> {
    const name = /(?:query|subscription) (\w+)/.exec(operation.toString())?.[1];
    if (name === 'Venues') return Promise.resolve({ venues: this.venues });
    if (name === 'Symbols') return Promise.resolve({ symbols: this.symbols });
    if (name === 'System') return Promise.resolve({ system: this.system });
    return Promise.reject(new Error(`No answer scripted for ${name ?? 'a nameless operation'}`));
  }

  subscribe(): Feed<{ venueStatusChanged: Venue }> {
    return this.venueFeed;
  }

  recentLiquidations(filter: LiquidationFilter): Promise<LiquidationPage> {
    this.pages.push(filter);
    return new Promise((resolve) => resolve(this.page(filter)));
  }

  liquidations({ filter, after }: { filter?: LiquidationFilter; after?: string }): Feed<Liquidation> {
    const feed = new Feed<Liquidation>();
    this.streams.push({ filter, after, feed });
    return feed;
  }

  watchStatus(listener: (status: ConnectionStatus) => void): () => void {
    this.watchers.add(listener);
    listener(this.status);
    return () => this.watchers.delete(listener);
  }

  changeStatus(status: ConnectionStatus): void {
    this.status = status;
    for (const watcher of this.watchers) watcher(status);
  }

  retryNow(): void {
    this.retries += 1;
  }
}
