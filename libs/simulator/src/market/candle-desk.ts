import type { Timeframe } from '@orderfox/domain';
import type { Listing } from '../catalog/listing.js';
import type { VenueCatalog } from '../catalog/venue-catalog.js';
import type { QuotedMarket } from '../flow/quoted-market.js';
import type { TapeTrade } from '../flow/trade-tape.js';
import type { Scheduler } from '../scheduler.js';
import { CandleBook, type SimulatedCandle } from './candle-book.js';

/** How often prices are noted for candles that nobody has asked for. */
const UNWATCHED_SECONDS = 10;

/** What the candles of a venue are made of. */
export interface CandleSources {
  readonly scheduler: Scheduler;
  readonly catalog: VenueCatalog;
  markPrice(venueSymbol: string): number | undefined;
  /** True where trades happen one by one: they tell more than mark prices. */
  isTraded(venueSymbol: string): boolean;
}

/** Keeps the candles of one venue: notes trades where there are any, else mark prices. */
export class CandleDesk {
  private readonly book: CandleBook;
  /** Contracts whose candles were asked for. */
  private readonly watched = new Set<string>();

  constructor(private readonly sources: CandleSources) {
    this.book = new CandleBook(sources.scheduler.nowMs());
  }

  /** Candles that start in [fromMs, toMs), ascending, the newest of them open; none of a contract that is not listed. */
  candles(
    venueSymbol: string,
    timeframe: Timeframe,
    fromMs: number,
    toMs: number,
  ): readonly SimulatedCandle[] {
    const listing = this.sources.catalog.get(venueSymbol);
    if (!listing) return [];
    this.watched.add(venueSymbol);
    const nowMs = this.sources.scheduler.nowMs();
    this.observe(listing, nowMs);
    return this.book.candles(listing, timeframe, fromMs, toMs, nowMs);
  }

  /** Notes the mark prices of a moment. */
  observePrices(timeMs: number): void {
    // Those that nobody has asked for need less care: there are many.
    const isRound = Math.floor(timeMs / 1_000) % UNWATCHED_SECONDS === 0;
    for (const listing of this.sources.catalog.all()) {
      if (isRound || this.watched.has(listing.venueSymbol)) this.observe(listing, timeMs);
    }
  }

  /** Notes a trade. */
  note({ listing, tick }: QuotedMarket, { ticks, steps, firstFill, lastFill, timeMs }: TapeTrade): void {
    const fills = lastFill - firstFill + 1;
    this.book.note(listing, { price: ticks * tick, steps, fills, timeMs });
  }

  private observe(listing: Listing, timeMs: number): void {
    if (this.sources.isTraded(listing.venueSymbol)) return;
    this.book.observe(listing, this.sources.markPrice(listing.venueSymbol), timeMs);
  }
}
