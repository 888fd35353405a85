/* eslint-disable */
/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
import type { DocumentTypeDecoration } from '../operation.js';
export type Completeness =
  | 'FULL'
  | 'SAMPLED'
  | 'UNKNOWN';

export type FeedState =
  | 'BANNED'
  | 'CONNECTING'
  | 'DISABLED'
  | 'ERROR'
  | 'GEO_BLOCKED'
  | 'LIVE'
  | 'QUIET'
  | 'RATE_LIMITED'
  | 'RESYNCING'
  | 'SILENT'
  | 'STALE'
  | 'SYNCING'
  | 'VENUE_PAUSED';

export type LiquidatedSide =
  | 'LONG'
  | 'SHORT';

export type LiquidationFilter = {
  from?: number | null | undefined;
  liquidatedSide?: LiquidatedSide | null | undefined;
  minNotionalUsd?: string | null | undefined;
  symbols?: Array<string> | null | undefined;
  to?: number | null | undefined;
  venues?: Array<string> | null | undefined;
};

export type OrderSide =
  | 'BUY'
  | 'SELL';

export type PriceKind =
  | 'BANKRUPTCY'
  | 'FILL'
  | 'MARK'
  | 'ORDER';

export type LiquidationFieldsFragment = { id: string, cursor: string, venue: string, symbol: string, venueSymbol: string, baseAsset: string, liquidatedSide: LiquidatedSide, side: OrderSide, quantity: string, quantityFormatted: string, price: string, averagePrice: string | null, priceUsed: PriceKind, notionalUsd: string, notionalUsdFormatted: string, timestamp: number, receivedAt: number, committedAt: number, displayTime: string };

export type LiquidationsQueryVariables = Exact<{
  filter?: LiquidationFilter | null | undefined;
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;


export type LiquidationsQuery = { liquidations: { edges: Array<{ cursor: string, node: { id: string, cursor: string, venue: string, symbol: string, venueSymbol: string, baseAsset: string, liquidatedSide: LiquidatedSide, side: OrderSide, quantity: string, quantityFormatted: string, price: string, averagePrice: string | null, priceUsed: PriceKind, notionalUsd: string, notionalUsdFormatted: string, timestamp: number, receivedAt: number, committedAt: number, displayTime: string } }>, pageInfo: { hasNextPage: boolean, startCursor: string | null, endCursor: string | null } } };

export type NewestCursorQueryVariables = Exact<{ [key: string]: never; }>;


export type NewestCursorQuery = { liquidations: { pageInfo: { startCursor: string | null } } };

export type LiquidationAddedSubscriptionVariables = Exact<{
  filter?: LiquidationFilter | null | undefined;
  after?: string | null | undefined;
}>;


export type LiquidationAddedSubscription = { liquidationAdded: { id: string, cursor: string, venue: string, symbol: string, venueSymbol: string, baseAsset: string, liquidatedSide: LiquidatedSide, side: OrderSide, quantity: string, quantityFormatted: string, price: string, averagePrice: string | null, priceUsed: PriceKind, notionalUsd: string, notionalUsdFormatted: string, timestamp: number, receivedAt: number, committedAt: number, displayTime: string } };

export type SymbolsQueryVariables = Exact<{
  search?: string | null | undefined;
}>;


export type SymbolsQuery = { symbols: Array<{ id: string, uiName: string, baseAsset: string, quoteAsset: string, volume24h: string | null, volume24hFormatted: string | null, source: string, markets: Array<{ venue: string, venueSymbol: string }> }> };

export type SystemQueryVariables = Exact<{ [key: string]: never; }>;


export type SystemQuery = { system: { version: string, simulated: boolean, startedAt: number, now: number } };

export type VenueFieldsFragment = { id: string, name: string, status: FeedState, statusReason: string, completeness: Completeness, completenessNote: string, feeds: Array<{ stream: string, state: FeedState, reason: string, since: number, until: number | null, lastEventAt: number | null, lastDataAt: number | null, eventsToday: number, gapsToday: number, openGapSince: number | null }> };

export type VenuesQueryVariables = Exact<{ [key: string]: never; }>;


export type VenuesQuery = { venues: Array<{ id: string, name: string, status: FeedState, statusReason: string, completeness: Completeness, completenessNote: string, feeds: Array<{ stream: string, state: FeedState, reason: string, since: number, until: number | null, lastEventAt: number | null, lastDataAt: number | null, eventsToday: number, gapsToday: number, openGapSince: number | null }> }> };

export type VenueStatusChangedSubscriptionVariables = Exact<{ [key: string]: never; }>;


export type VenueStatusChangedSubscription = { venueStatusChanged: { id: string, name: string, status: FeedState, statusReason: string, completeness: Completeness, completenessNote: string, feeds: Array<{ stream: string, state: FeedState, reason: string, since: number, until: number | null, lastEventAt: number | null, lastDataAt: number | null, eventsToday: number, gapsToday: number, openGapSince: number | null }> } };

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
export const LiquidationFieldsFragmentDoc = new TypedDocumentString(`
    fragment LiquidationFields on Liquidation {
  id
  cursor
  venue
  symbol
  venueSymbol
  baseAsset
  liquidatedSide
  side
  quantity
  quantityFormatted
  price
  averagePrice
  priceUsed
  notionalUsd
  notionalUsdFormatted
  timestamp
  receivedAt
  committedAt
  displayTime
}
    `, {"fragmentName":"LiquidationFields"}) as unknown as TypedDocumentString<LiquidationFieldsFragment, unknown>;
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
}
    `, {"fragmentName":"VenueFields"}) as unknown as TypedDocumentString<VenueFieldsFragment, unknown>;
export const LiquidationsDocument = new TypedDocumentString(`
    query Liquidations($filter: LiquidationFilter, $first: Int, $after: Cursor) {
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
  liquidatedSide
  side
  quantity
  quantityFormatted
  price
  averagePrice
  priceUsed
  notionalUsd
  notionalUsdFormatted
  timestamp
  receivedAt
  committedAt
  displayTime
}`) as unknown as TypedDocumentString<LiquidationsQuery, LiquidationsQueryVariables>;
export const NewestCursorDocument = new TypedDocumentString(`
    query NewestCursor {
  liquidations(first: 1) {
    pageInfo {
      startCursor
    }
  }
}
    `) as unknown as TypedDocumentString<NewestCursorQuery, NewestCursorQueryVariables>;
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
  liquidatedSide
  side
  quantity
  quantityFormatted
  price
  averagePrice
  priceUsed
  notionalUsd
  notionalUsdFormatted
  timestamp
  receivedAt
  committedAt
  displayTime
}`) as unknown as TypedDocumentString<LiquidationAddedSubscription, LiquidationAddedSubscriptionVariables>;
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
  }
}
    `) as unknown as TypedDocumentString<SystemQuery, SystemQueryVariables>;
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
}`) as unknown as TypedDocumentString<VenueStatusChangedSubscription, VenueStatusChangedSubscriptionVariables>;