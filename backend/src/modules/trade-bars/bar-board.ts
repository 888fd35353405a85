import { bucketStartMs, nextBucketStartMs, type Timeframe } from '@orderfox/domain';
import { type StateSource } from '@orderfox/fanout';
import { type Clock, type Timer } from '@orderfox/feed';
import { type BarMarket } from './bar-market.js';
import { BarsOut, type BarNews } from './bar-news.js';
import { queryOf, shownSeries, type BarRange, type BarReader } from './bar-reader.js';
import { shownBars, type ShownBar } from './bar-series.js';
import { type StoredBars } from './trade-bar.repository.js';

/** Least time between two states of a bar. */
const UPDATE_EVERY_MS = 250;
/** Pause after a reading that failed. */
const RETRY_MS = 5_000;
/** What others write is looked at so often, where nothing of the market is in memory. */
const STAND_BY_MS = 10_000;
/** In place of a bar's start: that there are none. */
const OUT = 'out';
/** How long a market goes on to be followed when nobody looks: people come back, and pages are reloaded. */
const LINGER_MS = 30_000;
/** Buckets whose changes are told: trades that were missed come late. */
const BUCKETS = 60;
/** The newest of them are what a newcomer begins with. */
const SNAPSHOT = 2;

/** What a board works with. */
export interface BarBoardParts {
  readonly market: BarMarket;
  readonly timeframe: Timeframe;
  readonly reader: Pick<BarReader, 'state' | 'liveOf'>;
  readonly clock: Clock;
  /** Has the market followed until the returned function is called. Throws ApiError. */
  readonly keep: () => () => void;
  readonly onError: (error: unknown) => void;
  /** Nobody has looked for some time. */
  readonly onReleased: () => void;
}

/**
 * The newest bars of one market while somebody watches. What is stored is read again when something was written or a bucket
 * begins; what has come since is joined to it in memory, four times a second at most. That goes on while the store is away;
 * where the two do not join, or another process writes that cannot be read, `BarsOut` is told in their place.
 */
export class BarBoard implements StateSource<BarNews> {
  readonly #bars = new Map<string, ShownBar>();
  readonly #listeners = new Set<(key: string) => void>();
  /** Lets go of the market, which is held while somebody looks. */
  #leave: (() => void) | undefined;
  #isOpen = false;
  #timer: Timer | undefined;
  #release: Timer | undefined;
  #unwatchedSinceMs: number | undefined;
  #stored: { readonly range: BarRange; readonly stored: StoredBars } | undefined;
  #isReading = false;
  #notBeforeMs = -Infinity;
  #readMs = -Infinity;
  #seen: number | undefined;
  #out: BarsOut | undefined;

  constructor(private readonly parts: BarBoardParts) {}

  /** Monotonic ms since when nobody looks; undefined while somebody does. */
  get unwatchedSinceMs(): number | undefined {
    return this.#unwatchedSinceMs;
  }

