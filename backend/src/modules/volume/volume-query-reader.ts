import { ALL_SYMBOLS, type Timeframe, type VenueId } from '@orderfox/domain';
import { type Clock } from '@orderfox/feed';
import { type FilterReader } from '../liquidation/filter-reader.js';
import { type SymbolInterest } from '../symbols/symbol-interest.js';
import { type VolumeQuery } from './volume-query.js';
import { newestRange, volumeRange, type VolumeRange } from './volume-range.js';

/** Whose volume is wanted, and in which buckets, in a client's words. */
export interface VolumeRequest {
  readonly symbol: string;
  readonly timeframe: Timeframe;
  readonly venues?: readonly VenueId[] | null | undefined;
}

/** The same, and when. */
export interface VolumeRangeRequest extends VolumeRequest {
  readonly from?: number | null | undefined;
  readonly to?: number | null | undefined;
}

type VolumeMarket = Omit<VolumeQuery, 'fromMs' | 'toMs'>;

/**
 * Turns what a client asked for into what the store understands: names become canonical, ranges get both ends. Which market
 * is asked for, and for which time, is told to those who prepare something for it.
 */
export class VolumeQueryReader {
  constructor(
    private readonly filters: Pick<FilterReader, 'symbol' | 'venues'>,
    private readonly clock: Pick<Clock, 'nowMs'>,
    private readonly interest?: Pick<SymbolInterest, 'asked'>,
  ) {}

  /** Throws ApiError BAD_USER_INPUT, UNKNOWN_SYMBOL or RANGE_TOO_WIDE. */
  async read(request: VolumeRangeRequest): Promise<VolumeQuery> {
    const range = volumeRange(request.timeframe, request, this.clock.nowMs());
    const market = await this.#market(request);
    this.#tell(market, range);
    return { ...market, ...range };
  }

  /** All but the range. Throws ApiError BAD_USER_INPUT or UNKNOWN_SYMBOL. */
  async readMarket(request: VolumeRequest): Promise<VolumeMarket> {
    const market = await this.#market(request);
    // Who follows a market begins with its newest buckets.
    this.#tell(market, newestRange(request.timeframe, this.clock.nowMs()));
    return market;
  }

  #tell({ symbol }: VolumeMarket, { fromMs, toMs }: VolumeRange): void {
    if (symbol !== ALL_SYMBOLS) this.interest?.asked(symbol, { fromMs, toMs: toMs - 1 });
  }

  async #market({ symbol, timeframe, venues }: VolumeRequest): Promise<VolumeMarket> {
    return {
      symbol: symbol === ALL_SYMBOLS ? symbol : await this.filters.symbol(symbol),
      timeframe,
      ...(venues && { venues: this.filters.venues(venues, 'venues') }),
    };
  }
}
