import type { Listing } from '../catalog/listing.js';
import type { BookChange } from './numbered-book.js';
import type { QuotedMarket } from './quoted-market.js';
import type { Rung } from './ladder.js';
import type { TapeTrade } from './trade-tape.js';

/** What a market did at one moment, to be put in a venue's words. */
export interface MarketStep {
  readonly market: QuotedMarket;
  readonly timeMs: number;
  /** Undefined where the book stood still, or a fault keeps the change back. */
  readonly change: BookChange | undefined;
  readonly trades: readonly TapeTrade[];
}

/** How one venue tells of books and trades. */
export interface MarketChannels {
  /** Prices on each side of a book. */
  readonly levels: number;
  /** Numbers that begin anew when the venue's service does; undefined where that is not known of the venue. */
  readonly renumbers: 'CHANGES' | 'TELLINGS' | undefined;
  /** The contract whose book or trades a topic carries; undefined for any other topic, and for what is not listed. */
  marketOf(topic: string): string | undefined;
  /** A trade's number as the venue writes it. */
  tradeId(trade: TapeTrade, listing: Listing): string;
  /** What is due on a topic of the market, in order. */
  payloads(topic: string, step: MarketStep): readonly string[];
}

/** Prices and quantities as a venue writes them. */
export function levelTexts(
  market: QuotedMarket,
  rungs: readonly Rung[],
): [price: string, quantity: string][] {
  return rungs.map(([ticks, steps]) => [market.priceText(ticks), market.quantityText(steps)]);
}
