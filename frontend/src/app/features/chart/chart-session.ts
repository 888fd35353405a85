import { type Clock } from '../../core/clock.js';
import { Attempts } from '../../graphql/attempts.js';
import { isNewerBucket, isNewerCandle, type BucketPoint, type CandlePoint } from './chart-points.js';
import { type ChartMarket, type ChartSource, type ChartSpan, type Updates } from './chart-source.js';
import { type ChartPart } from './chart-troubles.js';
import { type FeedHole } from './hatch-ranges.js';
import { PointBook } from './point-book.js';
import { bucketStartMs, stepBucketMs } from './timeframes.js';

/** The most buckets that are kept; older ones can be looked at with a longer timeframe. */
const MAX_POINTS = 10_000;
/** How many candles are asked for at once. */
const OLDER_CANDLES = 500;
const HOLES_EVERY_MS = 30_000;
/** After a loss of more buckets than this, all is asked for again instead of what was missed. */
const MOST_MISSED = 450;

/** What a session tells while it runs. */
export interface ChartListener {
  /** The first history is there, as far as it can be had. */
  loaded(): void;
  /** Points that are new or changed, ascending. */
  changed(candles: readonly CandlePoint[], buckets: readonly BucketPoint[]): void;
  holes(holes: readonly FeedHole[]): void;
  market(market: ChartMarket): void;
  /** A part did not work and is tried again, unless `final`; undefined: it works now. */
  trouble(part: ChartPart, error: unknown, final: boolean): void;
}

/**
 * One view of a chart from beginning to end. Streams are opened first and history is read after, so that nothing falls
 * between them; all that comes goes into the same two books, where the newest state of every bucket wins.
 */
export class ChartSession {
  readonly candles = new PointBook<CandlePoint>(isNewerCandle, MAX_POINTS);
  readonly buckets = new PointBook<BucketPoint>(isNewerBucket, MAX_POINTS);
  readonly #attempts: Attempts;
  /** Parts whose stream was refused for good: an answer to a question does not mend that. */
  readonly #refused = new Set<ChartPart>();
  readonly #streams: readonly { end(): void }[];
  #isLoaded = false;
  #isComplete = false;
  #older: Promise<void> | undefined;
  #catchingUp: Promise<void> | undefined;

  /** @param count how many candles to begin with */
  constructor(
    private readonly source: ChartSource,
    private readonly clock: Clock,
    private readonly timeframe: string,
    private readonly count: number,
    private readonly listener: ChartListener,
  ) {
    this.#attempts = new Attempts(clock);
    const [candles, buckets] = [source.candleUpdates(), source.bucketUpdates()];
    this.#streams = [candles, buckets];
    void this.#follow('prices', candles, (points) => this.#takeLive(points));
    void this.#follow('liquidations', buckets, (points) => this.#take([], points));
    void this.#load();
    void this.#loadMarket();
  }

