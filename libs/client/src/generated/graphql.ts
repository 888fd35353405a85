/* eslint-disable */
/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
import type { DocumentTypeDecoration } from '../operation.js';
/** How far the sums of a bucket can be trusted. They are always exact sums of what was received. */
export type BucketQuality =
  /** All there was: every venue in it reports every liquidation, or numbers its trades without a hole. */
  | 'EXACT'
  /** At least this much: a venue in it leaves something out, or does not say that it leaves out nothing. */
  | 'FLOOR'
  /** A part is missing, or may be: a feed was not heard all the time, see `feedGaps`, of trades `tradeGaps`. */
  | 'PARTIAL';

/** How much of a venue's liquidations its feed carries. */
export type Completeness =
  /** Every liquidation: totals are exact. */
  | 'FULL'
  /** At most one per symbol and second: totals are lower bounds. */
  | 'SAMPLED'
  /** The venue does not say what it leaves out: totals are lower bounds. */
  | 'UNKNOWN';

/** How a stream of a venue stands. Only LIVE and QUIET mean that nothing is missed at the moment. */
export type FeedState =
  /** The venue banned this address until `until`. */
  | 'BANNED'
  /** The first connection is being made. */
  | 'CONNECTING'
  /** Switched off by configuration: nothing of it is wanted. */
  | 'DISABLED'
  /** It cannot work; `reason` says why and what happens next. */
  | 'ERROR'
  /** The venue does not serve this jurisdiction; it is asked again every 30 minutes. */
  | 'GEO_BLOCKED'
  /** Data flows. */
  | 'LIVE'
  /** No event for a minute or more, while other data of the venue proves that the connection lives. */
  | 'QUIET'
  /** The venue asked to be left alone until `until`. */
  | 'RATE_LIMITED'
  /** The connection was lost and is being rebuilt. */
  | 'RESYNCING'
  /** The venue accepted the subscriptions and sends nothing at all. */
  | 'SILENT'
  /** No data for too long; the cause is being found out. */
  | 'STALE'
  /** Connected; the venue has yet to accept the subscriptions or to send data. */
  | 'SYNCING'
  /** The venue is under maintenance. */
  | 'VENUE_PAUSED';

/** Why a stretch of a stream is missing. */
export type GapCause =
  /** The connection was lost, or nobody answered at its other end. */
  | 'DISCONNECTED'
  /** Recording of this feed had not begun: from 1970-01-01 to the first data that ever came. */
  | 'NOT_RECORDED'
  /** Rows came that could not be read, or whose contract was not known. */
  | 'REFUSED'
  /** The connection stood and the venue sent nothing on it. */
  | 'SILENT'
  /** The program was not running, or had not received anything yet. */
  | 'STARTED'
  /** The database was away for so long that waiting events found no room. */
  | 'STORAGE'
  /** The venue did not accept the subscriptions. */
  | 'SUBSCRIPTION';

/** Whose position was closed by force. */
export type LiquidatedSide =
  /** A long position: it was closed by selling. */
  | 'LONG'
  /** A short position: it was closed by buying. */
  | 'SHORT';

/** Which liquidations are wanted. Conditions that are left out exclude nothing, all that are given must hold, and an empty list matches nothing. */
export type LiquidationFilter = {
  /** At or after this instant of the venue's time. */
  from?: number | null | undefined;
  /** Only longs, or only shorts. */
  liquidatedSide?: LiquidatedSide | null | undefined;
  /** At least this much in dollars, such as "10000". */
  minNotionalUsd?: string | null | undefined;
  /** Markets by any of their names, such as `BTCUSDT`, `btcusdt` or `BTC-USDT-SWAP`. At most 50. */
  symbols?: Array<string> | null | undefined;
  /** Before this instant of the venue's time. */
  to?: number | null | undefined;
  /** Venues, such as `binance`. At most 50. */
  venues?: Array<string> | null | undefined;
};

/** Whether a venue has a market. */
export type MarketListing =
  /** It has: its list of contracts names one. */
  | 'LISTED'
  /** It has not: its list of contracts is known and names none. */
  | 'NOT_LISTED'
  /** Nobody knows: its list of contracts could not be loaded yet. */
  | 'UNKNOWN';

/** What an order did. A forced one does the opposite of the position that it closes. */
export type OrderSide =
  /** It bought; a forced order so liquidated a short. */
  | 'BUY'
  /** It sold; a forced order so liquidated a long. */
  | 'SELL';

/** Which price a notional was computed with; venues give different ones. */
export type PriceKind =
  /** The price at which the position's margin is used up. */
  | 'BANKRUPTCY'
  /** What the forced order paid on average. */
  | 'FILL'
  /** The venue's mark price at the time. */
  | 'MARK'
  /** The limit of the forced order. */
  | 'ORDER';

