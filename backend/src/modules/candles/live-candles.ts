import {
  aggregateCandles,
  bucketStartMs,
  compareDecimals,
  nextBucketStartMs,
  type Candle,
  type Timeframe,
} from '@orderfox/domain';

/** Candles that are kept for readers who are late: more than any reader that is still served falls behind. */
const KEPT = 60;

/**
 * The newest candles of a market in one timeframe, made of those of its source: some from history, some live, in any
 * order and more than once. Of two states of a candle the later one counts, whichever comes first.
 */
export class LiveCandles {
  /** Source candles of the newest buckets, by start. */
  readonly #parts = new Map<number, Candle>();
  /** By start; ascending. */
  readonly #candles = new Map<number, Candle>();

  constructor(
    private readonly timeframe: Timeframe,
    private readonly source: Timeframe,
  ) {}

  /** Starts of the candles that a newcomer gets: the newest and the one before it. */
  newest(): readonly number[] {
    return [...this.#candles.keys()].slice(-2);
  }

  get(startMs: number): Candle | undefined {
    return this.#candles.get(startMs);
  }

  /** A candle other than the newest that is still open: its end was not told. */
  get hasLooseEnd(): boolean {
    const last = [...this.#parts.keys()].reduce((a, b) => Math.max(a, b), 0);
    return [...this.#parts.values()].some(({ isClosed, startMs }) => !isClosed && startMs < last);
  }

  /** Takes source candles; returns the starts of the candles that are changed, new or gone. */
  take(parts: readonly Candle[]): readonly number[] {
    const buckets = new Set<number>();
    for (const part of parts) {
      const known = this.#parts.get(part.startMs);
      if (known !== undefined && !isLater(part, known)) continue;
      this.#parts.set(part.startMs, part);
      buckets.add(bucketStartMs(this.timeframe, part.startMs));
    }
    const changed = [...buckets].sort((a, b) => a - b).filter((startMs) => this.#renew(startMs));
    return [...changed, ...this.#forget()];
  }

  #renew(startMs: number): boolean {
    const candle = this.#made(startMs);
    if (candle === undefined) return false;
    const isNew = !this.#candles.has(startMs);
    this.#candles.set(startMs, candle);
    if (isNew) this.#sort();
    return true;
  }

  #made(startMs: number): Candle | undefined {
    if (this.timeframe === this.source) return this.#parts.get(startMs);
    const endMs = nextBucketStartMs(this.timeframe, startMs);
    const within = [...this.#parts.values()]
      .filter((part) => part.startMs >= startMs && part.startMs < endMs)
      .sort((a, b) => a.startMs - b.startMs);
    return aggregateCandles(within, this.timeframe)[0];
  }

  #sort(): void {
    const sorted = [...this.#candles].sort(([a], [b]) => a - b);
    this.#candles.clear();
    for (const [startMs, candle] of sorted) this.#candles.set(startMs, candle);
  }

  /** Lets go of what is old, and of the parts of candles that are over. */
  #forget(): readonly number[] {
    const starts = [...this.#candles.keys()];
    const gone = starts.slice(0, Math.max(0, starts.length - KEPT));
    for (const startMs of gone) this.#candles.delete(startMs);
    const oldest = starts.at(-2) ?? Number.NEGATIVE_INFINITY;
    for (const startMs of this.#parts.keys()) if (startMs < oldest) this.#parts.delete(startMs);
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
