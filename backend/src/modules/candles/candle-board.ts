import { bucketStartMs, type Candle, type Timeframe } from '@orderfox/domain';
import { type StateSource } from '@orderfox/fanout';
import { VenueError, type Clock, type Timer } from '@orderfox/feed';
import { type CandleFeed } from './candle-feed.js';
import { type CandleSeries } from './candle-market.js';
import { type CandleStore } from './candle-store.js';
import { CandlesMissed, type CandleNews } from './candles-missed.js';
import { LiveCandles } from './live-candles.js';

/** How long a market goes on to be followed when nobody looks: people come back, and pages are reloaded. */
const LINGER_MS = 30_000;
/** History that could not be read, or did not help, is asked for again after so long, doubling. */
const RETRY_MS = 5_000;
const LONGEST_RETRY_MS = 5 * 60_000;
/** The venue needs a moment to settle what has just ended. */
const LOOSE_END_MS = 3_000;
/** In place of a candle's start: that candles were missed. */
const MISSED = 'missed';

/** What a board works with. */
export interface CandleBoardParts {
  readonly series: CandleSeries;
  readonly timeframe: Timeframe;
  readonly store: Pick<CandleStore, 'read'>;
  readonly feed: Pick<CandleFeed, 'watch' | 'carries'>;
  readonly clock: Clock;
  readonly onError: (error: unknown) => void;
  /** Nobody has looked for some time; the board follows nothing any more. */
  readonly onReleased: () => void;
}

/**
 * The newest candles of one market, while somebody watches: one subscription at the venue however many watch. It
 * subscribes first and reads history then, again with the first live candle, which shows that the stream flows, and
 * whenever something may have been missed, from the last candle on that is known to its end: so there is no seam. What was
 * missed for longer than candles are kept is not told again; `CandlesMissed` is told instead.
 */
export class CandleBoard implements StateSource<CandleNews> {
  readonly #candles: LiveCandles;
  readonly #listeners = new Set<(key: string) => void>();
  readonly #missed = new CandlesMissed();
  #unwatch: (() => void) | undefined;
  #unwatchedSinceMs: number | undefined;
  #release: Timer | undefined;
  #retry: Timer | undefined;
  #retryMs = RETRY_MS;
  #isFlowing = false;
  #filling: Promise<void> | undefined;
  /** History is wanted once more after the one that is being read. */
  #again = false;

  constructor(private readonly parts: CandleBoardParts) {
    const { timeframe, series } = parts;
    this.#candles = new LiveCandles(timeframe, series.timeframe, this.#startMs());
  }

  /** Monotonic ms since when nobody looks; undefined while somebody does. */
  get unwatchedSinceMs(): number | undefined {
    return this.#unwatchedSinceMs;
  }

  /** Whether the venue would tell a change now. */
  get isReached(): boolean {
    return this.#unwatch !== undefined && this.parts.feed.carries(this.parts.series);
  }

  keys(): Iterable<string> {
    return this.#candles.newest().map(String);
  }

  /** All that `read` knows, also those that a newcomer is not told. */
  allKeys(): Iterable<string> {
    return [...this.#candles.all()].map(String);
  }

  read(key: string): CandleNews | undefined {
    return key === MISSED ? this.#missed : this.#candles.get(Number(key));
  }

  subscribe(onChanged: (key: string) => void): () => void {
    this.#release?.cancel();
    this.#release = undefined;
    // First, so that an address that is refused leaves nothing behind.
    if (this.#unwatch === undefined) this.#follow();
    this.#unwatchedSinceMs = undefined;
    const own = (key: string) => onChanged(key);
    this.#listeners.add(own);
    return () => {
      if (!this.#listeners.delete(own) || this.#listeners.size > 0 || this.#unwatch === undefined) return;
      this.#unwatchedSinceMs = this.parts.clock.monotonicMs();
      this.#release = this.parts.clock.after(LINGER_MS, () => this.end());
    };
  }

  /** Lets go of the venue at once. May be called twice. */
  end(): void {
    this.#release?.cancel();
    this.#retry?.cancel();
    const unwatch = this.#unwatch;
    this.#unwatch = undefined;
    if (unwatch === undefined) return;
    unwatch();
    this.parts.onReleased();
  }

  /** The bucket before the newest: it may have ended in this moment. */
  #startMs(): number {
    const { timeframe, clock } = this.parts;
    return bucketStartMs(timeframe, bucketStartMs(timeframe, clock.nowMs()) - 1);
  }

  #follow(): void {
    const { feed, series, onReleased } = this.parts;
    const watcher = { onCandle: (candle: Candle) => this.#live(candle), onGap: () => this.#fill() };
    try {
      this.#unwatch = feed.watch(series, watcher);
    } catch (error) {
      onReleased();
      throw error;
    }
    this.#fill();
  }

  #live(candle: Candle): void {
    const isFirst = !this.#isFlowing;
    this.#isFlowing = true;
    this.#tell(this.#candles.take([candle]));
    if (isFirst) this.#fill();
    // What is being read may close it; if not, it is read again at its own pace.
    else if (this.#candles.hasHole && this.#filling === undefined) this.#fillAfter(LOOSE_END_MS);
  }

  #tell(keys: Iterable<string | number>): void {
    for (const key of keys) for (const listener of [...this.#listeners]) listener(String(key));
  }

  #fillAfter(delayMs: number): void {
    if (this.#unwatch === undefined) return;
    this.#retry ??= this.parts.clock.after(delayMs, () => {
      this.#retry = undefined;
      this.#fill();
    });
  }

  #fill(): void {
    if (this.#unwatch === undefined) return;
    if (this.#filling !== undefined) {
      this.#again = true;
      return;
    }
    this.#filling = this.#readHistory().finally(() => {
      this.#filling = undefined;
      if (!this.#again) return;
      this.#again = false;
      this.#fill();
    });
  }

  async #readHistory(): Promise<void> {
    const { series, store, clock, onError } = this.parts;
    const nowMs = clock.nowMs();
    const isOutOfReach = this.#candles.isOutOfReach(nowMs);
    const fromMs = isOutOfReach ? this.#startMs() : this.#candles.missingFromMs;
    try {
      const candles = await store.read(series, fromMs, Number.POSITIVE_INFINITY, 0);
      if (isOutOfReach) this.#tell([MISSED, ...this.#candles.beginAt(fromMs)]);
      this.#tell(this.#candles.fill(candles));
      if (this.#candles.hasHole) this.#tryAgain(0);
      else this.#retryMs = RETRY_MS;
    } catch (error) {
      if (!(error instanceof VenueError)) onError(error);
      this.#tryAgain(error instanceof VenueError ? (error.untilMs ?? nowMs) - nowMs : 0);
    }
  }

  /** Reads again later, ever more seldom. */
  #tryAgain(waitMs: number): void {
    this.#fillAfter(Math.max(waitMs, this.#retryMs));
    this.#retryMs = Math.min(this.#retryMs * 2, LONGEST_RETRY_MS);
  }
}
