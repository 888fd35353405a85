import { bucketStartMs, nextBucketStartMs, type Timeframe } from '@orderfox/domain';
import { type Clock } from '@orderfox/feed';
import { ApiError } from '../../core/graphql-errors.js';
import { type SymbolCatalog } from '../symbols/symbol-catalog.js';
import { unknownSymbol } from '../symbols/unknown-symbol.js';
import { mainContract } from '../symbols/main-contract.js';
import { FIRST_CANDLE_MS, type CandleMarket, type CandleVenue } from './candle-market.js';
import { startOfLast, type CandleRange } from './candle-reader.js';
import { bucketsBetween } from './page-span.js';

/** What a client asks for, as it says it. */
export interface CandleQuestion {
  readonly timeframe: Timeframe;
  readonly limit?: number | null;
  readonly from?: number | null;
  readonly to?: number | null;
}

/** Turns what a client asked for into markets and ranges: names become canonical, bounds are checked. */
export class CandleQueryReader {
  /**
   * `venues`: those that are configured, the preferred first; `known`: identifiers of all that there are; `maxRows`: most
   * rows of an answer that this server gives.
   */
  constructor(
    private readonly catalog: SymbolCatalog,
    private readonly venues: readonly CandleVenue[],
    private readonly known: readonly string[],
    private readonly clock: Pick<Clock, 'nowMs'>,
    private readonly maxRows: number,
  ) {}

  /**
   * The contracts of a market that candles may come from, the preferred venue first. Rejects with ApiError: UNKNOWN_SYMBOL,
   * BAD_USER_INPUT for a venue that is none or does not list the market, UNAVAILABLE while no contract is known.
   */
  async markets(name: string, venue?: string | null): Promise<readonly CandleMarket[]> {
    await this.catalog.ready();
    const symbol = this.catalog.find(name);
    if (symbol === undefined) throw unknownSymbol(name, this.catalog);
    const listed = this.venues.flatMap((one): readonly CandleMarket[] => {
      const contracts = this.catalog.instruments(one.id).all();
      const instrument = mainContract(contracts.filter((each) => each.symbol === symbol.id));
      return instrument === undefined ? [] : [{ venue: one, instrument }];
    });
    if (typeof venue === 'string') return [this.#ofVenue(listed, venue, symbol.id)];
    if (listed.length > 0) return listed;
    throw new ApiError(
      'UNAVAILABLE',
      `No venue lists ${symbol.id} now, so it has no candles. Try again later.`,
    );
  }

  #ofVenue(listed: readonly CandleMarket[], id: string, symbol: string): CandleMarket {
    const market = listed.find(({ venue }) => venue.id === id);
    if (market !== undefined) return market;
    if (!this.known.includes(id)) {
      throw badInput('venue', `there is none of this name; known are ${this.known.join(', ')}`);
    }
    const others = listed.map(({ venue }) => venue.id).join(', ');
    throw badInput('venue', `${id} gives no candles of ${symbol}; these do: ${others || 'none'}`);
  }

  /** Throws ApiError BAD_USER_INPUT or RANGE_TOO_WIDE. */
  range({ timeframe, limit: asked, from, to }: CandleQuestion): CandleRange {
    const limit = asked ?? Math.min(DEFAULT_LIMIT, this.maxRows);
    const toMs = typeof to === 'number' ? to : nextBucketStartMs(timeframe, this.clock.nowMs());
    const firstMs = bucketStartMs(timeframe, FIRST_CANDLE_MS);
    if (typeof from !== 'number') {
      return { timeframe, fromMs: Math.max(firstMs, startOfLast(timeframe, toMs, limit)), toMs };
    }
    if (typeof to === 'number' && from > to) throw badInput('from', 'must not be after to');
    const fromMs = bucketStartMs(timeframe, from);
    const count = bucketsBetween(timeframe, fromMs, toMs, limit);
    if (count > limit) {
      const maxLimit = Math.min(MAX_LIMIT, this.maxRows);
      throw new ApiError(
        'RANGE_TOO_WIDE',
        `from: more than ${limit} candles of ${timeframe} lie between from and to; ask for a shorter time, a longer timeframe or a higher limit (at most ${maxLimit})`,
        { argument: 'from', limit, maxLimit },
      );
    }
    return { timeframe, fromMs: Math.max(firstMs, fromMs), toMs };
  }
}

/** Most candles of one answer. */
export const MAX_LIMIT = 1_000;
/** Candles of an answer for which nothing is said, where the server gives so many. */
export const DEFAULT_LIMIT = 500;

function badInput(argument: string, problem: string): ApiError {
  return new ApiError('BAD_USER_INPUT', `${argument}: ${problem}`, { argument });
}
