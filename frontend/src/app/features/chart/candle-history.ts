import { type ChartPart } from './chart-troubles.js';
import { type ChartQuestions } from './chart-questions.js';
import { isNewerCandle, type CandlePoint } from './chart-points.js';
import { type ChartSource, type ChartSpan } from './chart-source.js';
import { type Stretch } from './known-time.js';
import { MAX_POINTS, PointBook } from './point-book.js';
import { bucketStartMs, stepBucketMs } from './timeframes.js';

/** How many candles are asked for at once, further back or further on. */
export const PAGE_CANDLES = 450;
/** Live candles that are kept while they have no place in what is shown. */
const MAX_ASIDE = 10;

/** What became of live candles. */
export interface LiveCandles {
  /** What is new of them, ascending. */
  readonly taken: readonly CandlePoint[];
  /** The venue they are of, where it is not the one that is shown. */
  readonly otherVenue: string | undefined;
}

/**
 * The candles of a view, of one venue and without a hole: a window that reaches to the present, or lies further back where
 * the viewer looks at history.
 */
export class CandleHistory {
  readonly book = new PointBook<CandlePoint>(isNewerCandle, MAX_POINTS);
  readonly #aside = new PointBook<CandlePoint>(isNewerCandle, MAX_ASIDE);
  #venue: string | undefined;
  /** Where the window ends; undefined where it reaches to the present. */
  #endMs: number | undefined;
  #isOpen = false;
  #isComplete = false;
  /** Start of the newest bucket up to which nothing is missing. */
  #soundMs = -Infinity;
  /** Ends what is asked for this window when another is opened. */
  #leave = new AbortController();
  #edition = 0;

  constructor(
    private readonly source: Pick<ChartSource, 'candles'>,
    private readonly questions: ChartQuestions,
    private readonly timeframe: string,
    /** The server's clock, epoch milliseconds. */
    private readonly nowMs: () => number,
  ) {}

  /** Whose candles these are; undefined while there are none. */
  get venue(): string | undefined {
    return this.book.last()?.venue;
  }

  /** Rises when another window takes the place of this one: what was asked for before has no place in it. */
  get edition(): number {
    return this.#edition;
  }

  get endMs(): number | undefined {
    return this.#endMs;
  }

  /** Whether nothing older can be had, or kept. */
  get isComplete(): boolean {
    return this.#isComplete || this.book.isFull();
  }

  /**
   * Begins with `count` candles: the newest, or those around a time that these would not show. What was there before stays
   * until the answer. False where another opening came between.
   */
  async open(
    lookAtMs: number | undefined,
    count: number,
    venue: string | undefined,
    onFailure: () => void,
  ): Promise<boolean> {
    this.#leave.abort();
    this.#leave = new AbortController();
    const failed = () => {
      // What comes live can be shown by itself.
      this.#isOpen = true;
      this.#takeAside();
      onFailure();
    };
    const ask = (toMs: number | undefined) =>
      this.#ask('prices', { fromMs: undefined, toMs }, count, venue, failed);
    let endMs = this.#windowEnd(lookAtMs, count);
    let found = await ask(endMs);
    // So far back there is nothing of this market: then what there is.
    if (found?.length === 0 && endMs !== undefined) [endMs, found] = [undefined, await ask(undefined)];
    if (found === undefined) return false;
    this.#replace(found, endMs);
    return true;
  }

  /** Whether candles between others are missing. */
  get isTorn(): boolean {
    const last = this.book.last();
    return this.#endMs === undefined && last !== undefined && last.startMs > this.#next(this.#soundMs);
  }

