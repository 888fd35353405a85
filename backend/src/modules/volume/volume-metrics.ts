import { type Metrics } from '../../core/http/metrics.js';
import { type VolumeBoard } from './volume-board.js';

/** Registers what the live stream of volume counts. No label names a symbol or a choice: clients make those. */
export function registerVolumeMetrics(metrics: Metrics, board: VolumeBoard): void {
  metrics.gauge(
    {
      name: 'orderfox_volume_feeds',
      help: 'Different choices of symbol, timeframe and venues whose volume somebody follows',
    },
    () => [{ value: board.feedCount }],
  );
  metrics.counter(
    {
      name: 'orderfox_volume_feeds_refused_total',
      help: 'Subscriptions to volume refused because too many different choices were followed',
    },
    () => [{ value: board.refused }],
  );
  metrics.counter(
    {
      name: 'orderfox_volume_updates_total',
      help: 'Times that touched buckets were read for those who follow them',
    },
    () => [{ value: board.updates }],
  );
}
