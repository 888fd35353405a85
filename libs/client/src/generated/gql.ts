/* eslint-disable */
import * as types from './graphql.js';



/**
 * Map of all GraphQL operations in the project.
 *
 * This map has several performance disadvantages:
 * 1. It is not tree-shakeable, so it will include all operations in the project.
 * 2. It is not minifiable, so the string of a GraphQL query will be multiple times inside the bundle.
 * 3. It does not support dead code elimination, so it will add unused operations.
 *
 * Therefore it is highly recommended to use the babel or swc plugin for production.
 * Learn more about it here: https://the-guild.dev/graphql/codegen/plugins/presets/preset-client#reducing-bundle-size
 */
type Documents = {
    "fragment LiquidationVolumeFields on LiquidationVolume {\n  timestamp\n  buyVolume\n  sellVolume\n  totalVolume\n  deltaVolume\n  buyVolumeFormatted\n  sellVolumeFormatted\n  totalVolumeFormatted\n  deltaVolumeFormatted\n  count\n  revision\n  quality\n}\n\nquery LiquidationVolume($symbol: ID!, $timeframe: Timeframe!, $from: Timestamp, $to: Timestamp, $venues: [ID!]) {\n  liquidationVolume(\n    symbol: $symbol\n    timeframe: $timeframe\n    from: $from\n    to: $to\n    venues: $venues\n  ) {\n    ...LiquidationVolumeFields\n  }\n}\n\nsubscription VolumeUpdated($symbol: ID!, $timeframe: Timeframe!, $venues: [ID!]) {\n  volumeUpdated(symbol: $symbol, timeframe: $timeframe, venues: $venues) {\n    symbol\n    timeframe\n    isUpdate\n    buckets {\n      ...LiquidationVolumeFields\n    }\n  }\n}\n\nquery ChartGaps($from: Timestamp, $to: Timestamp, $venue: ID, $first: Int!) {\n  feedGaps(from: $from, to: $to, venue: $venue, first: $first) {\n    venue\n    stream\n    from\n    to\n    cause\n    detail\n  }\n}\n\nquery ChartMarket($symbol: ID!) {\n  symbol(id: $symbol) {\n    id\n    baseAsset\n    quoteAsset\n    priceFormat {\n      precision\n      minMove\n    }\n  }\n}": typeof types.LiquidationVolumeFieldsFragmentDoc,
    "fragment LiquidationFields on Liquidation {\n  id\n  cursor\n  venue\n  symbol\n  venueSymbol\n  baseAsset\n  quoteAsset\n  liquidatedSide\n  side\n  quantity\n  quantityFormatted\n  price\n  priceFormatted\n  averagePrice\n  markPrice\n  priceUsed\n  notionalUsd\n  notionalUsdFormatted\n  timestamp\n  receivedAt\n  committedAt\n  displayTime\n}\n\nquery Liquidations($filter: LiquidationFilter, $first: Int!, $after: Cursor) {\n  liquidations(filter: $filter, first: $first, after: $after) {\n    edges {\n      cursor\n      node {\n        ...LiquidationFields\n      }\n    }\n    pageInfo {\n      hasNextPage\n      startCursor\n      endCursor\n    }\n  }\n}\n\nquery LastCursor {\n  system {\n    lastCursor\n  }\n}\n\nsubscription LiquidationAdded($filter: LiquidationFilter, $after: Cursor) {\n  liquidationAdded(filter: $filter, after: $after) {\n    ...LiquidationFields\n  }\n}": typeof types.LiquidationFieldsFragmentDoc,
    "query Symbols($search: String) {\n  symbols(search: $search) {\n    id\n    uiName\n    baseAsset\n    quoteAsset\n    volume24h\n    volume24hFormatted\n    source\n    markets {\n      venue\n      venueSymbol\n    }\n  }\n}": typeof types.SymbolsDocument,
    "query System {\n  system {\n    version\n    simulated\n    startedAt\n    now\n    recorder\n  }\n}": typeof types.SystemDocument,
    "fragment VenueFields on Venue {\n  id\n  name\n  status\n  statusReason\n  completeness\n  completenessNote\n  feeds {\n    stream\n    recorded\n    state\n    reason\n    since\n    until\n    lastEventAt\n    lastDataAt\n    eventsToday\n    gapsToday\n    openGapSince\n  }\n}\n\nquery Venues {\n  venues {\n    ...VenueFields\n  }\n}\n\nsubscription VenueStatusChanged {\n  venueStatusChanged {\n    ...VenueFields\n  }\n}": typeof types.VenueFieldsFragmentDoc,
};
const documents: Documents = {
    "fragment LiquidationVolumeFields on LiquidationVolume {\n  timestamp\n  buyVolume\n  sellVolume\n  totalVolume\n  deltaVolume\n  buyVolumeFormatted\n  sellVolumeFormatted\n  totalVolumeFormatted\n  deltaVolumeFormatted\n  count\n  revision\n  quality\n}\n\nquery LiquidationVolume($symbol: ID!, $timeframe: Timeframe!, $from: Timestamp, $to: Timestamp, $venues: [ID!]) {\n  liquidationVolume(\n    symbol: $symbol\n    timeframe: $timeframe\n    from: $from\n    to: $to\n    venues: $venues\n  ) {\n    ...LiquidationVolumeFields\n  }\n}\n\nsubscription VolumeUpdated($symbol: ID!, $timeframe: Timeframe!, $venues: [ID!]) {\n  volumeUpdated(symbol: $symbol, timeframe: $timeframe, venues: $venues) {\n    symbol\n    timeframe\n    isUpdate\n    buckets {\n      ...LiquidationVolumeFields\n    }\n  }\n}\n\nquery ChartGaps($from: Timestamp, $to: Timestamp, $venue: ID, $first: Int!) {\n  feedGaps(from: $from, to: $to, venue: $venue, first: $first) {\n    venue\n    stream\n    from\n    to\n    cause\n    detail\n  }\n}\n\nquery ChartMarket($symbol: ID!) {\n  symbol(id: $symbol) {\n    id\n    baseAsset\n    quoteAsset\n    priceFormat {\n      precision\n      minMove\n    }\n  }\n}": types.LiquidationVolumeFieldsFragmentDoc,
    "fragment LiquidationFields on Liquidation {\n  id\n  cursor\n  venue\n  symbol\n  venueSymbol\n  baseAsset\n  quoteAsset\n  liquidatedSide\n  side\n  quantity\n  quantityFormatted\n  price\n  priceFormatted\n  averagePrice\n  markPrice\n  priceUsed\n  notionalUsd\n  notionalUsdFormatted\n  timestamp\n  receivedAt\n  committedAt\n  displayTime\n}\n\nquery Liquidations($filter: LiquidationFilter, $first: Int!, $after: Cursor) {\n  liquidations(filter: $filter, first: $first, after: $after) {\n    edges {\n      cursor\n      node {\n        ...LiquidationFields\n      }\n    }\n    pageInfo {\n      hasNextPage\n      startCursor\n      endCursor\n    }\n  }\n}\n\nquery LastCursor {\n  system {\n    lastCursor\n  }\n}\n\nsubscription LiquidationAdded($filter: LiquidationFilter, $after: Cursor) {\n  liquidationAdded(filter: $filter, after: $after) {\n    ...LiquidationFields\n  }\n}": types.LiquidationFieldsFragmentDoc,
    "query Symbols($search: String) {\n  symbols(search: $search) {\n    id\n    uiName\n    baseAsset\n    quoteAsset\n    volume24h\n    volume24hFormatted\n    source\n    markets {\n      venue\n      venueSymbol\n    }\n  }\n}": types.SymbolsDocument,
    "query System {\n  system {\n    version\n    simulated\n    startedAt\n    now\n    recorder\n  }\n}": types.SystemDocument,
    "fragment VenueFields on Venue {\n  id\n  name\n  status\n  statusReason\n  completeness\n  completenessNote\n  feeds {\n    stream\n    recorded\n    state\n    reason\n    since\n    until\n    lastEventAt\n    lastDataAt\n    eventsToday\n    gapsToday\n    openGapSince\n  }\n}\n\nquery Venues {\n  venues {\n    ...VenueFields\n  }\n}\n\nsubscription VenueStatusChanged {\n  venueStatusChanged {\n    ...VenueFields\n  }\n}": types.VenueFieldsFragmentDoc,
};

