import { type LiveSocketOptions, type SocketState } from '@orderfox/feed';
import { type FeedSocket } from '../feeds/feed-ports.js';

/** For specs, in place of a connection to a venue: what is asked of it, and a way to say something. */
export class SocketDouble implements FeedSocket {
  status: FeedSocket['status'] = { state: 'CONNECTING', reason: '' };
  readonly lastDataMs = undefined;
  readonly refusedTopics = new Map<string, string>();
  topics: readonly string[];
  isStopped = false;

  constructor(private readonly options: LiveSocketOptions) {
    this.topics = options.topics;
  }

  start(): void {
    this.become('CONNECTING');
  }

  setTopics(topics: readonly string[]): void {
    this.topics = topics;
  }

  stop(): Promise<void> {
    this.isStopped = true;
    return Promise.resolve();
  }

  become(state: SocketState): void {
    this.status = { state, reason: '' };
    this.options.onState(this.status);
  }

  /** A candle of one minute as Binance tells it. */
  say(symbol: string, startMs: number, volume: string): void {
    const stream = `${symbol.toLowerCase()}@kline_1m`;
    const prices = { o: '100', h: '100', l: '100', c: '100' };
    const k = { t: startMs, s: symbol, i: '1m', ...prices, v: volume, q: '100', n: 1, x: false };
    this.options.onMessage({ stream, data: { e: 'kline', s: symbol, k } }, startMs + 1_000);
  }
}
