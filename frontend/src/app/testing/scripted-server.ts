import {
  type ConnectionStatus,
  type Liquidation,
  type LiquidationFilter,
  type LiquidationPage,
  type Operation,
  type OrderFoxClient,
  type StreamOptions,
  type SystemQuery,
} from '@orderfox/client';
import { type MarketSymbol } from '../features/symbols/symbol-match.js';
import { type Venue } from '../features/venues/venue-store.js';
import { BookScript } from './book-script.js';
import { ChartScript } from './chart-script.js';
import { Feed } from './feed.js';
import { LineScript } from './line-script.js';
import { TradeScript } from './trade-script.js';

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
  /** What a chart is answered and told. */
  readonly chart = new ChartScript();
  /** What an order book is told. */
  readonly books = new BookScript();
  /** What a tape of trades is answered and told. */
  readonly trades = new TradeScript();
  /** What a market line is told. */
  readonly line = new LineScript();
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

  query(operation: Operation<unknown, unknown>, variables: unknown = {}): Promise<unknown> {
    const name = nameOf(operation);
    if (name === 'Venues') return Promise.resolve({ venues: this.venues });
    if (name === 'Symbols') return Promise.resolve({ symbols: this.symbols });
    if (name === 'System') return Promise.resolve({ system: this.system });
    return this.trades.answer(name, variables) ?? this.chart.answer(name, variables);
  }

  subscribe(
    operation: Operation<unknown, unknown>,
    variables: unknown = {},
    options: StreamOptions = {},
  ): AsyncIterableIterator<unknown, undefined> {
    const name = nameOf(operation);
    const parts = [this.books, this.trades, this.line, this.chart];
    for (const part of parts) {
      const stream = part.open(name, variables, options);
      if (stream !== undefined) return stream;
    }
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

function nameOf(operation: Operation<unknown, unknown>): string {
  return /(?:query|subscription) (\w+)/.exec(operation.toString())?.[1] ?? 'a nameless operation';
}