/** Where new liquidations go. */
export type RecorderState =
  /** The database is away: into memory, to be stored when it is back. */
  | 'BUFFERING'
  /** Neither has room: new ones are lost, and a gap says so. */
  | 'FULL'
  /** Into the database, within milliseconds. */
  | 'RECORDING'
  /** Onto the disk, until the database is back and has taken what waits there. */
  | 'SPOOLING';

/** Where a list of contracts comes from. */
export type SymbolSource =
  /** The configured names alone: no venue was ever reached, so no price step or turnover is known. */
  | 'FALLBACK'
  /** The last answer of the venue, kept from before, because it cannot be asked now. */
  | 'LAST_KNOWN'
  /** The venue itself, at most minutes ago. */
  | 'VENUE';

export type LiquidationVolumeFieldsFragment = { timestamp: number, buyVolume: string, sellVolume: string, totalVolume: string, deltaVolume: string, buyVolumeFormatted: string, sellVolumeFormatted: string, totalVolumeFormatted: string, deltaVolumeFormatted: string, count: number, revision: number, quality: BucketQuality };

export type LiquidationVolumeQueryVariables = Exact<{
  symbol: string;
  timeframe: string;
  from?: number | null | undefined;
  to?: number | null | undefined;
  venues?: Array<string> | string | null | undefined;
}>;


export type LiquidationVolumeQuery = { liquidationVolume: Array<{ timestamp: number, buyVolume: string, sellVolume: string, totalVolume: string, deltaVolume: string, buyVolumeFormatted: string, sellVolumeFormatted: string, totalVolumeFormatted: string, deltaVolumeFormatted: string, count: number, revision: number, quality: BucketQuality }> };

export type VolumeUpdatedSubscriptionVariables = Exact<{
  symbol: string;
  timeframe: string;
  venues?: Array<string> | string | null | undefined;
}>;


export type VolumeUpdatedSubscription = { volumeUpdated: { symbol: string, timeframe: string, isUpdate: boolean, buckets: Array<{ timestamp: number, buyVolume: string, sellVolume: string, totalVolume: string, deltaVolume: string, buyVolumeFormatted: string, sellVolumeFormatted: string, totalVolumeFormatted: string, deltaVolumeFormatted: string, count: number, revision: number, quality: BucketQuality }> } };

export type ChartGapsQueryVariables = Exact<{
  from?: number | null | undefined;
  to?: number | null | undefined;
  stream?: string | null | undefined;
  venue?: string | null | undefined;
  first: number;
}>;


export type ChartGapsQuery = { feedGaps: Array<{ venue: string, stream: string, from: number, to: number | null, cause: GapCause, detail: string }> };

export type ChartMarketQueryVariables = Exact<{
  symbol: string;
}>;


export type ChartMarketQuery = { symbol: { id: string, baseAsset: string, quoteAsset: string, priceFormat: { precision: number, minMove: number } | null } | null };

export type CandleFieldsFragment = { venue: string, timestamp: number, open: string, high: string, low: string, close: string, volume: string, isClosed: boolean };

export type CandlesQueryVariables = Exact<{
  symbol: string;
  timeframe: string;
  from?: number | null | undefined;
  to?: number | null | undefined;
  limit?: number | null | undefined;
  venue?: string | null | undefined;
}>;


export type CandlesQuery = { candles: Array<{ venue: string, timestamp: number, open: string, high: string, low: string, close: string, volume: string, isClosed: boolean }> };

export type CandleUpdatedSubscriptionVariables = Exact<{
  symbol: string;
  timeframe: string;
  venue?: string | null | undefined;
}>;


export type CandleUpdatedSubscription = { candleUpdated: { venue: string, timestamp: number, open: string, high: string, low: string, close: string, volume: string, isClosed: boolean } };

export type LiquidationFieldsFragment = { id: string, cursor: string, venue: string, symbol: string, venueSymbol: string, baseAsset: string, quoteAsset: string, liquidatedSide: LiquidatedSide, side: OrderSide, quantity: string, quantityFormatted: string, price: string, priceFormatted: string, averagePrice: string | null, markPrice: string | null, priceUsed: PriceKind, notionalUsd: string, notionalUsdFormatted: string, timestamp: number, receivedAt: number, committedAt: number, displayTime: string };

export type LiquidationsQueryVariables = Exact<{
  filter?: LiquidationFilter | null | undefined;
  first: number;
  after?: string | null | undefined;
}>;


export type LiquidationsQuery = { liquidations: { edges: Array<{ cursor: string, node: { id: string, cursor: string, venue: string, symbol: string, venueSymbol: string, baseAsset: string, quoteAsset: string, liquidatedSide: LiquidatedSide, side: OrderSide, quantity: string, quantityFormatted: string, price: string, priceFormatted: string, averagePrice: string | null, markPrice: string | null, priceUsed: PriceKind, notionalUsd: string, notionalUsdFormatted: string, timestamp: number, receivedAt: number, committedAt: number, displayTime: string } }>, pageInfo: { hasNextPage: boolean, startCursor: string | null, endCursor: string | null } } };

