import { type Metrics } from '../../core/http/metrics.js';
import { type HistoryLoader } from './history-loader.js';
import { type HistoryStatus } from './history-status.js';

/** Registers what the history outside counts. */
export function registerHistoryMetrics(metrics: Metrics, history: Pick<HistoryLoader, 'status'>): void {
  const count = (name: string, help: string, read: (status: HistoryStatus) => number) =>
    metrics.counter({ name: `orderfox_history_${name}_total`, help }, () => [
      { value: read(history.status()) },
    ]);
  count('requests', 'Requests for past liquidations', ({ requests }) => requests);
  count('rows', 'Past liquidations that came, known ones included', ({ rows }) => rows);
  count('refused_rows', 'Rows of the history that could not become events', ({ refused }) => refused);
  count('cut', 'Stretches of time too busy to be fetched whole', ({ cut }) => cut);
  metrics.counter(
    {
      name: 'orderfox_history_failures_total',
      help: 'Requests for past liquidations that failed, by kind',
      labels: ['failure'],
    },
    () => [...history.status().failures].map(([failure, value]) => ({ value, labels: { failure } })),
  );
  metrics.gauge({ name: 'orderfox_history_markets_loaded', help: 'Markets whose history is fetched' }, () => [
    { value: history.status().loaded },
  ]);
  metrics.gauge(
    { name: 'orderfox_history_markets_waiting', help: 'Markets that wait for their history' },
    () => [{ value: history.status().waiting }],
  );
  metrics.gauge(
    { name: 'orderfox_history_markets_unknown', help: 'Markets that the service of history does not know' },
    () => [{ value: history.status().unknown }],
  );
}
