import { type ChartQuestions } from './chart-questions.js';
import { isNewerBucket, type BucketPoint } from './chart-points.js';
import { type BucketNews, type ChartSource, type ChartSpan } from './chart-source.js';
import { KnownTime, type Stretch } from './known-time.js';
import { MAX_POINTS, PointBook } from './point-book.js';
import { bucketStartMs, stepBucketMs } from './timeframes.js';

/** How many buckets are asked for at once; the server answers 5,000. */
const PAGE_BUCKETS = 4_500;
/** A stream begins with the newest 500 buckets, one of which lies ahead; one more for a bucket that ends meanwhile. */
const SNAPSHOT_BUCKETS = 498;

type VolumePart = 'liquidations' | 'older-liquidations';
type VolumeSpan = ChartSpan & { readonly fromMs: number };

/**
 * The liquidations of a view: its buckets, and for which time they were really told. A bucket without liquidations is left
 * out by the server, so only this tells "none" from "not known".
 */
export class VolumeHistory {
  readonly book = new PointBook<BucketPoint>(isNewerBucket, MAX_POINTS);
  readonly #known = new KnownTime();
  /** Since when everything is told by the stream; undefined while it tells nothing. */
  #liveFromMs: number | undefined;
  #wasTold = false;

  constructor(
    private readonly source: Pick<ChartSource, 'buckets'>,
    private readonly questions: ChartQuestions,
    private readonly timeframe: string,
    /** The server's clock, epoch milliseconds. */
    private readonly nowMs: () => number,
    private readonly on: {
      /** The time that is shown, of which all is asked for again after a loss. */
      shown(): ChartSpan;
      /** Buckets that came with an answer, ascending; perhaps none, and then more is known all the same. */
      answered(points: readonly BucketPoint[]): void;
    },
  ) {}

  /** Takes over what the stream tells; returns what is new of it. */
  take({ isUpdate, points }: BucketNews): readonly BucketPoint[] {
    if (!isUpdate) this.#begin();
    return this.book.put(points);
  }

  /** The stream was lost; it told everything until `heardMs`. */
  lost(heardMs: number): void {
    if (this.#liveFromMs === undefined) return;
    this.#known.add(this.#liveFromMs, heardMs);
    this.#liveFromMs = undefined;
  }

  /** What was never told, between two times, ascending. */
  unknown(fromMs: number, toMs: number): readonly Stretch[] {
    return this.#known.missing(fromMs, Math.min(toMs, this.#liveFromMs ?? toMs));
  }

  /** Asks for a span; resolves when it was answered, or when something failed once and is asked again behind the scenes. */
  load(part: VolumePart, span: VolumeSpan): Promise<void> {
    return new Promise((resolve) => {
      void this.#read(part, span, resolve).then(resolve);
    });
  }

  /** A snapshot tells the newest buckets. What lies before them may have changed since the one before it: late ones came. */
  #begin(): void {
    this.#liveFromMs = this.#step(this.nowMs(), 1 - SNAPSHOT_BUCKETS);
    const { fromMs = Infinity, toMs = Infinity } = this.on.shown();
    const span = { fromMs, toMs: Math.min(toMs, this.#liveFromMs) };
    if (this.#wasTold && fromMs < span.toMs) void this.load('liquidations', span);
    this.#wasTold = true;
  }

  /** Page by page, the newest first. */
  async #read(part: VolumePart, span: VolumeSpan, onFailure: () => void): Promise<void> {
    const oldestMs = this.#step(span.toMs ?? this.nowMs(), -MAX_POINTS);
    let toMs = span.toMs;
    for (;;) {
      const askedMs = this.nowMs();
      const pageMs = this.#step(toMs ?? askedMs, -PAGE_BUCKETS);
      const fromMs = Math.max(span.fromMs, oldestMs, pageMs);
      const points = await this.questions.ask(part, () => this.source.buckets({ fromMs, toMs }), {
        onFailure,
      });
      if (points === undefined) return;
      this.#known.add(fromMs, Math.min(toMs ?? askedMs, askedMs));
      this.on.answered(this.book.put(points));
      if (fromMs === span.fromMs || fromMs === oldestMs) return;
      toMs = fromMs;
    }
  }

  /** Start of the bucket so many after the one that holds a time. */
  #step(ms: number, steps: number): number {
    return stepBucketMs(this.timeframe, bucketStartMs(this.timeframe, ms), steps);
  }
}
