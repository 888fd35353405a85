import { type Metrics, type Sample } from '../../core/http/metrics.js';
import { type MarketStreams, type StreamCounts } from './market-streams.js';
import { type StreamKind } from './stream-entry.js';

const COUNTERS = [
  ['published', 'orderfox_redis_entries_published_total', 'Entries added to streams in Redis'],
  [
    'dropped',
    'orderfox_redis_entries_dropped_total',
    'Tops of books that Redis could not take at once; all else waits in the database',
  ],
  ['resyncs', 'orderfox_redis_resyncs_total', 'How often a stream in Redis did not end where it was left'],
] as const satisfies readonly (readonly [keyof StreamCounts, string, string])[];

/** Registers what publishing to Redis counts. Labels are kinds of streams, never a symbol. */
export function registerMarketStreamMetrics(metrics: Metrics, streams: MarketStreams): void {
  const labels = ['kind'];
  const byKind = (read: (counts: StreamCounts) => number) => (): Sample[] =>
    [...streams.counts()].map(([kind, counts]) => ({ value: read(counts), labels: { kind } }));
  for (const [field, name, help] of COUNTERS) {
    metrics.counter(
      { name, help, labels },
      byKind((counts) => counts[field]),
    );
  }
  metrics.gauge(
    { name: 'orderfox_redis_streams', help: 'Streams that are published', labels },
    byKind((counts) => counts.streams),
  );
  metrics.gauge(
    {
      name: 'orderfox_redis_lag_seconds',
      help: 'For how long what is recorded and not in Redis has been waiting; 0: nothing is',
      labels,
    },
    byKind(({ lagMs }) => lagMs / 1_000),
  );
  metrics.gauge(
    { name: 'orderfox_redis_state', help: '1 for the state publishing to Redis is in', labels: ['state'] },
    () => [{ value: 1, labels: { state: streams.status().state } }],
  );
  metrics.counter(
    { name: 'orderfox_redis_connections_total', help: 'Connections to Redis that stood' },
    () => [{ value: streams.connections.connections }],
  );
  metrics.counter(
    { name: 'orderfox_redis_failures_total', help: 'Connections to Redis that failed or were lost' },
    () => [{ value: streams.connections.failures }],
  );
  const held = (of: ReadonlyMap<StreamKind, number> | undefined): Sample[] =>
    [...(of ?? [])].map(([kind, value]) => ({ value, labels: { kind } }));
  metrics.gauge(
    { name: 'orderfox_redis_stream_entries', help: 'Entries of all streams of a kind', labels },
    () => held(streams.figures?.lengths),
  );
  metrics.gauge(
    {
      name: 'orderfox_redis_pending_entries',
      help: 'Entries that readers in groups took and have not acknowledged',
      labels,
    },
    () => held(streams.figures?.pending),
  );
  metrics.gauge({ name: 'orderfox_redis_memory_bytes', help: 'Memory that all of Redis uses' }, () => {
    const value = streams.figures?.memoryBytes;
    return value === undefined ? [] : [{ value }];
  });
}