export type LastCursorQueryVariables = Exact<{ [key: string]: never; }>;


export type LastCursorQuery = { system: { lastCursor: string } };

export type LiquidationAddedSubscriptionVariables = Exact<{
  filter?: LiquidationFilter | null | undefined;
  after?: string | null | undefined;
}>;


export type LiquidationAddedSubscription = { liquidationAdded: { id: string, cursor: string, venue: string, symbol: string, venueSymbol: string, baseAsset: string, quoteAsset: string, liquidatedSide: LiquidatedSide, side: OrderSide, quantity: string, quantityFormatted: string, price: string, priceFormatted: string, averagePrice: string | null, markPrice: string | null, priceUsed: PriceKind, notionalUsd: string, notionalUsdFormatted: string, timestamp: number, receivedAt: number, committedAt: number, displayTime: string } };

export type OpenInterestFieldsFragment = { venue: string, venueSymbol: string | null, state: FeedState, reason: string, since: number, until: number | null, isStale: boolean, listing: MarketListing, point: { timestamp: number, openInterest: string, openInterestFormatted: string, openInterestUsd: string | null, openInterestUsdFormatted: string | null, isHalved: boolean } | null };

export type OpenInterestUpdatedSubscriptionVariables = Exact<{
  symbol: string;
}>;


export type OpenInterestUpdatedSubscription = { openInterestUpdated: { venue: string, venueSymbol: string | null, state: FeedState, reason: string, since: number, until: number | null, isStale: boolean, listing: MarketListing, point: { timestamp: number, openInterest: string, openInterestFormatted: string, openInterestUsd: string | null, openInterestUsdFormatted: string | null, isHalved: boolean } | null } };

export type FundingFieldsFragment = { venue: string, venueSymbol: string | null, state: FeedState, reason: string, since: number, until: number | null, isStale: boolean, listing: MarketListing, point: { timestamp: number, rate: string, rateFormatted: string, intervalHours: number, aprPercent: string, aprFormatted: string, nextFundingAt: number | null } | null };

export type FundingUpdatedSubscriptionVariables = Exact<{
  symbol: string;
}>;


export type FundingUpdatedSubscription = { fundingUpdated: { venue: string, venueSymbol: string | null, state: FeedState, reason: string, since: number, until: number | null, isStale: boolean, listing: MarketListing, point: { timestamp: number, rate: string, rateFormatted: string, intervalHours: number, aprPercent: string, aprFormatted: string, nextFundingAt: number | null } | null } };

export type BasisFieldsFragment = { timestamp: number, state: FeedState, reason: string, since: number, basisBps: number | null, basisBpsFormatted: string | null, adjustedBasisBps: number | null, adjustedBasisBpsFormatted: string | null, stableCoinRate: string | null, stableCoinRateReason: string, binance: { mid: string | null, ageMs: number | null }, okx: { mid: string | null, ageMs: number | null } };

export type BasisUpdatedSubscriptionVariables = Exact<{
  symbol: string;
}>;


export type BasisUpdatedSubscription = { basisUpdated: { timestamp: number, state: FeedState, reason: string, since: number, basisBps: number | null, basisBpsFormatted: string | null, adjustedBasisBps: number | null, adjustedBasisBpsFormatted: string | null, stableCoinRate: string | null, stableCoinRateReason: string, binance: { mid: string | null, ageMs: number | null }, okx: { mid: string | null, ageMs: number | null } } };

export type OrderBookLevelFieldsFragment = { price: string, priceFormatted: string, quantity: string, quantityFormatted: string, total: string, totalFormatted: string };

export type OrderBookFieldsFragment = { venue: string, symbol: string, venueSymbol: string, state: FeedState, reason: string, since: number, until: number | null, tickSize: string, rounding: string, timestamp: number | null, mid: string | null, midFormatted: string | null, spread: string | null, spreadFormatted: string | null, spreadBps: number | null, spreadBpsFormatted: string | null, bids: Array<{ price: string, priceFormatted: string, quantity: string, quantityFormatted: string, total: string, totalFormatted: string }> | null, asks: Array<{ price: string, priceFormatted: string, quantity: string, quantityFormatted: string, total: string, totalFormatted: string }> | null, depth10Bps: { bidUsd: string, bidUsdFormatted: string, askUsd: string, askUsdFormatted: string, isBidFloor: boolean, isAskFloor: boolean } | null };

export type OrderBookUpdatedSubscriptionVariables = Exact<{
  symbol: string;
  venue?: string | null | undefined;
  limit: number;
  rounding?: string | null | undefined;
}>;


