import { type SocketStatus } from '@orderfox/feed';
import { ApiError } from '../../core/graphql-errors.js';
import { type TapedTrade, type TradeMarket } from './trade-market.js';

/** Told in place of a trade: none can come now. When they come again, the first says whether some were missed. */
export class TradesOut {
  readonly venue: string;
  readonly venueSymbol: string;
  readonly error: ApiError;

  constructor(
    market: TradeMarket,
    /** Its place among all that is told of trades. */
    readonly position: number,
    status: SocketStatus,
    sinceMs: number,
  ) {
    this.venue = market.venue.id;
    this.venueSymbol = market.instrument.venueSymbol;
    this.error = tradesUnavailable(market, status, sinceMs);
  }
}

/** What a stream of trades tells. */
export type TradeNews = TapedTrade | TradesOut;

/** The trade that is told. Throws ApiError UNAVAILABLE in place of one that cannot come. */
export function tradeOf(news: TradeNews): TapedTrade {
  if (news instanceof TradesOut) throw news.error;
  return news;
}

/** Says why there are no trades of a market now, and since when. */
export function tradesUnavailable(
  { venue, instrument }: TradeMarket,
  { state, reason, untilMs }: SocketStatus,
  sinceMs: number,
): ApiError {
  return new ApiError(
    'UNAVAILABLE',
    `There are no trades of ${instrument.symbol} from ${venue.name} now: ${reason}. They go on by themselves; another venue may have them.`,
    {
      venue: venue.id,
      symbol: instrument.symbol,
      state,
      since: sinceMs,
      ...(untilMs !== undefined && { until: untilMs }),
    },
  );
}
