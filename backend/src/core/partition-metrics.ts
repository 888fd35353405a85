import { type Metrics } from './http/metrics.js';
import { type PartitionCounts, type PartitionKeeper } from './partition-keeper.js';

const COUNTERS = [
  ['made', 'orderfox_partitions_made_total', 'Partitions of market data that were made'],
  [
    'dropped',
    'orderfox_partitions_dropped_total',
    'Partitions that were dropped because all in them was too old',
  ],
  ['deleted', 'orderfox_partition_rows_deleted_total', 'Rows in no partition of their own that were too old'],
  [
    'failed',
    'orderfox_partition_failures_total',
    'Times that the partitions of a table could not be looked after',
  ],
] as const satisfies readonly (readonly [keyof PartitionCounts, string, string])[];

/** Registers what became of the partitions of market data. */
export function registerPartitionMetrics(metrics: Metrics, keeper: Pick<PartitionKeeper, 'counts'>): void {
  for (const [field, name, help] of COUNTERS) {
    metrics.counter({ name, help }, () => [{ value: keeper.counts[field] }]);
  }
}
