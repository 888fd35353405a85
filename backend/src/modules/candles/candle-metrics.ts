import { type Metrics } from '../../core/http/metrics.js';
import { type CandleStore } from './candle-store.js';

/** Registers what the store of candles counts. No label names a symbol or a timeframe: clients choose those. */
export function registerCandleMetrics(metrics: Metrics, store: Pick<CandleStore, 'counts'>): void {
  metrics.counter(
    { name: 'orderfox_candle_requests_total', help: 'Requests for candles that were made to venues' },
    () => [{ value: store.counts().requests }],
  );
  metrics.counter(
    {
      name: 'orderfox_candle_requests_failed_total',
      help: 'Requests for candles that a venue did not answer, or not with candles',
    },
    () => [{ value: store.counts().failed }],
  );
  metrics.counter(
    {
      name: 'orderfox_candle_requests_withheld_total',
      help: 'Requests for candles that were not made because the limit of the venue left no place for them in time',
    },
    () => [{ value: store.counts().withheld }],
  );
  metrics.counter(
    {
      name: 'orderfox_candle_pages_hit_total',
      help: 'Pages of candles that were read without any request',
    },
    () => [{ value: store.counts().hits }],
  );
  metrics.gauge({ name: 'orderfox_candles_kept', help: 'Candles that are kept in memory' }, () => [
    { value: store.counts().kept },
  ]);
  metrics.gauge({ name: 'orderfox_candle_pages', help: 'Pages of candles that are kept in memory' }, () => [
    { value: store.counts().pages },
  ]);
  metrics.gauge(
    {
      name: 'orderfox_candle_requests_waiting',
      help: 'Requests for candles that wait for their turn',
    },
    () => [{ value: store.counts().waiting }],
  );
}