  end(): void {
    this.#attempts.end();
    for (const stream of this.#streams) stream.end();
  }

  /** Loads what lies before the oldest bucket, unless it is on its way or nothing lies there. */
  loadOlder(): void {
    if (!this.#isLoaded || this.#isComplete || this.candles.isFull()) return;
    this.#older ??= this.#loadOlder().finally(() => (this.#older = undefined));
  }

  /** Loads what was missed since the newest bucket, after a lost connection or a skipped candle. */
  catchUp(): void {
    if (!this.#isLoaded) return;
    const newest = this.candles.last()?.startMs ?? this.buckets.last()?.startMs ?? this.clock.nowMs();
    this.#loadSince(newest);
  }

  #loadSince(newestMs: number): void {
    this.#catchingUp ??= this.#loadMissed(newestMs).finally(() => (this.#catchingUp = undefined));
  }

  /** Without it prices are drawn with as many digits as they have. */
  async #loadMarket(): Promise<void> {
    const market = await this.#attempts.persist(() => this.source.market()).catch(() => undefined);
    if (market !== undefined && !this.#attempts.ended()) this.listener.market(market);
  }

  /** Looks after holes again: one has begun or ended. */
  lookForHoles(): void {
    if (this.#isLoaded) void this.#loadHoles().catch(() => undefined);
  }

  async #load(): Promise<void> {
    const answered = Promise.withResolvers<undefined>();
    const candles = this.#ask(
      'prices',
      () => this.source.candles({ fromMs: undefined, toMs: undefined }, this.count),
      () => answered.resolve(undefined),
    ).then((found) => this.#take(found ?? [], []));
    // Liquidations are the server's own: they do not wait for a venue that cannot give candles now.
    await Promise.race([candles, answered.promise]);
    await this.#loadBuckets();
    if (this.#attempts.ended()) return;
    this.#isLoaded = true;
    this.listener.loaded();
    void this.#attempts.repeat(HOLES_EVERY_MS, () => this.#loadHoles());
    const before = this.candles.first()?.startMs;
    await candles;
    if (before !== this.candles.first()?.startMs) await this.#loadBuckets();
  }

  /** Bars lie below candles: where these begin, those begin. Without candles the newest buckets stand by themselves. */
  async #loadBuckets(): Promise<void> {
    const fromMs = this.candles.first()?.startMs;
    const buckets = await this.#ask('liquidations', () => this.source.buckets({ fromMs, toMs: undefined }));
    this.#take([], buckets ?? []);
  }

  async #loadOlder(): Promise<void> {
    const oldest = this.candles.first()?.startMs;
    if (oldest === undefined) return;
    const found = await this.#ask('prices', () =>
      this.source.candles({ fromMs: undefined, toMs: oldest }, OLDER_CANDLES),
    );
    const older = (found ?? []).filter(({ startMs }) => startMs < oldest);
    const first = older[0];
    this.#isComplete = found !== undefined && first === undefined;
    if (first === undefined || this.#attempts.ended()) return;
    const span: ChartSpan = { fromMs: first.startMs, toMs: oldest };
    const buckets = await this.#ask('liquidations', () => this.source.buckets(span));
    if (this.#attempts.ended()) return;
    this.#take(older, buckets ?? []);
    await this.#loadHoles().catch(() => undefined);
  }

  async #loadMissed(newest: number): Promise<void> {
    const nowMs = this.clock.nowMs();
    const isLong = stepBucketMs(this.timeframe, newest, MOST_MISSED) < nowMs;
    const fromMs = isLong
      ? stepBucketMs(this.timeframe, bucketStartMs(this.timeframe, nowMs), -MOST_MISSED)
      : stepBucketMs(this.timeframe, newest, -1);
    const span: ChartSpan = { fromMs, toMs: undefined };
    const [candles, buckets] = await Promise.all([
      this.#ask('prices', () => this.source.candles(span, OLDER_CANDLES)),
      this.#ask('liquidations', () => this.source.buckets(span)),
    ]);
    if (!this.#attempts.ended()) this.#take(candles ?? [], buckets ?? []);
    await this.#loadHoles().catch(() => undefined);
  }

  async #loadHoles(): Promise<void> {
    const fromMs = this.candles.first()?.startMs ?? this.buckets.first()?.startMs;
    if (fromMs === undefined) return;
    const holes = await this.source.holes(fromMs);
    if (!this.#attempts.ended()) this.listener.holes(holes);
  }

  /** A candle that does not follow the newest one tells of others that were missed. */
  #takeLive(points: readonly CandlePoint[]): void {
    const newest = this.candles.last()?.startMs;
    this.#take(points, []);
    const isTorn = points.some(
      ({ startMs }) => newest !== undefined && startMs > stepBucketMs(this.timeframe, newest),
    );
    if (this.#isLoaded && isTorn && newest !== undefined) this.#loadSince(newest);
  }

  #take(candles: readonly CandlePoint[], buckets: readonly BucketPoint[]): void {
    if (this.#attempts.ended()) return;
    const [newCandles, newBuckets] = [this.candles.put(candles), this.buckets.put(buckets)];
    if (this.#isLoaded && newCandles.length + newBuckets.length > 0)
      this.listener.changed(newCandles, newBuckets);
  }

  async #follow<T>(
    part: ChartPart,
    updates: Updates<T>,
    take: (points: readonly T[]) => void,
  ): Promise<void> {
    try {
      await updates.each(take);
    } catch (error) {
      if (this.#attempts.ended()) return;
      this.#refused.add(part);
      this.listener.trouble(part, error, true);
    }
  }

  /** Undefined when the server refused for good; of a trouble that passes the answer waits until it has passed. */
  async #ask<T>(part: ChartPart, ask: () => Promise<T>, onFailure?: () => void): Promise<T | undefined> {
    const failure = (error: unknown) => {
      this.listener.trouble(part, error, false);
      onFailure?.();
    };
    try {
      const answer = await this.#attempts.persist(ask, failure);
      if (!this.#attempts.ended() && !this.#refused.has(part)) this.listener.trouble(part, undefined, false);
      return answer;
    } catch (error) {
      if (!this.#attempts.ended()) this.listener.trouble(part, error, true);
      return undefined;
    }
  }
}
