import { type Metrics } from '../../core/http/metrics.js';
import { type CandleStreams } from './candle-streams.js';

/** Registers what live candles hold. No label names a symbol or a timeframe: clients choose those. */
export function registerCandleStreamMetrics(metrics: Metrics, streams: CandleStreams): void {
  metrics.gauge(
    {
      name: 'orderfox_candle_boards',
      help: 'Markets and timeframes whose candles are followed, those nobody watches any more for a moment included',
    },
    () => [{ value: streams.boardCount }],
  );
  metrics.gauge(
    { name: 'orderfox_candle_topics', help: 'Topics of candles that are asked of venues' },
    () => [{ value: streams.topicCount }],
  );
  metrics.gauge(
    { name: 'orderfox_candle_connections', help: 'Connections to venues that are open for candles' },
    () => [{ value: streams.connectionCount }],
  );
  metrics.counter(
    {
      name: 'orderfox_candle_boards_refused_total',
      help: 'Subscriptions to candles refused because too many markets and timeframes were watched',
    },
    () => [{ value: streams.refused }],
  );
}