export type OrderBookUpdatedSubscription = { orderBookUpdated: { venue: string, symbol: string, venueSymbol: string, state: FeedState, reason: string, since: number, until: number | null, tickSize: string, rounding: string, timestamp: number | null, mid: string | null, midFormatted: string | null, spread: string | null, spreadFormatted: string | null, spreadBps: number | null, spreadBpsFormatted: string | null, bids: Array<{ price: string, priceFormatted: string, quantity: string, quantityFormatted: string, total: string, totalFormatted: string }> | null, asks: Array<{ price: string, priceFormatted: string, quantity: string, quantityFormatted: string, total: string, totalFormatted: string }> | null, depth10Bps: { bidUsd: string, bidUsdFormatted: string, askUsd: string, askUsdFormatted: string, isBidFloor: boolean, isAskFloor: boolean } | null } };

export type SymbolsQueryVariables = Exact<{
  search?: string | null | undefined;
}>;


export type SymbolsQuery = { symbols: Array<{ id: string, uiName: string, baseAsset: string, quoteAsset: string, volume24h: string | null, volume24hFormatted: string | null, source: SymbolSource, markets: Array<{ venue: string, venueSymbol: string }> }> };

export type SystemQueryVariables = Exact<{ [key: string]: never; }>;


export type SystemQuery = { system: { version: string, simulated: boolean, startedAt: number, now: number, recorder: RecorderState } };

export type TradeBarFieldsFragment = { venue: string, timestamp: number, buyVolume: string, sellVolume: string, deltaVolume: string, cvd: string, isCvdPartial: boolean, count: number, quality: BucketQuality, isClosed: boolean };

export type TradeBarsQueryVariables = Exact<{
  symbol: string;
  timeframe: string;
  from?: number | null | undefined;
  to?: number | null | undefined;
  venue?: string | null | undefined;
}>;


export type TradeBarsQuery = { tradeBars: Array<{ venue: string, timestamp: number, buyVolume: string, sellVolume: string, deltaVolume: string, cvd: string, isCvdPartial: boolean, count: number, quality: BucketQuality, isClosed: boolean }> };

export type TradeGapsQueryVariables = Exact<{
  symbol: string;
  venue?: string | null | undefined;
  from?: number | null | undefined;
  to?: number | null | undefined;
}>;


export type TradeGapsQuery = { tradeGaps: Array<{ from: number, to: number | null, reason: string }> };

export type TradeBarUpdatedSubscriptionVariables = Exact<{
  symbol: string;
  timeframe: string;
  venue?: string | null | undefined;
}>;


export type TradeBarUpdatedSubscription = { tradeBarUpdated: { venue: string, timestamp: number, buyVolume: string, sellVolume: string, deltaVolume: string, cvd: string, isCvdPartial: boolean, count: number, quality: BucketQuality, isClosed: boolean } };

export type TradeFieldsFragment = { id: string, venue: string, venueSymbol: string, timestamp: number, takerSide: OrderSide, price: string, priceFormatted: string, quantity: string, quantityFormatted: string, notionalUsd: string, isAfterGap: boolean, missedBefore: number | null };

export type TradesQueryVariables = Exact<{
  symbol: string;
  venue?: string | null | undefined;
  first: number;
}>;


export type TradesQuery = { trades: Array<{ id: string, venue: string, venueSymbol: string, timestamp: number, takerSide: OrderSide, price: string, priceFormatted: string, quantity: string, quantityFormatted: string, notionalUsd: string, isAfterGap: boolean, missedBefore: number | null }> };

export type TradeAddedSubscriptionVariables = Exact<{
  symbol: string;
  venue?: string | null | undefined;
}>;


export type TradeAddedSubscription = { tradeAdded: { id: string, venue: string, venueSymbol: string, timestamp: number, takerSide: OrderSide, price: string, priceFormatted: string, quantity: string, quantityFormatted: string, notionalUsd: string, isAfterGap: boolean, missedBefore: number | null } };

export type VenueFieldsFragment = { id: string, name: string, status: FeedState, statusReason: string, completeness: Completeness, completenessNote: string, feeds: Array<{ stream: string, recorded: boolean, state: FeedState, reason: string, since: number, until: number | null, lastEventAt: number | null, lastDataAt: number | null, eventsToday: number, gapsToday: number, openGapSince: number | null }>, requests: { state: FeedState, reason: string, since: number, until: number | null } | null };

export type VenuesQueryVariables = Exact<{ [key: string]: never; }>;


export type VenuesQuery = { venues: Array<{ id: string, name: string, status: FeedState, statusReason: string, completeness: Completeness, completenessNote: string, feeds: Array<{ stream: string, recorded: boolean, state: FeedState, reason: string, since: number, until: number | null, lastEventAt: number | null, lastDataAt: number | null, eventsToday: number, gapsToday: number, openGapSince: number | null }>, requests: { state: FeedState, reason: string, since: number, until: number | null } | null }> };

export type VenueStatusChangedSubscriptionVariables = Exact<{ [key: string]: never; }>;


export type VenueStatusChangedSubscription = { venueStatusChanged: { id: string, name: string, status: FeedState, statusReason: string, completeness: Completeness, completenessNote: string, feeds: Array<{ stream: string, recorded: boolean, state: FeedState, reason: string, since: number, until: number | null, lastEventAt: number | null, lastDataAt: number | null, eventsToday: number, gapsToday: number, openGapSince: number | null }>, requests: { state: FeedState, reason: string, since: number, until: number | null } | null } };

