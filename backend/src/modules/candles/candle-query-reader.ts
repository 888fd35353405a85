import { bucketStartMs, nextBucketStartMs, type Instrument, type Timeframe } from '@orderfox/domain';
import { type Clock } from '@orderfox/feed';
import { ApiError } from '../../core/graphql-errors.js';
import { type SymbolCatalog } from '../symbols/symbol-catalog.js';
import { MarketFinder } from '../symbols/market-finder.js';
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
  readonly #finder: MarketFinder<CandleVenue, CandleMarket>;

  /**
   * `venues`: those that are configured, the preferred first; `known`: identifiers of all that there are; `maxRows`: most
   * rows of an answer that this server gives.
   */
  constructor(
    catalog: SymbolCatalog,
    venues: readonly CandleVenue[],
    known: readonly string[],
    private readonly clock: Pick<Clock, 'nowMs'>,
    private readonly maxRows: number,
  ) {
    const marketOf = (venue: CandleVenue, instrument: Instrument) => ({ venue, instrument });
    this.#finder = new MarketFinder({ catalog, venues, known, what: { noun: 'candles' }, marketOf });
  }

  /**
   * The contracts of a market that candles may come from, the preferred venue first. Rejects with ApiError: UNKNOWN_SYMBOL,
   * BAD_USER_INPUT for a venue that is none or does not list the market, UNAVAILABLE where no such contract is known.
   */
  markets(name: string, venue?: string | null): Promise<readonly [CandleMarket, ...CandleMarket[]]> {
    return this.#finder.find(name, venue);
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
