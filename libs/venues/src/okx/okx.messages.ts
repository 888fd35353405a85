/*
 * Wire shapes of OKX v5, exactly as the venue sends them. Source: OKX API pages, "WebSocket Subscribe", "Liquidation
 * orders channel", "Order book channel", "Trades
 * channel", "Get instruments", "Get tickers", read 2026-05 to 2026-08. Every value is text.
 */

/** Names a subscription, in requests, acknowledgements and pushes alike. */
export interface ChannelArgument {
  readonly channel: string;
  readonly instType?: string;
  readonly instId?: string;
}

/** Everything on a channel. */
export interface Push {
  readonly arg: ChannelArgument;
  readonly data: unknown;
}

/** A push of `candle1m` and so on, about every second: the open candle, and each once more when it is over. */
export interface CandlePush {
  readonly arg: ChannelArgument;
  /** Start, open, high, low, close, contracts, coins, turnover, and "1" when it is over. */
  readonly data: readonly (readonly string[])[];
}

/** A push of `books`: 400 levels of each side, then what changed of them every 100 ms. */
export interface BookPush {
  readonly arg: ChannelArgument;
  readonly action: 'snapshot' | 'update';
  readonly data: readonly BookRow[];
}

export interface BookRow {
  /** Price, contracts (zero says that the level is gone), a zero, number of orders. */
  readonly asks: readonly (readonly [string, string, string, string])[];
  readonly bids: readonly (readonly [string, string, string, string])[];
  readonly ts: string;
  /** Always 0 since 2026-06-23: whoever still compares it begins anew for ever. */
  readonly checksum?: number;
  /** `seqId` of the push before; -1 on the whole book. */
  readonly prevSeqId: number;
  readonly seqId: number;
}

/** A push of `trades`: the fills of one taker order at one price are one row. */
export interface TradePush {
  readonly arg: ChannelArgument;
  readonly data: readonly TradeRow[];
}

export interface TradeRow {
  readonly instId: string;
  /** Of the last fill in it. */
  readonly tradeId: string;
  readonly px: string;
  /** Contracts. */
  readonly sz: string;
  /** What the taker did. */
  readonly side: 'buy' | 'sell';
  readonly ts: string;
}

/** A push of `liquidation-orders`: some contracts, each with some forced orders. */
export interface LiquidationPush {
  readonly arg: ChannelArgument;
  readonly data: readonly LiquidationRow[];
}

export interface LiquidationRow {
  readonly instType: string;
  readonly instId: string;
  readonly instFamily: string;
  readonly uly: string;
  readonly details: readonly LiquidationDetail[];
}

export interface LiquidationDetail {
  /** Side of the forced order: sell closed a long. */
  readonly side: 'buy' | 'sell';
  /** `net` for accounts that hold one position per contract. */
  readonly posSide: 'long' | 'short' | 'net';
  /**
   * "Bankruptcy price"; since 2026-07-08 the pages say the price at which the position was handed to the liquidation
   * account. Never a fill.
   */
  readonly bkPx: string;
  /** Contracts, fractions included. */
  readonly sz: string;
  readonly ts: string;
}

/** Everything that is neither data nor the bare text `pong`. */
export interface EventFrame {
  readonly event: string;
  readonly id?: string;
  readonly arg?: ChannelArgument;
  readonly code?: string;
  readonly msg?: string;
}

/** One contract of `GET /api/v5/public/instruments`. `baseCcy` and `quoteCcy` are empty for swaps. */
export interface OkxInstrument {
  readonly instId: string;
  /** Base and quote: `BTC-USDT`. */
  readonly uly: string;
  readonly ctType: 'linear' | 'inverse';
  /** Coins (linear) or dollars (inverse) per contract, to be multiplied by `ctMult`. */
  readonly ctVal: string;
  readonly ctMult: string;
  readonly tickSz: string;
  /** Smallest step, in contracts. */
  readonly lotSz: string;
  readonly state: string;
}

/** One row of `GET /api/v5/market/tickers`. */
export interface OkxTicker {
  readonly instId: string;
  readonly last: string;
  /** 24 h volume in the base coin. */
  readonly volCcy24h: string;
}

/** One row of `GET /api/v5/public/open-interest`. The digits behind the tenth are noise of the venue's own sums. */
export interface OkxOpenInterest {
  readonly instId: string;
  /** Contracts, one-sided. */
  readonly oi: string;
  /** The same in coins. */
  readonly oiCcy: string;
  /** The same in dollars; since 2024. */
  readonly oiUsd?: string;
  readonly ts: string;
}

/** One row of `GET /api/v5/public/funding-rate`. */
export interface OkxFundingRate {
  readonly instId: string;
  /** Of the interval that runs, to be charged at `fundingTime`. */
  readonly fundingRate: string;
  readonly fundingTime: string;
  /** The settlement after `fundingTime`. */
  readonly nextFundingTime: string;
  /** The settlement before `fundingTime`; since 2025. */
  readonly prevFundingTime?: string;
  readonly ts: string;
}

/** One row of `GET /api/v5/public/funding-rate-history`. */
export interface OkxSettledRate {
  readonly instId: string;
  /** The last estimate. */
  readonly fundingRate: string;
  /** What was charged. */
  readonly realizedRate: string;
  readonly fundingTime: string;
}

/** One row of `GET /api/v5/market/index-tickers`; `instId` is an index, `SOL-USDC`, and no swap. */
export interface OkxIndexTicker {
  readonly instId: string;
  readonly idxPx: string;
  readonly ts: string;
}