export class TypedDocumentString<TResult, TVariables>
  extends String
  implements DocumentTypeDecoration<TResult, TVariables>
{
  __apiType?: NonNullable<DocumentTypeDecoration<TResult, TVariables>['__apiType']>;
  private value: string;
  public __meta__?: Record<string, any> | undefined;

  constructor(value: string, __meta__?: Record<string, any> | undefined) {
    super(value);
    this.value = value;
    this.__meta__ = __meta__;
  }

  override toString(): string & DocumentTypeDecoration<TResult, TVariables> {
    return this.value;
  }
}
export const LiquidationVolumeFieldsFragmentDoc = new TypedDocumentString(`
    fragment LiquidationVolumeFields on LiquidationVolume {
  timestamp
  buyVolume
  sellVolume
  totalVolume
  deltaVolume
  buyVolumeFormatted
  sellVolumeFormatted
  totalVolumeFormatted
  deltaVolumeFormatted
  count
  revision
  quality
}
    `, {"fragmentName":"LiquidationVolumeFields"}) as unknown as TypedDocumentString<LiquidationVolumeFieldsFragment, unknown>;
export const CandleFieldsFragmentDoc = new TypedDocumentString(`
    fragment CandleFields on Candle {
  venue
  timestamp
  open
  high
  low
  close
  volume
  isClosed
}
    `, {"fragmentName":"CandleFields"}) as unknown as TypedDocumentString<CandleFieldsFragment, unknown>;
export const LiquidationFieldsFragmentDoc = new TypedDocumentString(`
    fragment LiquidationFields on Liquidation {
  id
  cursor
  venue
  symbol
  venueSymbol
  baseAsset
  quoteAsset
  liquidatedSide
  side
  quantity
  quantityFormatted
  price
  priceFormatted
  averagePrice
  markPrice
  priceUsed
  notionalUsd
  notionalUsdFormatted
  timestamp
  receivedAt
  committedAt
  displayTime
}
    `, {"fragmentName":"LiquidationFields"}) as unknown as TypedDocumentString<LiquidationFieldsFragment, unknown>;
export const OpenInterestFieldsFragmentDoc = new TypedDocumentString(`
    fragment OpenInterestFields on OpenInterestState {
  venue
  venueSymbol
  state
  reason
  since
  until
  isStale
  listing
  point {
    timestamp
    openInterest
    openInterestFormatted
    openInterestUsd
    openInterestUsdFormatted
    isHalved
  }
}
    `, {"fragmentName":"OpenInterestFields"}) as unknown as TypedDocumentString<OpenInterestFieldsFragment, unknown>;
export const FundingFieldsFragmentDoc = new TypedDocumentString(`
    fragment FundingFields on FundingState {
  venue
  venueSymbol
  state
  reason
  since
  until
  isStale
  listing
  point {
    timestamp
    rate
    rateFormatted
    intervalHours
    aprPercent
    aprFormatted
    nextFundingAt
  }
}
    `, {"fragmentName":"FundingFields"}) as unknown as TypedDocumentString<FundingFieldsFragment, unknown>;
export const BasisFieldsFragmentDoc = new TypedDocumentString(`
    fragment BasisFields on Basis {
  timestamp
  state
  reason
  since
  basisBps
  basisBpsFormatted
  adjustedBasisBps
  adjustedBasisBpsFormatted
  stableCoinRate
  stableCoinRateReason
  binance {
    mid
    ageMs
  }
  okx {
    mid
    ageMs
  }
}
    `, {"fragmentName":"BasisFields"}) as unknown as TypedDocumentString<BasisFieldsFragment, unknown>;
export const OrderBookLevelFieldsFragmentDoc = new TypedDocumentString(`
    fragment OrderBookLevelFields on OrderBookLevel {
  price
  priceFormatted
  quantity
  quantityFormatted
  total
  totalFormatted
}
    `, {"fragmentName":"OrderBookLevelFields"}) as unknown as TypedDocumentString<OrderBookLevelFieldsFragment, unknown>;
export const OrderBookFieldsFragmentDoc = new TypedDocumentString(`
    fragment OrderBookFields on OrderBook {
  venue
  symbol
  venueSymbol
  state
  reason
  since
  until
  tickSize
  rounding
  timestamp
  bids {
    ...OrderBookLevelFields
  }
  asks {
    ...OrderBookLevelFields
  }
  mid
  midFormatted
  spread
  spreadFormatted
  spreadBps
  spreadBpsFormatted
  depth10Bps {
    bidUsd
    bidUsdFormatted
    askUsd
    askUsdFormatted
    isBidFloor
    isAskFloor
  }
}
    fragment OrderBookLevelFields on OrderBookLevel {
  price
  priceFormatted
  quantity
  quantityFormatted
  total
  totalFormatted
}`, {"fragmentName":"OrderBookFields"}) as unknown as TypedDocumentString<OrderBookFieldsFragment, unknown>;
export const TradeBarFieldsFragmentDoc = new TypedDocumentString(`
    fragment TradeBarFields on TradeBar {
  venue
  timestamp
  buyVolume
  sellVolume
  deltaVolume
  cvd
  isCvdPartial
  count
  quality
  isClosed
}
    `, {"fragmentName":"TradeBarFields"}) as unknown as TypedDocumentString<TradeBarFieldsFragment, unknown>;
