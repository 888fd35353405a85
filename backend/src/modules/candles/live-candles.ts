import {
  aggregateCandles,
  bucketStartMs,
  compareDecimals,
  nextBucketStartMs,
  type Candle,
  type Timeframe,
} from '@orderfox/domain';
import { startOfLast } from './candle-reader.js';

/** Candles that are kept for readers who are late: more than any reader that is still served falls behind. */
const KEPT = 60;

/**
 * The newest candles of a market in one timeframe, made of those of its source: some from history, some live, in any
 * order and more than once. Of two states of a candle the later one counts, whichever comes first; what is closed stays as
 * it is. It knows up to where nothing is missing, and shows no candle that is joined of several before all are there.
 */
export class LiveCandles {
  /** Source candles by start: those of which candles that may change are made. */
  readonly #parts = new Map<number, Candle>();
  /** By start; ascending. */
  readonly #candles = new Map<number, Candle>();
  /** The newest source candle before which none is missing and all are closed; undefined before there was history. */
  #wholeToMs: number | undefined;
  #newestMs = Number.NEGATIVE_INFINITY;

  /** Nothing that starts before `fromMs` is wanted. */
  constructor(
    private readonly timeframe: Timeframe,
    private readonly source: Timeframe,
    private fromMs: number,
  ) {}

  /** Starts of the candles that a newcomer gets: the newest and the one before it. */
  newest(): readonly number[] {
    return [...this.#candles.keys()].slice(-2);
  }

  /** Starts of all candles that are kept. */
  all(): Iterable<number> {
    return this.#candles.keys();
  }

  get(startMs: number): Candle | undefined {
    return this.#candles.get(startMs);
  }

  /** A source candle is missing before the newest, or its end was not told: only history can tell. */
  get hasHole(): boolean {
    return this.#newestMs > (this.#wholeToMs ?? Number.NEGATIVE_INFINITY);
  }

  /** The bucket from which on history has to be read so that nothing is missing. */
  get missingFromMs(): number {
    return bucketStartMs(this.timeframe, this.#wholeToMs ?? this.fromMs);
  }

  /** What is missing goes back further than candles are kept: it cannot be told any more, see `beginAt`. */
  isOutOfReach(nowMs: number): boolean {
    return this.missingFromMs < startOfLast(this.timeframe, nowMs + 1, KEPT);
  }

  /** Takes live source candles; returns the starts of the candles that are changed, new or gone. */
  take(parts: readonly Candle[]): readonly number[] {
    return this.#renew([...this.#keep(parts), ...this.#advance()]);
  }

  /** Takes all that history has from `missingFromMs` on, ascending, all but the last closed; returns what `take` does. */
  fill(parts: readonly Candle[]): readonly number[] {
    const touched = [...this.#keep(parts)];
    const lastMs = parts.at(-1)?.startMs;
    if (lastMs !== undefined && lastMs > (this.#wholeToMs ?? Number.NEGATIVE_INFINITY)) {
      this.#wholeToMs = lastMs;
      // Also what history does not name is over where it has something later.
      touched.push(...[...this.#parts.keys()].filter((startMs) => startMs <= lastMs));
    }
    return this.#renew([...touched, ...this.#advance()]);
  }

  /** Gives up what starts before a time, and begins there; returns the starts of the candles that are gone. */
  beginAt(fromMs: number): readonly number[] {
    this.fromMs = fromMs;
    this.#wholeToMs = undefined;
    return this.#forgetBefore(fromMs, fromMs);
  }

  /** Returns the starts of those that are news. */
  #keep(parts: readonly Candle[]): readonly number[] {
    const news = parts.filter((part) => {
      const known = this.#parts.get(part.startMs);
      const isOver = this.#wholeToMs !== undefined && part.startMs < this.#wholeToMs;
      if (isOver || (known !== undefined && !isLater(part, known))) return false;
      this.#parts.set(part.startMs, part);
      this.#newestMs = Math.max(this.#newestMs, part.startMs);
      return true;
    });
    return news.map(({ startMs }) => startMs);
  }

  /** Goes on as long as one closed part follows another; returns the starts of those that are reached. */
  #advance(): readonly number[] {
    const reached: number[] = [];
    while (this.#wholeToMs !== undefined && this.#parts.get(this.#wholeToMs)?.isClosed === true) {
      const nextMs = nextBucketStartMs(this.source, this.#wholeToMs);
      if (!this.#parts.has(nextMs)) break;
      this.#wholeToMs = nextMs;
      reached.push(nextMs);
    }
    return reached;
  }

  #renew(touched: readonly number[]): readonly number[] {
    const buckets = new Set(touched.map((startMs) => bucketStartMs(this.timeframe, startMs)));
    const changed = [...buckets].sort((a, b) => a - b).filter((startMs) => this.#renewOne(startMs));
    const oldestMs = startOfLast(this.timeframe, this.#newestMs + 1, KEPT);
    const wholeMs = this.#wholeToMs === undefined ? oldestMs : this.missingFromMs;
    return touched.length === 0 ? [] : [...changed, ...this.#forgetBefore(oldestMs, wholeMs)];
  }

  #renewOne(startMs: number): boolean {
    const known = this.#candles.get(startMs);
    const candle = this.#made(startMs);
    if (candle === undefined || (known !== undefined && !isLater(candle, known))) return false;
    const isLast = startMs > (this.newest().at(-1) ?? Number.NEGATIVE_INFINITY);
    this.#candles.set(startMs, candle);
    if (known === undefined && !isLast) this.#sort();
    return true;
  }

  #made(startMs: number): Candle | undefined {
    const endMs = nextBucketStartMs(this.timeframe, startMs);
    const wholeToMs = this.#wholeToMs ?? Number.NEGATIVE_INFINITY;
    const candle =
      this.timeframe === this.source ? this.#parts.get(startMs) : this.#joined(startMs, endMs, wholeToMs);
    return candle !== undefined && wholeToMs >= endMs ? { ...candle, isClosed: true } : candle;
  }

  /** Never of parts behind a hole: what is made of them alone is wrong. */
  #joined(startMs: number, endMs: number, wholeToMs: number): Candle | undefined {
    const within = [...this.#parts.values()]
      .filter((part) => part.startMs >= startMs && part.startMs < endMs && part.startMs <= wholeToMs)
      .sort((a, b) => a.startMs - b.startMs);
    return aggregateCandles(within, this.timeframe)[0];
  }

  #sort(): void {
    const sorted = [...this.#candles].sort(([a], [b]) => a - b);
    this.#candles.clear();
    for (const [startMs, candle] of sorted) this.#candles.set(startMs, candle);
  }

  /** Lets go of what is old, and of the parts of candles that are over. */
  #forgetBefore(oldestMs: number, oldestPartMs: number): readonly number[] {
    const gone = [...this.#candles.keys()].filter((startMs) => startMs < oldestMs);
    for (const startMs of gone) this.#candles.delete(startMs);
    const before = Math.max(oldestMs, oldestPartMs);
    for (const startMs of this.#parts.keys()) if (startMs < before) this.#parts.delete(startMs);
    return gone;
  }
}

/** Whether one state of a candle comes after another: closed after open, and volume only ever grows. */
function isLater(candle: Candle, known: Candle): boolean {
  if (known.isClosed) return false;
  if (candle.isClosed) return true;
  const grown = compareDecimals(candle.volume, known.volume);
  return grown > 0 || (grown === 0 && candle.close !== known.close);
}
