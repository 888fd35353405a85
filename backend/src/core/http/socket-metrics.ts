import { type GraphqlSocketServer } from '../graphql-socket/graphql-socket-server.js';
import { type SocketCounters } from '../graphql-socket/socket-counters.js';
import { type Metrics, type Sample } from './metrics.js';

/** Registers what the socket server counts. */
export function registerSocketMetrics(
  metrics: Metrics,
  server: GraphqlSocketServer,
  counters: SocketCounters,
): void {
  metrics.gauge({ name: 'orderfox_sockets', help: 'GraphQL sockets that are open' }, () => [
    { value: server.socketCount },
  ]);
  metrics.gauge({ name: 'orderfox_subscribers', help: 'Operations running on GraphQL sockets' }, () => [
    { value: server.operationCount },
  ]);
  metrics.counter({ name: 'orderfox_sockets_accepted_total', help: 'GraphQL sockets accepted' }, () => [
    { value: counters.accepted },
  ]);
  metrics.counter(
    {
      name: 'orderfox_sockets_refused_total',
      help: 'Requests for a socket that were refused before it was one, by cause',
      labels: ['cause'],
    },
    () => byCause(counters.refused),
  );
  metrics.counter(
    {
      name: 'orderfox_sockets_ended_total',
      help: 'GraphQL sockets that the server ended, by cause',
      labels: ['cause'],
    },
    () => byCause(counters.ended),
  );
  metrics.counter({ name: 'orderfox_slow_closed_total', help: 'Clients that read too slowly' }, () => [
    { value: counters.ended.get('slow') ?? 0 },
  ]);
  metrics.counter(
    {
      name: 'orderfox_subscriptions_refused_total',
      help: 'Operations refused because their socket has too many',
    },
    () => [{ value: counters.subscriptionsRefused }],
  );
}

function* byCause(counts: ReadonlyMap<string, number>): Generator<Sample> {
  for (const [cause, value] of counts) yield { labels: { cause }, value };
}
