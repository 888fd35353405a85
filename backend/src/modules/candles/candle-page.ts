import { nextBucketStartMs, type Candle, type Timeframe } from '@orderfox/domain';
import { type PageSpan } from './page-span.js';

/** A venue may be late with the last candle of a stretch that has ended; so long it is asked for again. */
const SETTLED_AFTER_MS = 10_000;

/** What is known of a stretch of one series: closed candles for good, those behind them for a moment. */
export class CandlePage {
  readonly #closed: Candle[] = [];
  #open: readonly Candle[] = [];
  #openReadMs = Number.NEGATIVE_INFINITY;
  /** Everything before this is known and never changes again. */
  #settledToMs: number;

  constructor(
    private readonly timeframe: Timeframe,
    readonly span: PageSpan,
  ) {
    this.#settledToMs = span.startMs;
  }

  /** Where reading has to begin to know all before `toMs`; undefined: all of it is known, or was `freshMs` ago. */
  missingFrom(toMs: number, nowMs: number, freshMs: number): number | undefined {
    if (this.#settledToMs >= Math.min(toMs, this.span.endMs)) return undefined;
    return nowMs - this.#openReadMs < freshMs ? undefined : this.#settledToMs;
  }

  /** How many candles are kept. */
  get size(): number {
    return this.#closed.length + this.#open.length;
  }

  /** Nothing at all is known, not even that there is nothing. */
  get isBlank(): boolean {
    return this.size === 0 && this.#settledToMs === this.span.startMs;
  }

  /** Takes all candles that a venue has from `fromMs`, which `missingFrom` gave, up to `toMs`, as read at `nowMs`. */
  take(candles: readonly Candle[], fromMs: number, toMs: number, nowMs: number): void {
    // A later answer may come first; what it settled is not unsettled by an older one.
    if (fromMs > this.#settledToMs) return;
    const news = candles.filter(({ startMs }) => startMs >= this.#settledToMs);
    const firstOpen = news.findIndex(({ isClosed }) => !isClosed);
    const closed = firstOpen < 0 ? news : news.slice(0, firstOpen);
    this.#closed.push(...closed);
    this.#open = firstOpen < 0 ? [] : news.slice(firstOpen);
    this.#openReadMs = nowMs;
    const last = closed.at(-1);
    if (last !== undefined) this.#settledToMs = nextBucketStartMs(this.timeframe, last.startMs);
    // Where a stretch is over, what the venue does not have of it never existed.
    const isOver = toMs >= this.span.endMs && this.span.endMs + SETTLED_AFTER_MS <= nowMs;
    if (firstOpen < 0 && isOver) this.#settledToMs = this.span.endMs;
  }

  /** What is known of the candles that start in [fromMs, toMs), ascending. */
  between(fromMs: number, toMs: number): readonly Candle[] {
    return [...this.#closed, ...this.#open].filter(({ startMs }) => startMs >= fromMs && startMs < toMs);
  }
}
