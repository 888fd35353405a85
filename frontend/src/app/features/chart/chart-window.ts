import { CandleHistory } from './candle-history.js';
import { type BucketPoint, type CandlePoint } from './chart-points.js';
import { type ChartQuestions } from './chart-questions.js';
import { type BucketNews, type ChartSource, type ChartSpan } from './chart-source.js';
import { type Stretch } from './known-time.js';
import { MAX_POINTS } from './point-book.js';
import { bucketStartMs, stepBucketMs } from './timeframes.js';
import { VolumeHistory } from './volume-history.js';

/** After a loss of more buckets than this, the view begins anew instead of catching up. */
const MOST_MISSED = 2_250;
/** How many buckets further back are asked for where there are no candles to tell. */
const OLDER_BUCKETS = 490;

/** What a window tells while it is filled. */
export interface WindowListener {
  /** There is something to draw from scratch: the first history, as far as it can be had, or another one. */
  loaded(): void;
  /** Points that are new or changed, ascending. */
  changed(candles: readonly CandlePoint[], buckets: readonly BucketPoint[]): void;
  /** It is known of another time whether there were liquidations. */
  known(): void;
  /** Where the viewer looks in history, epoch milliseconds; undefined at the newest bucket. */
  lookAtMs(): number | undefined;
}

/** What a window works with. */
export interface ChartWindowParts {
  readonly source: Pick<ChartSource, 'candles' | 'buckets'>;
  readonly questions: ChartQuestions;
  readonly timeframe: string;
  /** How many candles to begin with. */
  readonly count: number;
  /** The server's clock, epoch milliseconds. */
  readonly nowMs: () => number;
}

/** A stretch of history that is shown: candles, and below them the liquidations of the same time. */
export class ChartWindow {
  readonly #candles: CandleHistory;
  readonly #volume: VolumeHistory;
  /** Where liquidations began to be asked for. */
  #volumeFromMs: number | undefined;
  #isLoaded = false;
  /** What is loaded further back, and further on. */
  #older: Promise<void> | undefined;
  #newer: Promise<void> | undefined;

