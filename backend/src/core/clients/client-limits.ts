/** What one client may take. A client is an address as `clientKey` writes it. */
export interface ClientShare {
  /** GraphQL sockets that are open at once. */
  readonly socketsPerClient: number;
  /** Sockets that are opened in a minute, in the long run. */
  readonly connectionsPerMinute: number;
  /** Sockets that are opened at once, after a pause. */
  readonly connectionBurst: number;
  /** Subscriptions that run at once, over all its sockets. */
  readonly subscriptionsPerClient: number;
  /** Requests to GraphQL and to `/api/`, and queries and mutations on sockets, in the long run. */
  readonly requestsPerMinute: number;
  /** Such requests at once, after a pause. */
  readonly requestBurst: number;
  /** Points of cost in a minute, over both transports; as much may be spent at once after a pause. */
  readonly costPerMinute: number;
  /** Markets outside SYMBOLS that are followed at once, of each kind: whose books, whose trades, whose bars by timeframe. */
  readonly marketsPerClient: number;
}

/** What every client may take, and all clients together. */
export interface ClientLimits extends ClientShare {
  /** Sockets in the process. */
  readonly sockets: number;
  /** Subscriptions in the process. */
  readonly subscriptions: number;
  /** Messages from one socket, in the long run. Per socket, so the machine itself gets no more than others. */
  readonly messagesPerSecond: number;
  /** Messages from one socket at once, after a pause. */
  readonly messageBurst: number;
  /** Pages, files, schema and metrics are so many times as cheap as a request to the API: one page needs many. */
  readonly pageFactor: number;
  /** The machine itself gets so many times a share: dashboards, scripts and reverse proxies run there. */
  readonly loopbackFactor: number;
  /** Figures that an operator has set: they hold for the machine itself too, as they are. */
  readonly configured: ReadonlySet<keyof ClientShare>;
  /** Clients that are remembered at once; with one more the least recently seen begins anew. */
  readonly clients: number;
}

/** What a public, read-only server can afford to give to everyone. */
export const CLIENT_LIMITS: ClientLimits = {
  sockets: 5_000,
  socketsPerClient: 20,
  connectionsPerMinute: 60,
  connectionBurst: 40,
  subscriptions: 10_000,
  subscriptionsPerClient: 100,
  requestsPerMinute: 120,
  requestBurst: 30,
  costPerMinute: 50_000,
  marketsPerClient: 20,
  messagesPerSecond: 20,
  messageBurst: 60,
  pageFactor: 10,
  loopbackFactor: 10,
  configured: new Set(),
  clients: 100_000,
};

/** The limits for the machine itself: everything per client times the factor, but for what an operator has set. */
export function loopbackShare(limits: ClientLimits): ClientShare {
  const figure = (name: keyof ClientShare) =>
    limits[name] * (limits.configured.has(name) ? 1 : limits.loopbackFactor);
  return {
    socketsPerClient: figure('socketsPerClient'),
    connectionsPerMinute: figure('connectionsPerMinute'),
    connectionBurst: figure('connectionBurst'),
    subscriptionsPerClient: figure('subscriptionsPerClient'),
    requestsPerMinute: figure('requestsPerMinute'),
    requestBurst: figure('requestBurst'),
    costPerMinute: figure('costPerMinute'),
    marketsPerClient: figure('marketsPerClient'),
  };
}
