import { DOLLAR_QUOTES } from '@orderfox/venues';
import { ApiError } from '../../core/graphql-errors.js';
import { mainContract } from '../symbols/main-contract.js';
import { type SymbolCatalog } from '../symbols/symbol-catalog.js';
import { unknownSymbol } from '../symbols/unknown-symbol.js';
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
  /**
   * `venues`: those that are configured, the preferred first; `known`: identifiers of all that there are; `kept`: newest
   * trades of a market that there are.
   */
  constructor(
    private readonly catalog: SymbolCatalog,
    private readonly venues: readonly TradeVenue[],
    private readonly known: readonly string[],
    private readonly kept: number,
  ) {}

  /**
   * Rejects with ApiError: UNKNOWN_SYMBOL, BAD_USER_INPUT for a venue that is none or has no such trades, UNAVAILABLE while
   * no contract is known.
   */
  async market({ symbol: name, venue }: TradeQuestion): Promise<TradeMarket> {
    await this.catalog.ready();
    const symbol = this.catalog.find(name);
    if (symbol === undefined) throw unknownSymbol(name, this.catalog);
    const listed = this.marketsOf(symbol.id);
    const wanted = typeof venue === 'string' ? listed.find(({ venue: { id } }) => id === venue) : listed[0];
    if (wanted !== undefined) return wanted;
    if (typeof venue !== 'string') {
      throw new ApiError(
        'UNAVAILABLE',
        `No venue has trades of ${symbol.id} now. Try again later, or ask for another symbol.`,
      );
    }
    if (!this.known.includes(venue)) {
      throw badInput('venue', `there is none of this name; known are ${this.known.join(', ')}`);
    }
    const others = listed.map(({ venue: { id } }) => id).join(', ');
    throw badInput('venue', `${venue} has no trades of ${symbol.id}; these do: ${others || 'none'}`);
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
    const symbol = this.catalog.find(name);
    if (symbol === undefined) return [];
    return this.venues.flatMap((venue): readonly TradeMarket[] => {
      const contracts = this.catalog
        .instruments(venue.id)
        .all()
        // Trades have a worth in dollars; of other quotes it is not known.
        .filter((each) => each.symbol === symbol.id && DOLLAR_QUOTES.has(each.quoteAsset));
      const instrument = mainContract(contracts);
      return instrument === undefined ? [] : [{ venue, instrument }];
    });
  }
}

function badInput(argument: string, problem: string): ApiError {
  return new ApiError('BAD_USER_INPUT', `${argument}: ${problem}`, { argument });
}
