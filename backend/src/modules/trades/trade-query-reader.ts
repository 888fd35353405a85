import { type Instrument } from '@orderfox/domain';
import { DOLLAR_QUOTES } from '@orderfox/venues';
import { ApiError } from '../../core/graphql-errors.js';
import { MarketFinder } from '../symbols/market-finder.js';
import { type SymbolCatalog } from '../symbols/symbol-catalog.js';
import { type TradeMarket, type TradeVenue } from './trade-market.js';

/** Rows of an answer for whom nothing is said. */
export const DEFAULT_TRADES = 50;

/** What a client asks for, as it says it. */
export interface TradeQuestion {
  readonly symbol: string;
  readonly venue?: string | null;
}

/** Turns what a client asked for into a market: names become canonical, bounds are checked. */
export class TradeQueryReader {
  readonly #finder: MarketFinder<TradeVenue, TradeMarket>;

  /**
   * `venues`: those that are configured, the preferred first; `known`: identifiers of all that there are; `kept`: newest
   * trades of a market that there are.
   */
  constructor(
    catalog: SymbolCatalog,
    venues: readonly TradeVenue[],
    known: readonly string[],
    private readonly kept: number,
  ) {
    this.#finder = new MarketFinder({ catalog, venues, known, what: { noun: 'trades' }, marketOf });
  }

  /**
   * Rejects with ApiError: UNKNOWN_SYMBOL, BAD_USER_INPUT for a venue that is none or has no such trades, UNAVAILABLE where
   * no such contract is known.
   */
  async market({ symbol, venue }: TradeQuestion): Promise<TradeMarket> {
    const [market] = await this.#finder.find(symbol, venue);
    return market;
  }

  /** How many trades are wanted. Throws ApiError BAD_USER_INPUT. */
  count(first: number | null | undefined): number {
    const count = first ?? Math.min(DEFAULT_TRADES, this.kept);
    if (count >= 1 && count <= this.kept) return count;
    throw new ApiError('BAD_USER_INPUT', `first: must be 1 to ${this.kept}`, {
      argument: 'first',
      maxFirst: this.kept,
    });
  }

  /** The markets of a symbol over all venues that have its trades, the preferred first; none for a symbol that is unknown. */
  marketsOf(name: string): readonly TradeMarket[] {
    return this.#finder.marketsOf(name);
  }
}

/** Trades have a worth in dollars; of other quotes it is not known. */
function marketOf(venue: TradeVenue, instrument: Instrument): TradeMarket | undefined {
  return DOLLAR_QUOTES.has(instrument.quoteAsset) ? { venue, instrument } : undefined;
}
