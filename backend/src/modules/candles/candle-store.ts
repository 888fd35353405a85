import { bucketStartMs, nextBucketStartMs, type Candle } from '@orderfox/domain';
import { WithheldError, type Clock, type JsonFetch, type RequestAsk } from '@orderfox/feed';
import { RequestTally } from '../feeds/request-tally.js';
import { type Asker } from './candle-asker.js';
import { CandlePage } from './candle-page.js';
import { type CandleSeries } from './candle-market.js';
import { PageShelf, type KeptPage } from './page-shelf.js';
import { bucketsBetween, pageAt, type PageSpan } from './page-span.js';

/** Candles kept in memory, over all markets: some 60 MB. */
const MAX_CANDLES = 150_000;
/** Pages kept in memory; a full one has 100 candles or more. */
const MAX_PAGES = 5_000;
/** Candles that the venue still changes serve others for so long. */
const FRESH_MS = 1_000;
/** How long a request waits for its place in a venue's limit; longer, and another venue is the better choice. */
const PATIENCE_MS = 3_000;
/** Pages of one read that are looked for at the same time. */
const AT_ONCE = 4;

/** What a store is made of. */
export interface CandleStoreParts {
  /** The door to the venues, which knows their limits and whether they want to be left alone. */
  readonly http: JsonFetch;
  readonly clock: Clock;
  readonly maxCandles?: number;
  readonly maxPages?: number;
}

/** What a store did so far. */
export interface CandleCounts {
  /** Requests to venues. */
  readonly requests: number;
  /** Of those: which the venue did not answer, or not with candles. */
  readonly failed: number;
  /** Requests that were not made because the venue's limit left no place for them in time. */
  readonly withheld: number;
  /** Pages that were read without any request. */
  readonly hits: number;
  /** Candles that are kept. */
  readonly kept: number;
  /** Pages that are kept. */
  readonly pages: number;
  /** Requests that wait for their turn. */
  readonly waiting: number;
}

/**
 * Candles as the venues have them, asked for page by page and kept: what is closed never changes, so it is asked for once
 * and forgotten only when there is no more room. What is being asked for is not asked for again meanwhile.
 */
export class CandleStore {
  readonly #shelf: PageShelf;
  readonly #tally = new RequestTally();
  #hits = 0;

  constructor(private readonly parts: CandleStoreParts) {
    const { maxCandles = MAX_CANDLES, maxPages = MAX_PAGES } = parts;
    this.#shelf = new PageShelf({ candles: maxCandles, pages: maxPages });
  }

  counts(): CandleCounts {
    return {
      requests: this.#tally.made,
      failed: this.#tally.failed,
      withheld: this.#tally.withheld,
      waiting: this.#tally.waiting,
      hits: this.#hits,
      kept: this.#shelf.candles,
      pages: this.#shelf.pages,
    };
  }

  /**
   * The candles of a series that start in [fromMs, toMs), ascending, the newest of them perhaps still open; all of one
   * venue. `freshMs`: the open one may be known for so long. Without an asker they are for a live stream, for which a part
   * of each venue's limit is kept. Rejects with VenueError, or with the reason of the asker's signal.
   */
  async read(
    series: CandleSeries,
    fromMs: number,
    toMs: number,
    freshMs = FRESH_MS,
    asker?: Asker,
  ): Promise<readonly Candle[]> {
    const { timeframe, venue } = series;
    const endMs = Math.min(toMs, nextBucketStartMs(timeframe, this.parts.clock.nowMs()));
    const spans: PageSpan[] = [];
    let atMs = bucketStartMs(timeframe, fromMs);
    for (; atMs < endMs; atMs = spans.at(-1)?.endMs ?? endMs) {
      spans.push(pageAt(timeframe, atMs, venue.candles.maxRows));
    }
    const candles: Candle[] = [];
    for (let first = 0; first < spans.length; first += AT_ONCE) {
      const some = spans.slice(first, first + AT_ONCE);
      const pages = await Promise.all(
        some.map((span, index) => {
          // What remains to be asked for: where all of it would take too long, none of it is begun.
          const rest = asker?.hasChoice === true ? spans.slice(first + index) : [];
          const together = this.#costOf(series, rest, endMs, freshMs);
          return this.#page(series, span, endMs, freshMs, asker, together);
        }),
      );
      for (const page of pages) candles.push(...page.between(fromMs, endMs));
    }
    return candles;
  }