export const TradeFieldsFragmentDoc = new TypedDocumentString(`
    fragment TradeFields on Trade {
  id
  venue
  venueSymbol
  timestamp
  takerSide
  price
  priceFormatted
  quantity
  quantityFormatted
  notionalUsd
  isAfterGap
  missedBefore
}
    `, {"fragmentName":"TradeFields"}) as unknown as TypedDocumentString<TradeFieldsFragment, unknown>;
export const VenueFieldsFragmentDoc = new TypedDocumentString(`
    fragment VenueFields on Venue {
  id
  name
  status
  statusReason
  completeness
  completenessNote
  feeds {
    stream
    recorded
    state
    reason
    since
    until
    lastEventAt
    lastDataAt
    eventsToday
    gapsToday
    openGapSince
  }
  requests {
    state
    reason
    since
    until
  }
}
    `, {"fragmentName":"VenueFields"}) as unknown as TypedDocumentString<VenueFieldsFragment, unknown>;
export const LiquidationVolumeDocument = new TypedDocumentString(`
    query LiquidationVolume($symbol: ID!, $timeframe: Timeframe!, $from: Timestamp, $to: Timestamp, $venues: [ID!]) {
  liquidationVolume(
    symbol: $symbol
    timeframe: $timeframe
    from: $from
    to: $to
    venues: $venues
  ) {
    ...LiquidationVolumeFields
  }
}
    fragment LiquidationVolumeFields on LiquidationVolume {
  timestamp
  buyVolume
  sellVolume
  totalVolume
  deltaVolume
  buyVolumeFormatted
  sellVolumeFormatted
  totalVolumeFormatted
  deltaVolumeFormatted
  count
  revision
  quality
}`) as unknown as TypedDocumentString<LiquidationVolumeQuery, LiquidationVolumeQueryVariables>;
export const VolumeUpdatedDocument = new TypedDocumentString(`
    subscription VolumeUpdated($symbol: ID!, $timeframe: Timeframe!, $venues: [ID!]) {
  volumeUpdated(symbol: $symbol, timeframe: $timeframe, venues: $venues) {
    symbol
    timeframe
    isUpdate
    buckets {
      ...LiquidationVolumeFields
    }
  }
}
    fragment LiquidationVolumeFields on LiquidationVolume {
  timestamp
  buyVolume
  sellVolume
  totalVolume
  deltaVolume
  buyVolumeFormatted
  sellVolumeFormatted
  totalVolumeFormatted
  deltaVolumeFormatted
  count
  revision
  quality
}`) as unknown as TypedDocumentString<VolumeUpdatedSubscription, VolumeUpdatedSubscriptionVariables>;
export const ChartGapsDocument = new TypedDocumentString(`
    query ChartGaps($from: Timestamp, $to: Timestamp, $stream: String, $venue: ID, $first: Int!) {
  feedGaps(from: $from, to: $to, stream: $stream, venue: $venue, first: $first) {
    venue
    stream
    from
    to
    cause
    detail
  }
}
    `) as unknown as TypedDocumentString<ChartGapsQuery, ChartGapsQueryVariables>;
export const ChartMarketDocument = new TypedDocumentString(`
    query ChartMarket($symbol: ID!) {
  symbol(id: $symbol) {
    id
    baseAsset
    quoteAsset
    priceFormat {
      precision
      minMove
    }
  }
}
    `) as unknown as TypedDocumentString<ChartMarketQuery, ChartMarketQueryVariables>;