  keys(): Iterable<string> {
    if (this.#out !== undefined) return [OUT];
    // Not in their order: a bar to which trades came late may be new here.
    return [...this.#bars.keys()].sort((a, b) => Number(a) - Number(b)).slice(-SNAPSHOT);
  }

  read(key: string): BarNews | undefined {
    return key === OUT ? this.#out : this.#bars.get(key);
  }

  subscribe(onChanged: (key: string) => void): () => void {
    this.#leave ??= this.parts.keep();
    this.#isOpen = true;
    this.#release?.cancel();
    this.#unwatchedSinceMs = undefined;
    const own = (key: string) => onChanged(key);
    this.#listeners.add(own);
    this.#look();
    return () => {
      if (!this.#listeners.delete(own) || this.#listeners.size > 0 || !this.#isOpen) return;
      this.#unwatchedSinceMs = this.parts.clock.monotonicMs();
      this.#release = this.parts.clock.after(LINGER_MS, () => this.end());
      // It is followed for longer than that by itself, unless somebody else needs its place.
      this.#letGo();
    };
  }

  /** Lets go of the market at once. May be called twice. */
  end(): void {
    this.#timer?.cancel();
    this.#release?.cancel();
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#letGo();
    this.parts.onReleased();
  }

  #letGo(): void {
    const leave = this.#leave;
    this.#leave = undefined;
    leave?.();
  }

  #look(): void {
    if (!this.#isOpen) return;
    this.#timer?.cancel();
    this.#timer = this.parts.clock.after(UPDATE_EVERY_MS, () => this.#look());
    const { reader, market, clock } = this.parts;
    const live = reader.liveOf(market);
    const range = this.#range();
    const known = this.#stored;
    // By itself a bucket ends too: then it is looked at until the store was read.
    const isOld = known?.range.fromMs !== range.fromMs;
    if (isOld) void this.#read(range);
    const isNews = isOld || live?.changes !== this.#seen;
    if (live?.isReady !== true) {
      if (isNews || clock.monotonicMs() >= this.#readMs + STAND_BY_MS) void this.#read(range);
      this.#seen = live?.changes;
      return;
    }
    if (known === undefined || !isNews) return;
    const fresh = live.fresh(known.stored.version);
    if (fresh === undefined) {
      void this.#read(range);
      return;
    }
    this.#seen = live.changes;
    // Nothing was written since it was read: later buckets are in memory only.
    const query = queryOf(market, { ...known.range, toMs: range.toMs });
    const bars = [...shownBars(shownSeries(market), query, known.stored, fresh)];
    this.#show(bars.filter(({ startMs }) => startMs >= range.fromMs));
  }

  /** The newest buckets; venues' clocks may be ahead of ours. */
  #range(): BarRange {
    const { timeframe, clock } = this.parts;
    let fromMs = bucketStartMs(timeframe, clock.nowMs());
    const toMs = nextBucketStartMs(timeframe, nextBucketStartMs(timeframe, clock.nowMs()));
    for (let count = 1; count < BUCKETS; count += 1) fromMs = bucketStartMs(timeframe, fromMs - 1);
    return { timeframe, fromMs, toMs };
  }

  /** Never rejects. */
  async #read(range: BarRange): Promise<void> {
    const { reader, market, clock, onError } = this.parts;
    if (this.#isReading || clock.monotonicMs() < this.#notBeforeMs) return;
    this.#isReading = true;
    try {
      const { stored, fresh } = await reader.state(market, range);
      this.#stored = { range, stored };
      this.#readMs = clock.monotonicMs();
      this.#show([...shownBars(shownSeries(market), queryOf(market, range), stored, fresh)]);
    } catch (error) {
      this.#notBeforeMs = clock.monotonicMs() + RETRY_MS;
      onError(error);
      this.#fail();
    } finally {
      this.#isReading = false;
    }
  }

  /** Says that there are no bars, unless memory goes on where the store was read last. */
  #fail(): void {
    const { reader, market, clock } = this.parts;
    const live = reader.liveOf(market);
    const goesOn = this.#stored !== undefined && live?.fresh(this.#stored.stored.version) !== undefined;
    if (goesOn || this.#out !== undefined || !this.#isOpen) return;
    this.#out = new BarsOut(market, clock.nowMs());
    this.#tell([OUT]);
  }

  #show(bars: readonly ShownBar[]): void {
    if (!this.#isOpen) return;
    const wasOut = this.#out !== undefined;
    this.#out = undefined;
    const changed: string[] = [];
    for (const bar of bars) {
      const key = String(bar.startMs);
      const known = this.#bars.get(key);
      if (known !== undefined && isSame(known, bar)) continue;
      this.#bars.set(key, bar);
      changed.push(key);
    }
    const first = String(bars[0]?.startMs ?? 0);
    for (const key of this.#bars.keys()) if (Number(key) < Number(first)) this.#bars.delete(key);
    // Who came meanwhile has seen none of them.
    this.#tell(wasOut ? new Set([OUT, ...changed, ...this.keys()]) : changed);
  }

  #tell(keys: Iterable<string>): void {
    for (const key of keys) for (const listener of [...this.#listeners]) listener(key);
  }
}

function isSame(a: ShownBar, b: ShownBar): boolean {
  return (Object.keys(a) as (keyof ShownBar)[]).every((name) => a[name] === b[name]);
}
