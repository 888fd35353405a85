import { type ClientLedger } from '../clients/client-ledger.js';
import { type HostCheck } from '../clients/host-check.js';
import { type Metrics } from './metrics.js';

/** Registers what is counted of clients. No label names a client: their number is bounded by nobody. */
export function registerClientMetrics(metrics: Metrics, ledger: ClientLedger, hosts: HostCheck): void {
  metrics.gauge(
    { name: 'orderfox_clients', help: 'Addresses that hold something or lately took something' },
    () => [{ value: ledger.clients }],
  );
  metrics.counter(
    {
      name: 'orderfox_clients_forgotten_total',
      help: 'Addresses forgotten before their budget was whole again, because there were too many',
    },
    () => [{ value: ledger.forgotten }],
  );
  metrics.gauge({ name: 'orderfox_subscriptions', help: 'Operations that clients hold on sockets' }, () => [
    { value: ledger.subscriptions },
  ]);
  metrics.counter(
    {
      name: 'orderfox_budget_refusals_total',
      help: 'What clients were refused, by budget and by whose share was used up: client or process',
      labels: ['budget', 'share'],
    },
    () =>
      [...ledger.refusals()].map(({ budget, share, count }) => ({ value: count, labels: { budget, share } })),
  );
  metrics.counter(
    { name: 'orderfox_hosts_refused_total', help: 'Requests that called the server by a name not its own' },
    () => [{ value: hosts.refused }],
  );
}
