import { type GraphqlSocketServer } from '../graphql-socket/graphql-socket-server.js';
import { type SocketCounters } from '../graphql-socket/socket-counters.js';
import { type Metrics, type Sample } from './metrics.js';

/** Registers what the socket server counts. No label names a client, a topic or a selection: clients make those. */
export function registerSocketMetrics(
  metrics: Metrics,
  server: GraphqlSocketServer,
  counters: SocketCounters,
): void {
  registerConnections(metrics, server, counters);
  registerSubscriptions(metrics, server, counters);
  registerWriting(metrics, server, counters);
}

function registerConnections(metrics: Metrics, server: GraphqlSocketServer, counters: SocketCounters): void {
  metrics.gauge({ name: 'orderfox_sockets', help: 'GraphQL sockets that are open' }, () => [
    { value: server.socketCount },
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
    () => byLabel('cause', counters.refused),
  );
  metrics.counter(
    {
      name: 'orderfox_sockets_ended_total',
      help: 'GraphQL sockets that the server ended, by cause',
      labels: ['cause'],
    },
    () => byLabel('cause', counters.ended),
  );
  metrics.counter(
    {
      name: 'orderfox_flood_warnings_total',
      help: 'GraphQL sockets that were told that they send too many messages',
    },
    () => [{ value: counters.floodWarnings }],
  );
}

function registerSubscriptions(
  metrics: Metrics,
  server: GraphqlSocketServer,
  counters: SocketCounters,
): void {
  metrics.gauge({ name: 'orderfox_subscribers', help: 'Operations running on GraphQL sockets' }, () => [
    { value: server.operationCount },
  ]);
  metrics.gauge(
    {
      name: 'orderfox_topic_members',
      help: 'Places taken in the topics behind subscriptions, by what is delivered: events or states',
      labels: ['kind'],
    },
    () => byLabel('kind', Object.entries(server.countHub().members)),
  );
  metrics.gauge(
    {
      name: 'orderfox_selections',
      help: 'Different selections that are rendered for subscribers, by what is delivered: events or states',
      labels: ['kind'],
    },
    () => byLabel('kind', Object.entries(server.countHub().selections)),
  );
  metrics.counter(
    {
      name: 'orderfox_subscriptions_refused_total',
      help: 'Operations refused because their socket, their client or the server had no room or points left',
    },
    () => [{ value: counters.subscriptionsRefused }],
  );
}

function registerWriting(metrics: Metrics, server: GraphqlSocketServer, counters: SocketCounters): void {
  const { turns } = server;
  metrics.counter(
    { name: 'orderfox_socket_writes_total', help: 'Writes to GraphQL sockets, each of all frames of a turn' },
    () => [{ value: turns.counters.writes }],
  );
  metrics.counter({ name: 'orderfox_socket_frames_total', help: 'Frames written to GraphQL sockets' }, () => [
    { value: turns.counters.messages },
  ]);
  metrics.counter(
    { name: 'orderfox_socket_written_bytes_total', help: 'Bytes of the frames written to GraphQL sockets' },
    () => [{ value: turns.counters.bytes }],
  );
  metrics.gauge(
    {
      name: 'orderfox_sockets_backlogged',
      help: 'GraphQL sockets whose readers have not taken all that was written to them',
    },
    () => [{ value: turns.backlogged }],
  );
  metrics.counter(
    {
      name: 'orderfox_lagging_notices_total',
      help: 'Times that a reader of events was told that it falls behind',
    },
    () => [{ value: counters.laggingNotices }],
  );
  metrics.counter({ name: 'orderfox_slow_closed_total', help: 'Clients that read too slowly' }, () => [
    { value: counters.ended.get('slow') ?? 0 },
  ]);
}

function* byLabel(label: string, counts: Iterable<readonly [string, number]>): Generator<Sample> {
  for (const [name, value] of counts) yield { labels: { [label]: name }, value };
}
