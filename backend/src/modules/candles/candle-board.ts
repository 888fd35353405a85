import { bucketStartMs, type Candle, type Timeframe } from '@orderfox/domain';
import { type StateSource } from '@orderfox/fanout';
import { VenueError, type Clock, type Timer } from '@orderfox/feed';
import { type CandleFeed } from './candle-feed.js';
import { type CandleSeries } from './candle-market.js';
import { type CandleStore } from './candle-store.js';
import { LiveCandles } from './live-candles.js';

/** How long a market goes on to be followed when nobody looks: people come back, and pages are reloaded. */
const LINGER_MS = 30_000;
/** History that could not be read is asked for again after so long, doubling. */
const RETRY_MS = 5_000;
const LONGEST_RETRY_MS = 5 * 60_000;
/** The venue needs a moment to settle what has just ended. */
const LOOSE_END_MS = 3_000;

/** What a board works with. */
export interface CandleBoardParts {
  readonly series: CandleSeries;
  readonly timeframe: Timeframe;
  readonly store: CandleStore;
  readonly feed: CandleFeed;
  readonly clock: Clock;
  readonly onError: (error: unknown) => void;
  /** Nobody has looked for some time; the board follows nothing any more. */
  readonly onReleased: () => void;
}

/**
 * The newest candles of one market, while somebody watches: one subscription at the venue however many watch. It
 * subscribes first and reads history then, again with the first live candle, which shows that the stream flows, and
 * whenever something may have been missed: so there is no seam.
 */
export class CandleBoard implements StateSource<Candle> {
  readonly #candles: LiveCandles;
  readonly #listeners = new Set<(key: string) => void>();
  #unwatch: (() => void) | undefined;
  #release: Timer | undefined;
  #retry: Timer | undefined;
  #retryMs = RETRY_MS;
  #isFilled = false;
  #isFlowing = false;
  #filling: Promise<void> | undefined;
  /** History is wanted once more after the one that is being read. */
  #again = false;

  constructor(private readonly parts: CandleBoardParts) {
    this.#candles = new LiveCandles(parts.timeframe, parts.series.timeframe);
  }

  keys(): Iterable<string> {
    return this.#candles.newest().map(String);
  }

  read(key: string): Candle | undefined {
    return this.#candles.get(Number(key));
  }

  subscribe(onChanged: (key: string) => void): () => void {
    this.#release?.cancel();
    this.#release = undefined;
    // First, so that an address that is refused leaves nothing behind.
    if (this.#unwatch === undefined) this.#follow();
    const own = (key: string) => onChanged(key);
    this.#listeners.add(own);
    return () => {
      if (!this.#listeners.delete(own) || this.#listeners.size > 0 || this.#unwatch === undefined) return;
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
    this.#take([candle]);
    if (isFirst) this.#fill();
    else if (this.#candles.hasLooseEnd) this.#fillAfter(LOOSE_END_MS);
  }

  #take(candles: readonly Candle[]): void {
    const changed = this.#candles.take(candles);
    // A candle that is made of several is wrong until all of them are there.
    if (!this.#isFilled && this.parts.series.timeframe !== this.parts.timeframe) return;
    this.#tell(changed);
  }

  #tell(starts: Iterable<number>): void {
    for (const startMs of starts) for (const listener of [...this.#listeners]) listener(String(startMs));
  }

  #fillAfter(delayMs: number): void {
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
    const { series, timeframe, store, clock, onError } = this.parts;
    const nowMs = clock.nowMs();
    // The bucket before the newest too, for it may have ended in the moment of subscribing.
    const fromMs = bucketStartMs(timeframe, bucketStartMs(timeframe, nowMs) - 1);
    try {
      const candles = await store.read(series, fromMs, Number.POSITIVE_INFINITY, 0);
      this.#retryMs = RETRY_MS;
      const isFirst = !this.#isFilled;
      this.#isFilled = true;
      this.#take(candles);
      if (isFirst) this.#tell(this.#candles.newest());
    } catch (error) {
      if (!(error instanceof VenueError)) onError(error);
      const waitMs = error instanceof VenueError ? (error.untilMs ?? nowMs) - nowMs : 0;
      if (this.#unwatch !== undefined) this.#fillAfter(Math.max(waitMs, this.#retryMs));
      this.#retryMs = Math.min(this.#retryMs * 2, LONGEST_RETRY_MS);
    }
  }
}