  /** Takes over live candles; those that have no place now wait until they have one. */
  takeLive(points: readonly CandlePoint[]): LiveCandles {
    const venue = points[0]?.venue;
    const otherVenue = this.#venue === undefined || venue === this.#venue ? undefined : venue;
    if (!this.#isOpen || this.#endMs !== undefined || otherVenue !== undefined) {
      this.#aside.put(points);
      return { taken: [], otherVenue: this.#endMs === undefined ? otherVenue : undefined };
    }
    this.#venue = venue;
    const taken = this.book.put(points);
    for (const { startMs } of taken) {
      if (this.#soundMs === -Infinity || startMs <= this.#next(this.#soundMs))
        this.#soundMs = Math.max(this.#soundMs, startMs);
    }
    return { taken, otherVenue: undefined };
  }

  /** What lies before the oldest candle, not yet put in; nothing where it ended, or is of another window by now. */
  async older(): Promise<readonly CandlePoint[]> {
    const [edition, oldestMs] = [this.#edition, this.book.first()?.startMs];
    if (oldestMs === undefined) return [];
    const found = await this.#ask('older-prices', { fromMs: undefined, toMs: oldestMs }, PAGE_CANDLES);
    if (found === undefined || edition !== this.#edition) return [];
    const older = found.filter(({ startMs }) => startMs < oldestMs);
    this.#isComplete = older.length === 0;
    return older;
  }

  /** What comes after the window, not yet put in, and where the window will end; undefined where it reaches to the present. */
  async newer(): Promise<{ readonly points: readonly CandlePoint[]; readonly span: Stretch } | undefined> {
    const [edition, fromMs] = [this.#edition, this.#endMs];
    if (fromMs === undefined) return undefined;
    const span = { fromMs, toMs: stepBucketMs(this.timeframe, fromMs, PAGE_CANDLES) };
    const points = await this.#ask('prices', span, PAGE_CANDLES);
    return points === undefined || edition !== this.#edition ? undefined : { points, span };
  }

  /** Puts in what `older` or `newer` gave; `endMs` is where the window ends now. Returns what is new. */
  extend(points: readonly CandlePoint[], endMs = this.#endMs): readonly CandlePoint[] {
    const wasBack = this.#endMs !== undefined;
    this.#endMs = endMs !== undefined && endMs > this.nowMs() ? undefined : endMs;
    const taken = this.book.put(points);
    if (wasBack && this.#endMs === undefined) this.#soundMs = this.book.last()?.startMs ?? -Infinity;
    return taken;
  }

  /**
   * Asks for all from the newest candle up to which nothing is missing until now, page by page; `take` gets what is new.
   * Where the window does not reach to the present nothing is asked.
   */
  async catchUp(take: (points: readonly CandlePoint[]) => void): Promise<void> {
    if (this.#soundMs === -Infinity || this.#endMs !== undefined) return;
    const edition = this.#edition;
    // The newest candle known may have changed since, and ended.
    let fromMs = this.#next(this.#soundMs, -1);
    let toMs: number;
    do {
      toMs = this.#next(fromMs, PAGE_CANDLES);
      const found = await this.#ask('prices', { fromMs, toMs }, PAGE_CANDLES);
      if (found === undefined || edition !== this.#edition) return;
      take(this.book.put(found));
      // Where there was no trade there is no candle, and nothing is missing.
      const lastMs = this.book.last()?.startMs ?? -Infinity;
      this.#soundMs = Math.max(this.#soundMs, Math.min(this.#next(toMs, -1), lastMs));
      fromMs = toMs;
    } while (toMs <= this.#newestMs());
  }

  /** Whether more than so many buckets were missed. */
  lacks(buckets: number): boolean {
    return (
      this.#soundMs !== -Infinity &&
      this.#endMs === undefined &&
      this.#next(this.#soundMs, buckets) < this.#newestMs()
    );
  }

  /** Start of the newest bucket that there must be by now. */
  #newestMs(): number {
    const presentMs = bucketStartMs(this.timeframe, this.nowMs());
    return Math.max(presentMs, this.book.last()?.startMs ?? -Infinity);
  }

  /** Where a window must end to show a time; undefined where the newest candles show it. */
  #windowEnd(lookAtMs: number | undefined, count: number): number | undefined {
    if (lookAtMs === undefined) return undefined;
    // A window holds three times what is seen: so much to either side of it.
    const seen = Math.floor(count / 3);
    const startMs = bucketStartMs(this.timeframe, lookAtMs);
    if (this.#next(startMs, count - seen) > this.nowMs()) return undefined;
    return this.#next(startMs, seen);
  }

  #replace(found: readonly CandlePoint[], endMs: number | undefined): void {
    this.#edition += 1;
    const last = found.at(-1);
    const newer = this.book
      .all()
      .filter(
        ({ venue, startMs }) => venue === last?.venue && startMs >= last.startMs && endMs === undefined,
      );
    this.book.clear();
    this.#venue = last?.venue;
    this.#endMs = endMs;
    this.#isOpen = true;
    this.#isComplete = last === undefined;
    this.book.put([...found, ...newer]);
    this.#soundMs = last?.startMs ?? -Infinity;
    if (endMs === undefined) this.#takeAside();
  }

  #takeAside(): readonly CandlePoint[] {
    const points = this.#aside
      .all()
      .filter(({ venue }) => this.#venue === undefined || venue === this.#venue);
    if (points.length === 0) return [];
    this.#aside.clear();
    return this.takeLive(points).taken;
  }

  async #ask(
    part: ChartPart,
    span: ChartSpan,
    count: number,
    venue: string | undefined = this.#venue,
    onFailure?: () => void,
  ): Promise<readonly CandlePoint[] | undefined> {
    const options = { signal: this.#leave.signal, ...(onFailure !== undefined && { onFailure }) };
    return this.questions.ask(part, () => this.source.candles(span, count, venue), options);
  }

  #next(startMs: number, steps = 1): number {
    return stepBucketMs(this.timeframe, startMs, steps);
  }
}