/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "fragment LiquidationVolumeFields on LiquidationVolume {\n  timestamp\n  buyVolume\n  sellVolume\n  totalVolume\n  deltaVolume\n  buyVolumeFormatted\n  sellVolumeFormatted\n  totalVolumeFormatted\n  deltaVolumeFormatted\n  count\n  revision\n  quality\n}\n\nquery LiquidationVolume($symbol: ID!, $timeframe: Timeframe!, $from: Timestamp, $to: Timestamp, $venues: [ID!]) {\n  liquidationVolume(\n    symbol: $symbol\n    timeframe: $timeframe\n    from: $from\n    to: $to\n    venues: $venues\n  ) {\n    ...LiquidationVolumeFields\n  }\n}\n\nsubscription VolumeUpdated($symbol: ID!, $timeframe: Timeframe!, $venues: [ID!]) {\n  volumeUpdated(symbol: $symbol, timeframe: $timeframe, venues: $venues) {\n    symbol\n    timeframe\n    isUpdate\n    buckets {\n      ...LiquidationVolumeFields\n    }\n  }\n}\n\nquery ChartGaps($from: Timestamp, $to: Timestamp, $venue: ID, $first: Int!) {\n  feedGaps(from: $from, to: $to, venue: $venue, first: $first) {\n    venue\n    stream\n    from\n    to\n    cause\n    detail\n  }\n}\n\nquery ChartMarket($symbol: ID!) {\n  symbol(id: $symbol) {\n    id\n    baseAsset\n    quoteAsset\n    priceFormat {\n      precision\n      minMove\n    }\n  }\n}"): typeof import('./graphql.js').LiquidationVolumeFieldsFragmentDoc;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "fragment LiquidationFields on Liquidation {\n  id\n  cursor\n  venue\n  symbol\n  venueSymbol\n  baseAsset\n  quoteAsset\n  liquidatedSide\n  side\n  quantity\n  quantityFormatted\n  price\n  priceFormatted\n  averagePrice\n  markPrice\n  priceUsed\n  notionalUsd\n  notionalUsdFormatted\n  timestamp\n  receivedAt\n  committedAt\n  displayTime\n}\n\nquery Liquidations($filter: LiquidationFilter, $first: Int!, $after: Cursor) {\n  liquidations(filter: $filter, first: $first, after: $after) {\n    edges {\n      cursor\n      node {\n        ...LiquidationFields\n      }\n    }\n    pageInfo {\n      hasNextPage\n      startCursor\n      endCursor\n    }\n  }\n}\n\nquery LastCursor {\n  system {\n    lastCursor\n  }\n}\n\nsubscription LiquidationAdded($filter: LiquidationFilter, $after: Cursor) {\n  liquidationAdded(filter: $filter, after: $after) {\n    ...LiquidationFields\n  }\n}"): typeof import('./graphql.js').LiquidationFieldsFragmentDoc;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "query Symbols($search: String) {\n  symbols(search: $search) {\n    id\n    uiName\n    baseAsset\n    quoteAsset\n    volume24h\n    volume24hFormatted\n    source\n    markets {\n      venue\n      venueSymbol\n    }\n  }\n}"): typeof import('./graphql.js').SymbolsDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "query System {\n  system {\n    version\n    simulated\n    startedAt\n    now\n    recorder\n  }\n}"): typeof import('./graphql.js').SystemDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "fragment VenueFields on Venue {\n  id\n  name\n  status\n  statusReason\n  completeness\n  completenessNote\n  feeds {\n    stream\n    recorded\n    state\n    reason\n    since\n    until\n    lastEventAt\n    lastDataAt\n    eventsToday\n    gapsToday\n    openGapSince\n  }\n}\n\nquery Venues {\n  venues {\n    ...VenueFields\n  }\n}\n\nsubscription VenueStatusChanged {\n  venueStatusChanged {\n    ...VenueFields\n  }\n}"): typeof import('./graphql.js').VenueFieldsFragmentDoc;


export function graphql(source: string) {
  return (documents as any)[source] ?? {};
}
