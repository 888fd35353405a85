import { type Clock } from '../../core/clock.js';
import { type BucketPoint, type CandlePoint } from './chart-points.js';

/**
 * Collects the points that change between two paints, the newest state of each, and hands them over once. While a tab is
 * hidden nothing is painted, and no more is kept than there are buckets that changed.
 */
export class PointChanges {
  readonly #candles = new Map<number, CandlePoint>();
  readonly #buckets = new Map<number, BucketPoint>();
  #cancel: (() => void) | undefined;

  constructor(
    private readonly clock: Clock,
    /** Both ascending. */
    private readonly onFrame: (candles: readonly CandlePoint[], buckets: readonly BucketPoint[]) => void,
  ) {}

  add(candles: readonly CandlePoint[], buckets: readonly BucketPoint[]): void {
    for (const candle of candles) this.#candles.set(candle.startMs, candle);
    for (const bucket of buckets) this.#buckets.set(bucket.startMs, bucket);
    this.#cancel ??= this.clock.beforePaint(() => {
      const [changedCandles, changedBuckets] = [ascending(this.#candles), ascending(this.#buckets)];
      this.clear();
      this.onFrame(changedCandles, changedBuckets);
    });
  }

  /** Forgets what was not handed over yet. */
  clear(): void {
    this.#cancel?.();
    this.#cancel = undefined;
    this.#candles.clear();
    this.#buckets.clear();
  }
}

function ascending<T extends { readonly startMs: number }>(points: ReadonlyMap<number, T>): readonly T[] {
  return [...points.values()].sort((left, right) => left.startMs - right.startMs);
}