export const CandlesDocument = new TypedDocumentString(`
    query Candles($symbol: ID!, $timeframe: Timeframe!, $from: Timestamp, $to: Timestamp, $limit: Int, $venue: ID) {
  candles(
    symbol: $symbol
    timeframe: $timeframe
    from: $from
    to: $to
    limit: $limit
    venue: $venue
  ) {
    ...CandleFields
  }
}
    fragment CandleFields on Candle {
  venue
  timestamp
  open
  high
  low
  close
  volume
  isClosed
}`) as unknown as TypedDocumentString<CandlesQuery, CandlesQueryVariables>;
export const CandleUpdatedDocument = new TypedDocumentString(`
    subscription CandleUpdated($symbol: ID!, $timeframe: Timeframe!, $venue: ID) {
  candleUpdated(symbol: $symbol, timeframe: $timeframe, venue: $venue) {
    ...CandleFields
  }
}
    fragment CandleFields on Candle {
  venue
  timestamp
  open
  high
  low
  close
  volume
  isClosed
}`) as unknown as TypedDocumentString<CandleUpdatedSubscription, CandleUpdatedSubscriptionVariables>;
export const LiquidationsDocument = new TypedDocumentString(`
    query Liquidations($filter: LiquidationFilter, $first: Int!, $after: Cursor) {
  liquidations(filter: $filter, first: $first, after: $after) {
    edges {
      cursor
      node {
        ...LiquidationFields
      }
    }
    pageInfo {
      hasNextPage
      startCursor
      endCursor
    }
  }
}
    fragment LiquidationFields on Liquidation {
  id
  cursor
  venue
  symbol
  venueSymbol
  baseAsset
  quoteAsset
  liquidatedSide
  side
  quantity
  quantityFormatted
  price
  priceFormatted
  averagePrice
  markPrice
  priceUsed
  notionalUsd
  notionalUsdFormatted
  timestamp
  receivedAt
  committedAt
  displayTime
}`) as unknown as TypedDocumentString<LiquidationsQuery, LiquidationsQueryVariables>;
export const LastCursorDocument = new TypedDocumentString(`
    query LastCursor {
  system {
    lastCursor
  }
}
    `) as unknown as TypedDocumentString<LastCursorQuery, LastCursorQueryVariables>;
export const LiquidationAddedDocument = new TypedDocumentString(`
    subscription LiquidationAdded($filter: LiquidationFilter, $after: Cursor) {
  liquidationAdded(filter: $filter, after: $after) {
    ...LiquidationFields
  }
}
    fragment LiquidationFields on Liquidation {
  id
  cursor
  venue
  symbol
  venueSymbol
  baseAsset
  quoteAsset
  liquidatedSide
  side
  quantity
  quantityFormatted
  price
  priceFormatted
  averagePrice
  markPrice
  priceUsed
  notionalUsd
  notionalUsdFormatted
  timestamp
  receivedAt
  committedAt
  displayTime
}`) as unknown as TypedDocumentString<LiquidationAddedSubscription, LiquidationAddedSubscriptionVariables>;
export const OpenInterestUpdatedDocument = new TypedDocumentString(`
    subscription OpenInterestUpdated($symbol: ID!) {
  openInterestUpdated(symbol: $symbol) {
    ...OpenInterestFields
  }
}
    fragment OpenInterestFields on OpenInterestState {
  venue
  venueSymbol
  state
  reason
  since
  until
  isStale
  listing
  point {
    timestamp
    openInterest
    openInterestFormatted
    openInterestUsd
    openInterestUsdFormatted
    isHalved
  }
}`) as unknown as TypedDocumentString<OpenInterestUpdatedSubscription, OpenInterestUpdatedSubscriptionVariables>;
export const FundingUpdatedDocument = new TypedDocumentString(`
    subscription FundingUpdated($symbol: ID!) {
  fundingUpdated(symbol: $symbol) {
    ...FundingFields
  }
}
    fragment FundingFields on FundingState {
  venue
  venueSymbol
  state
  reason
  since
  until
  isStale
  listing
  point {
    timestamp
    rate
    rateFormatted
    intervalHours
    aprPercent
    aprFormatted
    nextFundingAt
  }
}`) as unknown as TypedDocumentString<FundingUpdatedSubscription, FundingUpdatedSubscriptionVariables>;
export const BasisUpdatedDocument = new TypedDocumentString(`
    subscription BasisUpdated($symbol: ID!) {
  basisUpdated(symbol: $symbol) {
    ...BasisFields
  }
}
    fragment BasisFields on Basis {
  timestamp
  state
  reason
  since
  basisBps
  basisBpsFormatted
  adjustedBasisBps
  adjustedBasisBpsFormatted
  stableCoinRate
  stableCoinRateReason
  binance {
    mid
    ageMs
  }
  okx {
    mid
    ageMs
  }
}`) as unknown as TypedDocumentString<BasisUpdatedSubscription, BasisUpdatedSubscriptionVariables>;
export const OrderBookUpdatedDocument = new TypedDocumentString(`
    subscription OrderBookUpdated($symbol: ID!, $venue: ID, $limit: Int!, $rounding: Decimal) {
  orderBookUpdated(
    symbol: $symbol
    venue: $venue
    limit: $limit
    rounding: $rounding
  ) {
    ...OrderBookFields
  }
}
    fragment OrderBookLevelFields on OrderBookLevel {
  price
  priceFormatted
  quantity
  quantityFormatted
  total
  totalFormatted
}
fragment OrderBookFields on OrderBook {
  venue
  symbol
  venueSymbol
  state
  reason
  since
  until
  tickSize
  rounding
  timestamp
  bids {
    ...OrderBookLevelFields
  }
  asks {
    ...OrderBookLevelFields
  }
  mid
  midFormatted
  spread
  spreadFormatted
  spreadBps
  spreadBpsFormatted
  depth10Bps {
    bidUsd
    bidUsdFormatted
    askUsd
    askUsdFormatted
    isBidFloor
    isAskFloor
  }
}`) as unknown as TypedDocumentString<OrderBookUpdatedSubscription, OrderBookUpdatedSubscriptionVariables>;
export const SymbolsDocument = new TypedDocumentString(`
    query Symbols($search: String) {
  symbols(search: $search) {
    id
    uiName
    baseAsset
    quoteAsset
    volume24h
    volume24hFormatted
    source
    markets {
      venue
      venueSymbol
    }
  }
}
    `) as unknown as TypedDocumentString<SymbolsQuery, SymbolsQueryVariables>;
