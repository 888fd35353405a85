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
interface Market {
  symbol: string;
  timeframe: string;
}
interface Span {
  from?: number;
  to?: number;
}
const CANDLE = 'timestamp open high low close volume isClosed';
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
