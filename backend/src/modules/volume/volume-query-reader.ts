import { ALL_SYMBOLS, type Timeframe, type VenueId } from '@orderfox/domain';
import { type Clock } from '@orderfox/feed';
import { type FilterReader } from '../liquidation/filter-reader.js';
import { type VolumeQuery } from './volume-query.js';
import { volumeRange } from './volume-range.js';

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

/** Turns what a client asked for into what the store understands: names become canonical, ranges get both ends. */
export class VolumeQueryReader {
  constructor(
    private readonly filters: Pick<FilterReader, 'symbol' | 'venues'>,
    private readonly clock: Pick<Clock, 'nowMs'>,
  ) {}

  /** Throws ApiError BAD_USER_INPUT, UNKNOWN_SYMBOL or RANGE_TOO_WIDE. */
  async read(request: VolumeRangeRequest): Promise<VolumeQuery> {
    const range = volumeRange(request.timeframe, request, this.clock.nowMs());
    return { ...(await this.readMarket(request)), ...range };
  }

  /** All but the range. Throws ApiError BAD_USER_INPUT or UNKNOWN_SYMBOL. */
  async readMarket({
    symbol,
    timeframe,
    venues,
  }: VolumeRequest): Promise<Omit<VolumeQuery, 'fromMs' | 'toMs'>> {
    return {
      symbol: symbol === ALL_SYMBOLS ? symbol : await this.filters.symbol(symbol),
      timeframe,
      ...(venues && { venues: this.filters.venues(venues, 'venues') }),
    };
  }
}