export const SystemDocument = new TypedDocumentString(`
    query System {
  system {
    version
    simulated
    startedAt
    now
    recorder
  }
}
    `) as unknown as TypedDocumentString<SystemQuery, SystemQueryVariables>;
export const TradeBarsDocument = new TypedDocumentString(`
    query TradeBars($symbol: ID!, $timeframe: Timeframe!, $from: Timestamp, $to: Timestamp, $venue: ID) {
  tradeBars(
    symbol: $symbol
    timeframe: $timeframe
    from: $from
    to: $to
    venue: $venue
  ) {
    ...TradeBarFields
  }
}
    fragment TradeBarFields on TradeBar {
  venue
  timestamp
  buyVolume
  sellVolume
  deltaVolume
  cvd
  isCvdPartial
  count
  quality
  isClosed
}`) as unknown as TypedDocumentString<TradeBarsQuery, TradeBarsQueryVariables>;
export const TradeGapsDocument = new TypedDocumentString(`
    query TradeGaps($symbol: ID!, $venue: ID, $from: Timestamp, $to: Timestamp) {
  tradeGaps(symbol: $symbol, venue: $venue, from: $from, to: $to) {
    from
    to
    reason
  }
}
    `) as unknown as TypedDocumentString<TradeGapsQuery, TradeGapsQueryVariables>;
export const TradeBarUpdatedDocument = new TypedDocumentString(`
    subscription TradeBarUpdated($symbol: ID!, $timeframe: Timeframe!, $venue: ID) {
  tradeBarUpdated(symbol: $symbol, timeframe: $timeframe, venue: $venue) {
    ...TradeBarFields
  }
}
    fragment TradeBarFields on TradeBar {
  venue
  timestamp
  buyVolume
  sellVolume
  deltaVolume
  cvd
  isCvdPartial
  count
  quality
  isClosed
}`) as unknown as TypedDocumentString<TradeBarUpdatedSubscription, TradeBarUpdatedSubscriptionVariables>;
export const TradesDocument = new TypedDocumentString(`
    query Trades($symbol: ID!, $venue: ID, $first: Int!) {
  trades(symbol: $symbol, venue: $venue, first: $first) {
    ...TradeFields
  }
}
    fragment TradeFields on Trade {
  id
  venue
  venueSymbol
  timestamp
  takerSide
  price
  priceFormatted
  quantity
  quantityFormatted
  notionalUsd
  isAfterGap
  missedBefore
}`) as unknown as TypedDocumentString<TradesQuery, TradesQueryVariables>;
export const TradeAddedDocument = new TypedDocumentString(`
    subscription TradeAdded($symbol: ID!, $venue: ID) {
  tradeAdded(symbol: $symbol, venue: $venue) {
    ...TradeFields
  }
}
    fragment TradeFields on Trade {
  id
  venue
  venueSymbol
  timestamp
  takerSide
  price
  priceFormatted
  quantity
  quantityFormatted
  notionalUsd
  isAfterGap
  missedBefore
}`) as unknown as TypedDocumentString<TradeAddedSubscription, TradeAddedSubscriptionVariables>;
export const VenuesDocument = new TypedDocumentString(`
    query Venues {
  venues {
    ...VenueFields
  }
}
    fragment VenueFields on Venue {
  id
  name
  status
  statusReason
  completeness
  completenessNote
  feeds {
    stream
    recorded
    state
    reason
    since
    until
    lastEventAt
    lastDataAt
    eventsToday
    gapsToday
    openGapSince
  }
  requests {
    state
    reason
    since
    until
  }
}`) as unknown as TypedDocumentString<VenuesQuery, VenuesQueryVariables>;
export const VenueStatusChangedDocument = new TypedDocumentString(`
    subscription VenueStatusChanged {
  venueStatusChanged {
    ...VenueFields
  }
}
    fragment VenueFields on Venue {
  id
  name
  status
  statusReason
  completeness
  completenessNote
  feeds {
    stream
    recorded
    state
    reason
    since
    until
    lastEventAt
    lastDataAt
    eventsToday
    gapsToday
    openGapSince
  }
  requests {
    state
    reason
    since
    until
  }
}`) as unknown as TypedDocumentString<VenueStatusChangedSubscription, VenueStatusChangedSubscriptionVariables>;