  constructor(
    private readonly parts: ChartWindowParts,
    private readonly listener: WindowListener,
  ) {
    const { source, questions, timeframe, nowMs } = parts;
    this.#candles = new CandleHistory(source, questions, timeframe, nowMs);
    this.#volume = new VolumeHistory(source, questions, timeframe, nowMs, {
      shown: () => this.shown,
      answered: (points) => this.#tell([], this.#within(points), true),
    });
  }

  get isLoaded(): boolean {
    return this.#isLoaded;
  }

  get candles(): readonly CandlePoint[] {
    return this.#candles.book.all();
  }

  /** Those of the time that is shown. */
  get buckets(): readonly BucketPoint[] {
    return this.#within(this.#volume.book.all());
  }

  /** Whose candles these are. */
  get venue(): string | undefined {
    return this.#candles.venue;
  }

  /** The time that is shown; without an end it reaches to the present. */
  get shown(): ChartSpan {
    const firstMs = this.#candles.book.first()?.startMs ?? Infinity;
    const fromMs = Math.min(firstMs, this.#volumeFromMs ?? Infinity);
    return { fromMs: fromMs === Infinity ? undefined : fromMs, toMs: this.#candles.endMs };
  }

  /** Whether candles between others are missing. */
  get isTorn(): boolean {
    return this.#isLoaded && this.#candles.isTorn;
  }

  candleAt(startMs: number): CandlePoint | undefined {
    return this.#candles.book.at(startMs);
  }

  bucketAt(startMs: number): BucketPoint | undefined {
    return this.#volume.book.at(startMs);
  }

  /** What was never told of liquidations in the time that is shown, ascending. */
  unknown(): readonly Stretch[] {
    const { fromMs, toMs = this.parts.nowMs() } = this.shown;
    return fromMs === undefined ? [] : this.#volume.unknown(fromMs, toMs);
  }

  /** Begins where the viewer looks, with candles of a venue or of any. Resolves when they are drawn. */
  async begin(venue?: string): Promise<void> {
    [this.#older, this.#newer] = [undefined, undefined];
    const failed = Promise.withResolvers<'failed'>();
    const opening = this.#candles.open(this.listener.lookAtMs(), this.parts.count, venue, () =>
      failed.resolve('failed'),
    );
    // Liquidations are the server's own: they do not wait for a venue that cannot give candles now.
    const first = await Promise.race([opening, failed.promise]);
    if (first === 'failed' && !this.#isLoaded) await this.#show();
    if (await opening) await this.#show();
  }

  /** Takes over live candles; returns the venue they are of, where that is not the one that is shown. */
  takeCandles(points: readonly CandlePoint[]): string | undefined {
    const { taken, otherVenue } = this.#candles.takeLive(points);
    this.#tell(taken, []);
    return this.#isLoaded ? otherVenue : undefined;
  }

  takeBuckets(news: BucketNews): void {
    this.#tell([], this.#within(this.#volume.take(news)), !news.isUpdate);
  }

  /** What happened after `heardMs`, by the server's clock, was not told. */
  lost(heardMs: number): void {
    this.#volume.lost(heardMs);
    this.#tell([], [], true);
  }

  /** Loads what lies before the oldest bucket, unless it is on its way or nothing lies there. */
  loadOlder(): Promise<void> | undefined {
    if (!this.#isLoaded || this.#older !== undefined) return undefined;
    const older = (this.venue === undefined ? this.#loadOlderVolume() : this.#loadOlder()).finally(() => {
      if (this.#older === older) this.#older = undefined;
    });
    this.#older = older;
    return older;
  }

  /** Loads what comes after the newest bucket of a time further back, unless it is on its way. */
  loadNewer(): Promise<void> | undefined {
    if (!this.#isLoaded || this.#newer !== undefined || this.shown.toMs === undefined) return undefined;
    const newer = this.#loadNewer().finally(() => {
      if (this.#newer === newer) this.#newer = undefined;
    });
    this.#newer = newer;
    return newer;
  }

  /** Loads the candles that may have been missed since the newest one; of very many it begins anew. */
  async loadMissed(): Promise<void> {
    if (this.#candles.lacks(MOST_MISSED)) await this.begin();
    else await this.#candles.catchUp((points) => this.#tell(points, []));
  }

  /** Bars lie below candles: where these begin, those begin. Without candles the newest buckets stand by themselves. */
  async #show(): Promise<void> {
    const { questions, nowMs, timeframe } = this.parts;
    const presentMs = bucketStartMs(timeframe, nowMs());
    this.#volumeFromMs =
      this.#candles.book.first()?.startMs ?? stepBucketMs(timeframe, presentMs, -OLDER_BUCKETS);
    await this.#volume.load('liquidations', { fromMs: this.#volumeFromMs, toMs: this.shown.toMs });
    if (questions.areOver()) return;
    this.#isLoaded = true;
    this.listener.loaded();
  }

  async #loadOlder(): Promise<void> {
    if (this.#candles.isComplete) return;
    const { edition } = this.#candles;
    const toMs = this.shown.fromMs;
    const older = await this.#candles.older();
    const [first] = older;
    if (first === undefined) return;
    await this.#volume.load('older-liquidations', { fromMs: first.startMs, toMs });
    if (edition === this.#candles.edition) this.#extended(this.#candles.extend(older));
  }

  async #loadOlderVolume(): Promise<void> {
    const { timeframe, nowMs } = this.parts;
    const toMs = this.#volumeFromMs;
    if (toMs === undefined) return;
    const fromMs = stepBucketMs(timeframe, toMs, -OLDER_BUCKETS);
    if (fromMs < stepBucketMs(timeframe, bucketStartMs(timeframe, nowMs()), -MAX_POINTS)) return;
    this.#volumeFromMs = fromMs;
    await this.#volume.load('older-liquidations', { fromMs, toMs });
  }

  async #loadNewer(): Promise<void> {
    const { edition } = this.#candles;
    const newer = await this.#candles.newer();
    if (newer === undefined) return;
    await this.#volume.load('liquidations', newer.span);
    if (edition === this.#candles.edition)
      this.#extended(this.#candles.extend(newer.points, newer.span.toMs));
  }

  /** Draws candles together with the liquidations below them, which were loaded before. */
  #extended(candles: readonly CandlePoint[]): void {
    const [firstMs, lastMs] = [candles[0]?.startMs ?? Infinity, candles.at(-1)?.startMs ?? -Infinity];
    const below = this.buckets.filter(({ startMs }) => firstMs <= startMs && startMs <= lastMs);
    this.#tell(candles, below, true);
  }

  #tell(candles: readonly CandlePoint[], buckets: readonly BucketPoint[], isMoreKnown = false): void {
    if (this.parts.questions.areOver() || !this.#isLoaded) return;
    if (candles.length + buckets.length > 0) this.listener.changed(candles, buckets);
    if (isMoreKnown) this.listener.known();
  }

  #within(buckets: readonly BucketPoint[]): readonly BucketPoint[] {
    const { fromMs = -Infinity, toMs = Infinity } = this.shown;
    return buckets.filter(({ startMs }) => startMs >= fromMs && startMs < toMs);
  }
}
