import { type Clock } from '../../core/clock.js';
import { type CandlePoint } from './chart-points.js';
import { ChartQuestions } from './chart-questions.js';
import { type BucketNews, type ChartMarket, type ChartSource } from './chart-source.js';
import { type ChartTroubles } from './chart-troubles.js';
import { ChartWindow, type WindowListener } from './chart-window.js';
import { type FeedHole } from './hatch-ranges.js';
import { LiveStream } from './live-stream.js';
import { PriceAge } from './price-age.js';
import { RepeatedTask } from './repeated-task.js';
import { stepBucketMs } from './timeframes.js';

const HOLES_EVERY_MS = 30_000;

/** What a session tells while it runs. */
export interface ChartListener extends WindowListener {
  holes(holes: readonly FeedHole[]): void;
  market(market: ChartMarket): void;
}

/** What a session works with. */
export interface ChartSessionParts {
  readonly source: ChartSource;
  readonly clock: Clock;
  /** The server's clock, epoch milliseconds. */
  readonly nowMs: () => number;
  readonly timeframe: string;
  /** How many candles to begin with. */
  readonly count: number;
  readonly troubles: ChartTroubles;
}

/**
 * One view of a chart from beginning to end. Streams are opened first and history is read after, so that nothing falls
 * between them; all that comes goes into the same two books, where the newest state of every bucket wins.
 */
export class ChartSession {
  readonly window: ChartWindow;
  readonly #questions: ChartQuestions;
  readonly #streams: readonly Pick<LiveStream<unknown>, 'retry' | 'end'>[];
  readonly #holes = new RepeatedTask(() => this.#loadHoles());
  readonly #missed = new RepeatedTask(() => this.#loadMissed());
  readonly #age = new PriceAge();
  readonly #stopLooking: () => void;
  /** The venue that is asked for instead of the one that is shown. */
  #wantedVenue: string | undefined;
  /** When something was heard for the last time, by the server's clock. */
  #heardMs: number;

  constructor(
    private readonly parts: ChartSessionParts,
    private readonly listener: ChartListener,
  ) {
    const { source, clock, nowMs, troubles } = parts;
    this.#heardMs = nowMs();
    this.#questions = new ChartQuestions(clock, troubles);
    this.window = new ChartWindow(
      { ...parts, questions: this.#questions },
      {
        ...listener,
        loaded: () => {
          this.#candlesRead();
          listener.loaded();
        },
      },
    );
    this.#streams = [
      new LiveStream<readonly CandlePoint[]>(
        'live-prices',
        (onRetry) => source.candleUpdates(onRetry),
        { news: (points) => this.#takeCandles(points), back: () => this.catchUp() },
        troubles,
      ),
      new LiveStream<BucketNews>(
        'live-liquidations',
        (onRetry) => source.bucketUpdates(onRetry),
        { news: (news) => this.#takeBuckets(news), lost: () => this.lost() },
        troubles,
      ),
    ];
    this.#stopLooking = clock.every(HOLES_EVERY_MS, () => this.lookForHoles());
    void this.#begin();
    void this.#loadMarket();
  }

  /** When a price last changed, by the viewer's clock; undefined while there are no prices. */
  get pricesChangedMs(): number | undefined {
    return this.#age.changedMs();
  }

  end(): void {
    this.#questions.end();
    this.#stopLooking();
    for (const stream of this.#streams) stream.end();
  }

  /** Asks again at once for all that failed. */
  retry(): void {
    this.#questions.retry();
    for (const stream of this.#streams) stream.retry();
  }

  /** Loads what lies before the oldest bucket, unless it is on its way or nothing lies there. */
  loadOlder(): void {
    void this.window.loadOlder()?.then(() => this.lookForHoles());
  }

  /** Loads what comes after the newest bucket of a time further back, unless it is on its way. */
  loadNewer(): void {
    void this.window.loadNewer()?.then(() => {
      this.lookForHoles();
      // What came live while the view lay further back is not all kept.
      if (this.window.shown.toMs === undefined) this.#missed.want();
    });
  }

  /** Begins anew at the present where the view lies further back; false where it reaches to the present already. */
  showNewest(): boolean {
    if (this.window.shown.toMs === undefined) return false;
    void this.#begin();
    return true;
  }

  /** The connection was lost: what happens from now on is not told. */
  lost(): void {
    this.window.lost(this.#heardMs);
  }

  /** Loads the candles that were missed while the connection was lost; its stream tells of liquidations by itself. */
  catchUp(): void {
    if (this.window.isLoaded) this.#missed.want();
  }

  /** Looks after holes again: one has begun or ended. */
  lookForHoles(): void {
    if (this.window.isLoaded) this.#holes.want();
  }

  async #begin(venue?: string): Promise<void> {
    await this.window.begin(venue);
    this.#wantedVenue = undefined;
  }

  async #loadMissed(): Promise<void> {
    await this.window.loadMissed();
    if (this.#questions.areOver()) return;
    this.#candlesRead();
  }

  async #loadHoles(): Promise<void> {
    const span = this.window.shown;
    if (span.fromMs === undefined) return;
    const holes = await this.#questions.ask('gaps', () => this.parts.source.holes(span));
    if (holes !== undefined) this.listener.holes(holes);
  }

  /** Without it prices are drawn with as many digits as they have. */
  async #loadMarket(): Promise<void> {
    const market = await this.#questions.ask(undefined, () => this.parts.source.market());
    if (market !== undefined) this.listener.market(market);
  }

  #takeCandles(points: readonly CandlePoint[]): void {
    const { clock, nowMs } = this.parts;
    this.#heardMs = nowMs();
    if (this.window.isLoaded) {
      for (const point of points) this.#age.heard(point, this.window.candleAt(point.startMs), clock.nowMs());
    }
    const otherVenue = this.window.takeCandles(points);
    if (otherVenue !== undefined && otherVenue !== this.#wantedVenue) {
      this.#wantedVenue = otherVenue;
      void this.#begin(otherVenue);
    } else if (this.window.isTorn) this.#missed.want();
  }

  #takeBuckets(news: BucketNews): void {
    this.#heardMs = this.parts.nowMs();
    this.window.takeBuckets(news);
  }

  #candlesRead(): void {
    const { clock, nowMs, timeframe } = this.parts;
    const last = this.window.candles.at(-1);
    // Candles of a time further back do not tell how old the prices of now are.
    const endedMs =
      last === undefined || this.window.shown.toMs !== undefined
        ? nowMs()
        : stepBucketMs(timeframe, last.startMs);
    if (last !== undefined) this.#age.read(nowMs() - endedMs, clock.nowMs());
    this.lookForHoles();
  }
}
