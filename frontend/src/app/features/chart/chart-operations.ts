import { type Operation } from '@orderfox/client';

export interface CandleFields {
  readonly timestamp: number;
  readonly open: string;
  readonly high: string;
  readonly low: string;
  readonly close: string;
  readonly volume: string;
  readonly isClosed: boolean;
}
export interface LiquidationVolumeFields {
  readonly timestamp: number;
  readonly buyVolume: string;
  readonly sellVolume: string;
  readonly totalVolume: string;
  readonly deltaVolume: string;
  readonly buyVolumeFormatted: string;
  readonly sellVolumeFormatted: string;
  readonly totalVolumeFormatted: string;
  readonly deltaVolumeFormatted: string;
  readonly count: number;
  readonly revision: number;
  readonly quality: 'EXACT' | 'FLOOR' | 'PARTIAL';
}
interface Market {
  symbol: string;
  timeframe: string;
}
interface Span {
  from?: number;
  to?: number;
}
const CANDLE = 'timestamp open high low close volume isClosed';
const VOLUME = `timestamp buyVolume sellVolume totalVolume deltaVolume buyVolumeFormatted sellVolumeFormatted
  totalVolumeFormatted deltaVolumeFormatted count revision quality`;
const document = <R, V>(text: string): Operation<R, V> => ({ toString: () => text });

export const CandlesDocument = document<
  { candles: readonly CandleFields[] },
  Market & Span & { limit?: number }
>(`query Candles($symbol: ID!, $timeframe: Timeframe!, $from: Timestamp, $to: Timestamp, $limit: Int) {
  candles(symbol: $symbol, timeframe: $timeframe, from: $from, to: $to, limit: $limit) { ${CANDLE} } }`);
export const CandleUpdatedDocument = document<{ candleUpdated: CandleFields }, Market>(
  `subscription CandleUpdated($symbol: ID!, $timeframe: Timeframe!) {
  candleUpdated(symbol: $symbol, timeframe: $timeframe) { ${CANDLE} } }`,
);
export const LiquidationVolumeDocument = document<
  { liquidationVolume: readonly LiquidationVolumeFields[] },
  Market & Span & { venues?: string[] }
>(`query LiquidationVolume($symbol: ID!, $timeframe: Timeframe!, $from: Timestamp, $to: Timestamp, $venues: [ID!]) {
  liquidationVolume(symbol: $symbol, timeframe: $timeframe, from: $from, to: $to, venues: $venues) { ${VOLUME} } }`);
export const VolumeUpdatedDocument = document<
  { volumeUpdated: { isUpdate: boolean; buckets: readonly LiquidationVolumeFields[] } },
  Market & { venues?: string[] }
>(`subscription VolumeUpdated($symbol: ID!, $timeframe: Timeframe!, $venues: [ID!]) {
  volumeUpdated(symbol: $symbol, timeframe: $timeframe, venues: $venues) { isUpdate buckets { ${VOLUME} } } }`);
export const ChartGapsDocument = document<
  { feedGaps: readonly { venue: string; stream: string; from: number; to: number | null }[] },
  { from?: number; first: number }
>(`query ChartGaps($from: Timestamp, $first: Int!) {
  feedGaps(from: $from, first: $first) { venue stream from to } }`);
export const ChartMarketDocument = document<
  {
    symbol: {
      id: string;
      baseAsset: string;
      quoteAsset: string;
      priceFormat: { precision: number; minMove: number } | null;
    } | null;
  },
  { symbol: string }
>(
  `query ChartMarket($symbol: ID!) { symbol(id: $symbol) { id baseAsset quoteAsset priceFormat { precision minMove } } }`,
);
