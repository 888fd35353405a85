import { type DecimalString } from '@orderfox/domain';
import { ApiError } from '../../core/graphql-errors.js';
import { mainContract } from '../symbols/main-contract.js';
import { type SymbolCatalog } from '../symbols/symbol-catalog.js';
import { unknownSymbol } from '../symbols/unknown-symbol.js';
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
  /**
   * `venues`: those that are configured, the preferred first; `known`: identifiers of all that there are; `maxLevels`: most
   * levels of each side that this server gives.
   */
  constructor(
    private readonly catalog: SymbolCatalog,
    private readonly venues: readonly BookVenue[],
    private readonly known: readonly string[],
    private readonly maxLevels: number,
  ) {}

  /**
   * Rejects with ApiError: UNKNOWN_SYMBOL; BAD_USER_INPUT for a venue that is none or has no book of the market, for too
   * many levels, and for a rounding that is no multiple of the tick size; UNAVAILABLE while no contract is known.
   */
  async read({ symbol, venue, limit, rounding }: BookQuestion): Promise<BookWish> {
    const levels = limit ?? DEFAULT_LEVELS;
    if (levels < 1 || levels > this.maxLevels) {
      throw badInput('limit', `must be 1 to ${this.maxLevels}`, { maxLimit: this.maxLevels });
    }
    const market = await this.#market(symbol, venue);
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
    const symbol = this.catalog.find(name);
    if (symbol === undefined) return [];
    return this.venues.flatMap((venue): readonly BookMarket[] => {
      const contracts = this.catalog
        .instruments(venue.id)
        .all()
        .filter((each) => each.symbol === symbol.id && venue.books.unitsOf(each) !== undefined);
      const instrument = mainContract(contracts);
      const units = instrument && venue.books.unitsOf(instrument);
      return instrument === undefined || units === undefined ? [] : [{ venue, instrument, units }];
    });
  }

  /** The same contract as the newest catalogue has it. */
  marketNow({ venue, instrument }: BookMarket): BookMarket | undefined {
    const now = this.catalog.instruments(venue.id).get(instrument.venueSymbol);
    const units = now && venue.books.unitsOf(now);
    return now === undefined || units === undefined ? undefined : { venue, instrument: now, units };
  }

  async #market(name: string, venue: string | null | undefined): Promise<BookMarket> {
    await this.catalog.ready();
    const symbol = this.catalog.find(name);
    if (symbol === undefined) throw unknownSymbol(name, this.catalog);
    const listed = this.marketsOf(name);
    const wanted = typeof venue === 'string' ? listed.find(({ venue: { id } }) => id === venue) : listed[0];
    if (wanted !== undefined) return wanted;
    if (typeof venue !== 'string') {
      throw new ApiError(
        'UNAVAILABLE',
        `No venue has an order book of ${symbol.id} now. Try again later, or ask for another symbol.`,
      );
    }
    if (!this.known.includes(venue)) {
      throw badInput('venue', `there is none of this name; known are ${this.known.join(', ')}`);
    }
    const others = listed.map(({ venue: { id } }) => id).join(', ');
    throw badInput('venue', `${venue} has no order book of ${symbol.id}; these do: ${others || 'none'}`);
  }
}

function badInput(
  argument: string,
  problem: string,
  details: Readonly<Record<string, unknown>> = {},
): ApiError {
  return new ApiError('BAD_USER_INPUT', `${argument}: ${problem}`, { argument, ...details });
}