  /** Points of the venue's limit that reading these pages takes now. */
  #costOf(series: CandleSeries, spans: readonly PageSpan[], toMs: number, freshMs: number): number {
    const { timeframe, venue } = series;
    const nowMs = this.parts.clock.nowMs();
    return spans.reduce((sum, span) => {
      const page = this.#shelf.find(keyOf(series, span));
      const fromMs = page === undefined ? span.startMs : page.missingFrom(toMs, nowMs, freshMs);
      if (fromMs === undefined) return sum;
      const endMs = Math.min(span.endMs, nextBucketStartMs(timeframe, nowMs));
      return sum + venue.candles.costOf(bucketsBetween(timeframe, fromMs, endMs, venue.candles.maxRows));
    }, 0);
  }

  /** The page of a stretch, with all that the venue has of it before `toMs`. */
  async #page(
    series: CandleSeries,
    span: PageSpan,
    toMs: number,
    freshMs: number,
    asker: Asker | undefined,
    together: number,
  ): Promise<CandlePage> {
    const entry = this.#shelf.at(keyOf(series, span), () => new CandlePage(series.timeframe, span));
    // Somebody else's question may be about less than this one, its answer too old by now, or never asked.
    while (entry.asked !== undefined) await entry.asked;
    const fromMs = entry.page.missingFrom(toMs, this.parts.clock.nowMs(), freshMs);
    if (fromMs === undefined) this.#hits += 1;
    else await this.#ask(series, entry, fromMs, asker, together);
    return entry.page;
  }

  #ask(
    series: CandleSeries,
    entry: KeptPage,
    fromMs: number,
    asker: Asker | undefined,
    together: number,
  ): Promise<void> {
    const request = this.#request(series, entry, fromMs, asker, together).finally(() => {
      entry.asked = undefined;
      this.#shelf.dropBlank(entry);
    });
    // What the venue did wrong is the answer to all who wait for it; who was not let through, or has left, is alone.
    entry.asked = request.catch((error: unknown) => {
      if (!(error instanceof WithheldError) && asker?.signal?.aborted !== true) throw error;
    });
    entry.asked.catch(() => undefined);
    return request;
  }

  async #request(
    series: CandleSeries,
    entry: KeptPage,
    fromMs: number,
    asker: Asker | undefined,
    together: number,
  ): Promise<void> {
    asker?.signal?.throwIfAborted();
    const { venue, instrument, timeframe } = series;
    const { clock } = this.parts;
    const nowMs = clock.nowMs();
    const toMs = Math.min(entry.page.span.endMs, nextBucketStartMs(timeframe, nowMs));
    const rows = bucketsBetween(timeframe, fromMs, toMs, venue.candles.maxRows);
    const ask: RequestAsk = {
      ...(asker === undefined ? { kind: 'LIVE_CANDLES' } : { kind: 'HISTORY', party: asker.party }),
      ...(asker?.signal && { signal: asker.signal }),
      ...(together > 0 && { together }),
      patienceMs: PATIENCE_MS,
    };
    const wanted = { instrument, timeframe, fromMs, toMs, rows, nowMs };
    const candles = await this.#tally.count(this.parts.http, ask, (http) =>
      venue.candles.list(http, venue.roots, wanted),
    );
    this.#shelf.write(entry, (page) => page.take(candles, fromMs, toMs, nowMs));
  }
}

function keyOf({ venue, instrument, timeframe }: CandleSeries, { startMs }: PageSpan): string {
  return `${venue.id}|${instrument.venueSymbol}|${timeframe}|${startMs}`;
}
