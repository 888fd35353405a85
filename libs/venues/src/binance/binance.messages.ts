/*
 * Wire shapes of Binance USD-M futures, exactly as the venue sends them. Source: Binance developer pages "Liquidation
 * Order Streams", "All Market Liquidation Order Streams", "Exchange Information", "24hr Ticker", "Kline/Candlestick", "Diff. Book
 * Depth Streams", "Order Book" and "Aggregate Trade Streams", and the types of its own SDK, read 2026-09 and 2026-10. Field names differ by case alone (`e`/`E`, `s`/`S`).
 */

/** Every frame of a combined connection. */
export interface CombinedFrame {
  readonly stream: string;
  readonly data: unknown;
}

/** One push of `!forceOrder@arr`; despite the name an object, not a list. */
export interface ForceOrderPush {
  readonly e: 'forceOrder';
  /** Push time, up to a second after `o.T`, because the feed keeps one order per symbol and second. */
  readonly E: number;
  readonly o: ForcedOrder;
  /** Product: 1 is USD-M, 2 is COIN-M, since the merge of 2026-06-30. Seen here and inside `o`. */
  readonly st?: number;
}

export interface ForcedOrder {
  readonly s: string;
  /** Side of the forced order: SELL closed a long. */
  readonly S: 'BUY' | 'SELL';
  /** Original quantity, base asset. */
  readonly q: string;
  /** Limit of the order, worse than the market by design. */
  readonly p: string;
  /** Average price really paid. */
  readonly ap: string;
  /** Last fill; not the liquidated quantity. */
  readonly l: string;
  /** Filled in all. */
  readonly z: string;
  /** Trade time. */
  readonly T: number;
  readonly st?: number;
}

/** One push of `<symbol>@kline_<interval>`, every 250 ms while there are trades. */
export interface KlinePush {
  readonly e: 'kline';
  readonly E: number;
  readonly s: string;
  readonly k: Kline;
}

export interface Kline {
  /** Start of the bucket. */
  readonly t: number;
  /** Its last millisecond. */
  readonly T: number;
  readonly s: string;
  /** Interval, such as `5m`. */
  readonly i: string;
  readonly o: string;
  readonly c: string;
  readonly h: string;
  readonly l: string;
  /** Base asset; `q` is the same in the quote asset. */
  readonly v: string;
  readonly q: string;
  /** Number of trades. */
  readonly n: number;
  /** The last push of this bucket. */
  readonly x: boolean;
}

/** One push of `<symbol>@depth@100ms`: the levels that changed. Partial books call themselves `depthUpdate` too. */
export interface DepthPush {
  readonly e: 'depthUpdate';
  readonly E: number;
  /** When the matching engine had it so. */
  readonly T: number;
  readonly s: string;
  /** Number of the first change in it; numbers of one contract are not dense. */
  readonly U: number;
  /** Number of the last one. */
  readonly u: number;
  /** `u` of the push before. */
  readonly pu: number;
  /** Bids: price, quantity; a quantity of zero says that the level is gone. */
  readonly b: readonly (readonly [string, string])[];
  readonly a: readonly (readonly [string, string])[];
  readonly st?: number;
}

/**
 * One push of `<symbol>@aggTrade`: fills at one price and of one taker side within 100 ms. Fills of the insurance fund
 * and of auto-deleveraging are left out.
 */
export interface AggregateTradePush extends AggregateTrade {
  readonly e: 'aggTrade';
  readonly E: number;
  readonly s: string;
  readonly st?: number;
}

/** One row of `GET /fapi/v1/aggTrades`, and the same in a push. */
export interface AggregateTrade {
  /** Number of the row; rises by one for each of a contract. */
  readonly a: number;
  readonly p: string;
  /** Base asset. */
  readonly q: string;
  /** First and last fill. */
  readonly f: number;
  readonly l: number;
  readonly T: number;
  /** The buyer was the maker: the taker sold. */
  readonly m: boolean;
}

/** `GET /fapi/v1/depth`. */
export interface DepthAnswer {
  readonly lastUpdateId: number;
  readonly E: number;
  readonly T: number;
  readonly bids: readonly (readonly [string, string])[];
  readonly asks: readonly (readonly [string, string])[];
}

/** Answer to SUBSCRIBE and UNSUBSCRIBE, or their failure, which comes in two shapes. */
export interface ControlAnswer {
  readonly id?: number;
  readonly result?: null;
  readonly code?: number;
  readonly msg?: string;
  readonly error?: { readonly code: number; readonly msg: string };
}

/** One contract of `GET /fapi/v1/exchangeInfo`. */
export interface ExchangeSymbol {
  readonly symbol: string;
  /** `PERPETUAL`, `TRADIFI_PERPETUAL`, `CURRENT_QUARTER`, ...; empty before the launch. */
  readonly contractType: string;
  readonly status: string;
  readonly baseAsset: string;
  readonly quoteAsset: string;
  readonly filters: readonly SymbolFilter[];
}

export interface SymbolFilter {
  readonly filterType: string;
  readonly tickSize?: string;
  readonly stepSize?: string;
}

/** One row of `GET /fapi/v1/ticker/24hr`. */
export interface Ticker24h {
  readonly symbol: string;
  /** Turnover in the quote asset. */
  readonly quoteVolume: string;
}

/** `GET /fapi/v1/openInterest`. */
export interface OpenInterestNow {
  readonly symbol: string;
  /** Base asset, one-sided. */
  readonly openInterest: string;
  readonly time: number;
}

/** One row of `GET /futures/data/openInterestHist`. */
export interface OpenInterestStatistic {
  readonly symbol: string;
  /** Base asset, one-sided. */
  readonly sumOpenInterest: string;
  /** The same in the quote asset. */
  readonly sumOpenInterestValue: string;
  /** The end of its period, as a number or as text. */
  readonly timestamp: number | string;
}

/** `GET /fapi/v1/premiumIndex`, an object for one symbol, a list without one. */
export interface PremiumIndex {
  readonly symbol: string;
  readonly markPrice: string;
  /** Despite its name the running estimate, to be charged at `nextFundingTime`. */
  readonly lastFundingRate: string;
  /** 0 for contracts without funding. */
  readonly nextFundingTime: number;
  readonly time: number;
}

/** One row of `GET /fapi/v1/fundingRate`: a rate that was charged. */
export interface ChargedRate {
  readonly symbol: string;
  readonly fundingRate: string;
  /** Some milliseconds after the full hour. */
  readonly fundingTime: number;
}

/** One row of `GET /fapi/v1/fundingInfo`, which has only the symbols that were adjusted: who is absent has 8 h. */
export interface FundingInfo {
  readonly symbol: string;
  readonly fundingIntervalHours: number;
}
