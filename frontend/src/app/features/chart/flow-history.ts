import { isNewerFlow, type FlowPoint } from './chart-points.js';
import { type ChartQuestions } from './chart-questions.js';
import { type ChartSpan } from './chart-source.js';
import { type FlowHole, type FlowSource } from './flow-source.js';
import { KnownTime, type Stretch } from './known-time.js';
import { MAX_POINTS, PointBook } from './point-book.js';
import { bucketStartMs, stepBucketMs } from './timeframes.js';

/** How many buckets are asked for at once; the server answers 5,000. */
const PAGE_BUCKETS = 4_500;
/** Gaps are answered for 31 days at once, and asked for so far back. */
const PAGE_GAPS_MS = 30 * 86_400_000;
const MOST_GAP_PAGES = 4;

/** Told of buckets that are new or changed, ascending; of none where more is known of the time between them. */
export type FlowListener = (points: readonly FlowPoint[]) => void;

/** What takers did in the time that a chart shows: the buckets, and of which time they were really told. */
export class FlowHistory {
  readonly book = new PointBook<FlowPoint>(isNewerFlow, MAX_POINTS);
  readonly #known = new KnownTime();
  #holes: readonly FlowHole[] = [];
  /** Since when the stream tells everything; undefined while it does not. */
  #liveFromMs: number | undefined;
  /** Up to here was told: what comes after is on its way. */
  #toldMs = -Infinity;

  constructor(
    private readonly source: Pick<FlowSource, 'points' | 'holes'>,
    private readonly questions: ChartQuestions,
    private readonly timeframe: string,
    /** The server's clock, epoch milliseconds. */
    private readonly nowMs: () => number,
    private readonly on: FlowListener,
  ) {}

  /** Stretches in which trades are missing or may be, and why. */
  get holes(): readonly FlowHole[] {
    return this.#holes;
  }

  /** Takes over a bucket from the stream. Returns true where the stream begins: what lies before it is to be read. */
  take(point: FlowPoint): boolean {
    const begins = this.#liveFromMs === undefined;
    this.#liveFromMs ??= bucketStartMs(this.timeframe, this.nowMs());
    this.#add(this.#liveFromMs, this.nowMs());
    this.on(this.book.put([point]));
    return begins;
  }

  /** The stream was lost: what happens from now on is not told. */
  lost(): void {
    this.#liveFromMs = undefined;
  }

  /** Asks for all of a span that was not told yet, and for the gaps in it. */
  async read({ fromMs, toMs }: ChartSpan): Promise<void> {
    if (fromMs === undefined) return;
    const endMs = Math.min(toMs ?? Infinity, this.nowMs());
    for (const stretch of this.#known.missing(fromMs, endMs).toReversed()) {
      if (!(await this.#readBuckets(stretch))) return;
    }
    await this.#readHoles(fromMs, endMs);
  }

  /** What was not told between two times, ascending. */
  untold(fromMs: number, toMs: number): readonly Stretch[] {
    return this.#known.missing(fromMs, Math.min(toMs, this.#toldMs));
  }

  /** Page by page, the newest first; false where nobody wants to know any more. */
  async #readBuckets({ fromMs, toMs }: Stretch): Promise<boolean> {
    let endMs = toMs;
    while (endMs > fromMs) {
      const startMs = Math.max(fromMs, this.#step(endMs, -PAGE_BUCKETS));
      const [beginMs, stopMs] = [startMs, endMs];
      const points = await this.questions.ask('takers', () => this.source.points(beginMs, stopMs));
      if (points === undefined) return false;
      this.#add(beginMs, stopMs);
      this.on(this.book.put(points));
      endMs = startMs;
    }
    return true;
  }

  /** What lies further back than can be asked for is not known but for the buckets that there are. */
  async #readHoles(fromMs: number, endMs: number): Promise<void> {
    const holes: FlowHole[] = [];
    let toMs = endMs;
    for (let page = 0; page < MOST_GAP_PAGES && toMs > fromMs; page += 1) {
      const startMs = Math.max(fromMs, toMs - PAGE_GAPS_MS);
      const [beginMs, stopMs] = [startMs, toMs];
      const found = await this.questions.ask('takers', () => this.source.holes(beginMs, stopMs));
      if (found === undefined) return;
      holes.unshift(...found);
      toMs = startMs;
    }
    const firstMs = this.book.first()?.startMs ?? toMs;
    if (toMs > fromMs && firstMs > fromMs)
      holes.unshift({ venue: '', fromMs, toMs: Math.min(toMs, firstMs), reason: 'too long ago to be known' });
    this.#holes = holes;
    this.on([]);
  }

  #add(fromMs: number, toMs: number): void {
    this.#known.add(fromMs, toMs);
    this.#toldMs = Math.max(this.#toldMs, toMs);
  }

  /** Start of the bucket so many after the one that holds a time. */
  #step(ms: number, steps: number): number {
    return stepBucketMs(this.timeframe, bucketStartMs(this.timeframe, ms), steps);
  }
}
