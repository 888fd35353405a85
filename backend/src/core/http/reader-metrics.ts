import { type ReaderPool } from '../reader-pool.js';
import { type Metrics } from './metrics.js';

/** Registers how busy the API's connections to the database are. */
export function registerReaderMetrics(
  metrics: Metrics,
  pool: Pick<ReaderPool, 'waitingCount' | 'refused'>,
): void {
  metrics.gauge(
    { name: 'orderfox_reader_waiting', help: 'Queries of the API that wait for a connection' },
    () => [{ value: pool.waitingCount }],
  );
  metrics.counter(
    { name: 'orderfox_reader_refused_total', help: 'Queries of the API refused because too many waited' },
    () => [{ value: pool.refused }],
  );
}
