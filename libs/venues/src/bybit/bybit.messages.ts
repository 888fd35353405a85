/*
 * Wire shapes of Bybit v5 linear contracts, exactly as the venue sends them. Source: Bybit v5 pages "All Liquidation",
 * "Ticker", "Connect", "Orderbook", "Trade", "Get Instruments Info" and "Get Tickers", read 2026-07.
 */

/** Everything on a topic. `type` is `snapshot` on liquidations too, where it means nothing. */
export interface TopicFrame {
  readonly topic: string;
  readonly type: 'snapshot' | 'delta';
  readonly ts: number;
  readonly data: unknown;
  /** On books: when the matching engine had it so. */
  readonly cts?: number;
}

/** One row of `allLiquidation.{symbol}`: every liquidation, bundled for half a second. */
export interface LiquidationRow {
  readonly T: number;
  readonly s: string;
  /** "Position side. When you receive a Buy update, this means that a long position has been liquidated." */
  readonly S: 'Buy' | 'Sell';
  /** Executed size, base coins. */
  readonly v: string;
  /** Bankruptcy price; some percent off the market. */
  readonly p: string;
}

/** One row of `kline.{interval}.{symbol}`, pushed every one to 60 s. */
export interface KlineData {
  readonly start: number;
  readonly open: string;
  readonly high: string;
  readonly low: string;
  readonly close: string;
  /** Base coins. */
  readonly volume: string;
  /** The same in the quote coin. */
  readonly turnover: string;
  /** The bucket is over. */
  readonly confirm: boolean;
}

/** Data of `orderbook.{depth}.{symbol}`: the whole of it in a snapshot, else the levels that changed. */
export interface BookData {
  readonly s: string;
  /** Bids: price, size; a size of zero says that the level is gone. */
  readonly b: readonly (readonly [string, string])[];
  readonly a: readonly (readonly [string, string])[];
  /** Rises by one; 1 says that the service began anew and that this is the whole book. */
  readonly u: number;
  readonly seq: number;
}

/** One row of `publicTrade.{symbol}`: a fill, up to 1,024 in a frame, in order. */
export interface TradeRow {
  readonly T: number;
  readonly s: string;
  /** What the taker did. */
  readonly S: 'Buy' | 'Sell';
  /** Base coins. */
  readonly v: string;
  readonly p: string;
  /** Id; for most a UUID, so nothing shows that one was missed. */
  readonly i: string;
  /** Agreed on beside the book. */
  readonly BT: boolean;
}

/** Data of `tickers.{symbol}`. A delta holds only what changed; a missing field is unchanged. */
export interface TickerData {
  readonly symbol: string;
  readonly markPrice?: string;
}

/** Answer to subscribe, unsubscribe and ping. */
export interface OperationAnswer {
  readonly success?: boolean;
  readonly ret_msg?: string;
  readonly req_id?: string;
  readonly op?: string;
}

/** One contract of `GET /v5/market/instruments-info`. */
export interface BybitInstrument {
  readonly symbol: string;
  /** `LinearPerpetual` or `LinearFutures`. */
  readonly contractType: string;
  readonly status: string;
  readonly baseCoin: string;
  readonly quoteCoin: string;
  readonly priceFilter: { readonly tickSize: string };
  readonly lotSizeFilter: { readonly qtyStep: string };
  /** Minutes, where tickers have hours. */
  readonly fundingInterval?: number;
}

/** One row of `GET /v5/market/tickers`. What does not apply is empty. */
export interface BybitTicker {
  readonly symbol: string;
  /** Turnover in the quote coin. */
  readonly turnover24h: string;
  /** Longs and shorts together: twice what other venues count. */
  readonly openInterest: string;
  readonly openInterestValue: string;
  /** One side; since 2026-06-11. */
  readonly singleOpenInterest?: string;
  readonly singleOpenInterestValue?: string;
  /** Of the interval that runs. */
  readonly fundingRate: string;
  readonly nextFundingTime: string;
  /** Whole hours. */
  readonly fundingIntervalHour?: string;
}

/** One row of `GET /v5/market/open-interest`, the newest first. */
export interface BybitOpenInterest {
  /** Longs and shorts together. */
  readonly openInterest: string;
  /** One side; since 2026-06-11. */
  readonly singleOpenInterest?: string;
  readonly timestamp: string;
}

/** One row of `GET /v5/market/funding/history`, the newest first. */
export interface BybitSettledRate {
  readonly symbol: string;
  readonly fundingRate: string;
  readonly fundingRateTimestamp: string;
}
