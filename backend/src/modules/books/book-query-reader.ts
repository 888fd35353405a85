import { type DecimalString, type Instrument } from '@orderfox/domain';
import { ApiError } from '../../core/graphql-errors.js';
import { MarketFinder, type MarketAbsence } from '../symbols/market-finder.js';
import { type MarketSymbol } from '../symbols/market-symbol.js';
import { type SymbolCatalog } from '../symbols/symbol-catalog.js';
import { type BookMarket, type BookVenue } from './book-market.js';
import { tickPerCoin, ticksOf, type BookChoice } from './order-book-view.js';

/** Levels of each side for whom nothing is said. */
export const DEFAULT_LEVELS = 20;

/** What a client asks for, as it says it. */
export interface BookQuestion {
  readonly symbol: string;
  readonly venue?: string | null;
  readonly limit?: number | null;
  readonly rounding?: DecimalString | null;
}

/** What was asked for, checked. */
export interface BookWish {
  readonly market: BookMarket;
  readonly choice: BookChoice;
}

/** Turns what a client asked for into a market and a way to look at its book: names become canonical, bounds are checked. */
export class BookQueryReader {
  readonly #finder: MarketFinder<BookVenue, BookMarket>;

  /**
   * `venues`: those that are configured, the preferred first; `known`: identifiers of all that there are; `maxLevels`: most
   * levels of each side that this server gives.
   */
  constructor(
    private readonly catalog: SymbolCatalog,
    venues: readonly BookVenue[],
    known: readonly string[],
    private readonly maxLevels: number,
  ) {
    const what = { noun: 'order book', article: 'an' };
    this.#finder = new MarketFinder({ catalog, venues, known, what, marketOf });
  }

  /**
   * Rejects with ApiError: UNKNOWN_SYMBOL; BAD_USER_INPUT for a venue that is none or has no book of the market, for too
   * many levels, and for a rounding that is no multiple of the tick size; UNAVAILABLE where no such contract is known.
   */
  async read({ symbol, venue, limit, rounding }: BookQuestion): Promise<BookWish> {
    const levels = limit ?? DEFAULT_LEVELS;
    if (levels < 1 || levels > this.maxLevels) {
      throw badInput('limit', `must be 1 to ${this.maxLevels}`, { maxLimit: this.maxLevels });
    }
    const [market] = await this.#finder.find(symbol, venue);
    if (rounding === undefined || rounding === null) return { market, choice: { limit: levels } };
    const tickSize = tickPerCoin(market.units);
    const ticks = ticksOf(rounding, market.units);
    if (ticks === undefined) {
      throw badInput('rounding', `must be a positive multiple of ${tickSize}, the tick size`, { tickSize });
    }
    return { market, choice: ticks === 1 ? { limit: levels } : { limit: levels, rounding } };
  }

  /** The markets of a symbol over all venues that have its book, the preferred first; none for a symbol that is unknown. */
  marketsOf(name: string): readonly BookMarket[] {
    return this.#finder.marketsOf(name);
  }

  /** Why a venue, by its identifier, has none of the markets of a symbol. */
  absenceOf(venue: string): MarketAbsence {
    return this.#finder.absenceOf(venue);
  }

  /** The symbol that a name means. Rejects with ApiError: UNKNOWN_SYMBOL; UNAVAILABLE where a list of contracts is not loaded. */
  symbol(name: string): Promise<MarketSymbol> {
    return this.#finder.symbol(name);
  }

  /** The same contract as the newest catalogue has it. */
  marketNow({ venue, instrument }: BookMarket): BookMarket | undefined {
    const now = this.catalog.instruments(venue.id).get(instrument.venueSymbol);
    return now && marketOf(venue, now);
  }
}

function marketOf(venue: BookVenue, instrument: Instrument): BookMarket | undefined {
  const units = venue.books.unitsOf(instrument);
  return units === undefined ? undefined : { venue, instrument, units };
}

function badInput(
  argument: string,
  problem: string,
  details: Readonly<Record<string, unknown>> = {},
): ApiError {
  return new ApiError('BAD_USER_INPUT', `${argument}: ${problem}`, { argument, ...details });
}
