import { bucketStartMs, nextBucketStartMs, type Candle, type VenueId } from '@orderfox/domain';
import { VenueError, type Clock, type JsonFetch } from '@orderfox/feed';
import { TokenBucket } from '../../core/clients/token-bucket.js';
import { CandlePage } from './candle-page.js';
import { type CandleSeries, type CandleVenue } from './candle-market.js';
import { bucketsBetween, pageAt } from './page-span.js';

/** Candles kept in memory, over all markets: some 60 MB. */
const MAX_CANDLES = 150_000;
/** Candles that the venue still changes serve others for so long. */
const FRESH_MS = 1_000;
/** How long a request waits for its place in a venue's budget; longer, and another venue is the better choice. */
const PATIENCE_MS = 3_000;
/** Pages of one read that are asked for at the same time. */
const AT_ONCE = 4;

/** What a store is made of. */
export interface CandleStoreParts {
  /** Shared with all who ask the venues, so that a ban of one holds for all. */
  readonly http: JsonFetch;
  readonly clock: Clock;
  readonly maxCandles?: number;
}

/** What a store did so far. */
export interface CandleCounts {
  /** Requests to venues. */
  readonly requests: number;
  /** Requests that were not made because the venue's budget was spent. */
  readonly withheld: number;
  /** Pages that were read without any request. */
  readonly hits: number;
  /** Candles that are kept. */
  readonly kept: number;
}

interface Entry {
  readonly key: string;
  readonly page: CandlePage;
  pending: Promise<void> | undefined;
}

/**
 * Candles as the venues have them, asked for page by page and kept: what is closed never changes, so it is asked for once
 * and forgotten only when there is no more room. What is being asked for is not asked for again meanwhile.
 */
export class CandleStore {
  /** Least recently used first. */
  readonly #entries = new Map<string, Entry>();
  readonly #budgets = new Map<VenueId, TokenBucket>();
  #kept = 0;
  #requests = 0;
  #withheld = 0;
  #hits = 0;

  constructor(private readonly parts: CandleStoreParts) {}

  counts(): CandleCounts {
    return { requests: this.#requests, withheld: this.#withheld, hits: this.#hits, kept: this.#kept };
  }

  /**
   * The candles of a series that start in [fromMs, toMs), ascending, the newest of them perhaps still open. `freshMs`: the
   * open one may be known for so long. Rejects with VenueError.
   */
  async read(
    series: CandleSeries,
    fromMs: number,
    toMs: number,
    freshMs = FRESH_MS,
  ): Promise<readonly Candle[]> {
    const { timeframe } = series;
    const nowMs = this.parts.clock.nowMs();
    const endMs = Math.min(toMs, nextBucketStartMs(timeframe, nowMs));
    const entries: Entry[] = [];
    for (
      let at = bucketStartMs(timeframe, fromMs);
      at < endMs;
      at = entries.at(-1)?.page.span.endMs ?? endMs
    ) {
      entries.push(this.#entryAt(series, at));
    }
    for (let first = 0; first < entries.length; first += AT_ONCE) {
      const some = entries.slice(first, first + AT_ONCE);
      await Promise.all(some.map((entry) => this.#complete(series, entry, endMs, freshMs)));
    }
    return entries.flatMap(({ page }) => page.between(fromMs, endMs));
  }

  #entryAt(series: CandleSeries, timeMs: number): Entry {
    const { venue, instrument, timeframe } = series;
    const span = pageAt(timeframe, timeMs, venue.candles.maxRows);
    const key = `${venue.id}|${instrument.venueSymbol}|${timeframe}|${span.startMs}`;
    const entry = this.#entries.get(key) ?? {
      key,
      page: new CandlePage(timeframe, span),
      pending: undefined,
    };
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    return entry;
  }

  async #complete(series: CandleSeries, entry: Entry, toMs: number, freshMs: number): Promise<void> {
    // Somebody else's question may be about less than this one, or its answer too old by now.
    if (entry.pending !== undefined) await entry.pending.catch(() => undefined);
    const nowMs = this.parts.clock.nowMs();
    const fromMs = entry.page.missingFrom(toMs, nowMs, freshMs);
    if (fromMs === undefined) {
      this.#hits += 1;
      return;
    }
    entry.pending ??= this.#ask(series, entry, fromMs).finally(() => {
      entry.pending = undefined;
    });
    await entry.pending;
  }

  async #ask(series: CandleSeries, { key, page }: Entry, fromMs: number): Promise<void> {
    const { venue, instrument, timeframe } = series;
    const nowMs = this.parts.clock.nowMs();
    const toMs = Math.min(page.span.endMs, nextBucketStartMs(timeframe, nowMs));
    const rows = bucketsBetween(timeframe, fromMs, toMs, venue.candles.maxRows);
    await this.#spend(venue, venue.candles.costOf(rows));
    this.#requests += 1;
    const request = { instrument, timeframe, fromMs, toMs, rows, nowMs };
    const candles = await venue.candles.list(this.parts.http, venue.roots, request);
    const before = page.size;
    page.take(candles, fromMs, toMs, nowMs);
    // It may have had to make room meanwhile; who waits for it gets it all the same.
    if (this.#entries.get(key)?.page !== page) return;
    this.#kept += page.size - before;
    this.#makeRoom(page);
  }

  /** Resolves when the venue's budget allows it. Rejects with VenueError where that takes too long. */
  async #spend(venue: CandleVenue, cost: number): Promise<void> {
    const { clock } = this.parts;
    const bucket = this.#budgetOf(venue);
    const endMs = clock.monotonicMs() + PATIENCE_MS;
    while (!bucket.take(cost)) {
      const waitMs = bucket.msUntil(cost);
      if (clock.monotonicMs() + waitMs > endMs) {
        this.#withheld += 1;
        const problem = `${venue.name} was asked for as many candles as its limit allows`;
        throw new VenueError('RATE_LIMITED', problem, clock.nowMs() + waitMs);
      }
      await new Promise<void>((resolve) => clock.after(waitMs, resolve));
    }
  }

  #budgetOf({ id, candles }: CandleVenue): TokenBucket {
    let bucket = this.#budgets.get(id);
    if (bucket === undefined) {
      const { points, perMs } = candles.budget;
      bucket = new TokenBucket(points, (points * 1_000) / perMs, this.parts.clock);
      this.#budgets.set(id, bucket);
    }
    return bucket;
  }

  #makeRoom(newest: CandlePage): void {
    const limit = this.parts.maxCandles ?? MAX_CANDLES;
    for (const [key, { page }] of this.#entries) {
      // Empty pages are cheap, but not free.
      if (this.#kept <= limit && this.#entries.size <= limit / 10) return;
      if (page === newest) continue;
      this.#entries.delete(key);
      this.#kept -= page.size;
    }
  }
}
