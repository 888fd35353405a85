import { CLIENT_LIMITS, type ClientLimits, type ClientShare } from './core/clients/client-limits.js';
import { type LimitSettings } from './core/config-limits.js';
import { API_LIMITS, type ApiLimits } from './core/graphql/api-limits.js';
import { SOCKET_LIMITS, type SocketLimits } from './core/graphql-socket/socket-limits.js';
import { type HttpLimits } from './core/http/http-limits.js';
import { type TradeLimits } from './modules/trades/trade-streams.js';

/** The settings behind the limits, and which of all settings were given. */
export interface LimitSource extends LimitSettings {
  readonly given: ReadonlySet<string>;
}

/** The limits of each part of the API. */
export interface ConfiguredLimits {
  readonly api: ApiLimits;
  readonly client: ClientLimits;
  readonly socket: SocketLimits;
  readonly http: HttpLimits;
  readonly database: {
    /** Queries that may wait for a connection. */
    readonly waitingQueries: number;
  };
  readonly volume: {
    /** Choices of buckets that are followed at once. */
    readonly feeds: number;
  };
  readonly books: {
    /** Levels of each side of an answer. */
    readonly levels: number;
    /** Books that are followed at once. */
    readonly followed: number;
  };
  readonly trades: TradeLimits;
  readonly redis: {
    /** Entries of a stream of books. */
    readonly books: number;
    /** Entries of every other stream. */
    readonly entries: number;
  };
}

/** Which setting each figure of a client's share comes from. */
const SHARE_SETTINGS = {
  socketsPerClient: 'MAX_SOCKETS_PER_ADDRESS',
  connectionsPerMinute: 'CONNECTIONS_PER_MINUTE',
  connectionBurst: 'CONNECTION_BURST',
  subscriptionsPerClient: 'MAX_SUBSCRIPTIONS_PER_ADDRESS',
  requestsPerMinute: 'REQUESTS_PER_MINUTE',
  requestBurst: 'REQUEST_BURST',
  costPerMinute: 'MAX_COST_PER_MINUTE',
  marketsPerClient: 'MAX_MARKETS_PER_ADDRESS',
} as const satisfies Record<keyof ClientShare, keyof LimitSettings>;
const SHARE_FIGURES = Object.keys(SHARE_SETTINGS) as (keyof ClientShare)[];

/** Hands each setting to the part that keeps it. */
export function configuredLimits(config: LimitSource): ConfiguredLimits {
  return {
    api: {
      ...API_LIMITS,
      characters: config.MAX_QUERY_CHARACTERS,
      tokens: config.MAX_QUERY_TOKENS,
      depth: config.MAX_QUERY_DEPTH,
      aliases: config.MAX_QUERY_ALIASES,
      rootFields: config.MAX_QUERY_ROOT_FIELDS,
      directives: config.MAX_QUERY_DIRECTIVES,
      fragments: config.MAX_QUERY_FRAGMENTS,
      fields: config.MAX_QUERY_FIELDS,
      repeats: config.MAX_QUERY_REPEATS,
      cost: config.MAX_QUERY_COST,
      rows: config.MAX_ROWS,
      names: config.MAX_FILTER_NAMES,
      timeoutMs: config.QUERY_TIMEOUT_MS,
      introspection: config.GRAPHQL_INTROSPECTION,
    },
    client: {
      ...CLIENT_LIMITS,
      sockets: config.MAX_SOCKETS,
      socketsPerClient: config.MAX_SOCKETS_PER_ADDRESS,
      connectionsPerMinute: config.CONNECTIONS_PER_MINUTE,
      connectionBurst: config.CONNECTION_BURST,
      subscriptions: config.MAX_SUBSCRIPTIONS,
      subscriptionsPerClient: config.MAX_SUBSCRIPTIONS_PER_ADDRESS,
      requestsPerMinute: config.REQUESTS_PER_MINUTE,
      requestBurst: config.REQUEST_BURST,
      costPerMinute: config.MAX_COST_PER_MINUTE,
      marketsPerClient: config.MAX_MARKETS_PER_ADDRESS,
      messagesPerSecond: config.MESSAGES_PER_SECOND,
      messageBurst: config.MESSAGE_BURST,
      configured: new Set(SHARE_FIGURES.filter((figure) => config.given.has(SHARE_SETTINGS[figure]))),
    },
    socket: {
      ...SOCKET_LIMITS,
      subscriptionsPerSocket: config.MAX_SUBSCRIPTIONS_PER_SOCKET,
      selections: config.MAX_SELECTIONS,
      selectionsPerClient: config.MAX_SELECTIONS_PER_ADDRESS,
      maxMessageBytes: config.MAX_MESSAGE_BYTES,
      maxInitBytes: config.MAX_INIT_BYTES,
      initWithinMs: config.CONNECTION_INIT_TIMEOUT_MS,
      pingEveryMs: config.PING_INTERVAL_MS,
      // A history must slow down well before its reader counts as too slow.
      pauseAtBytes: Math.min(SOCKET_LIMITS.pauseAtBytes, Math.floor(config.MAX_UNSENT_BYTES / 2)),
      maxUnsentBytes: config.MAX_UNSENT_BYTES,
      maxUnsentMessages: config.MAX_UNSENT_MESSAGES,
      maxUnsentMs: config.MAX_UNSENT_MS,
      closeWithinMs: config.CLOSE_TIMEOUT_MS,
      reconnectsPerSecond: config.RECONNECTS_PER_SECOND,
    },
    http: {
      bodyBytes: config.MAX_BODY_BYTES,
      headersWithinMs: config.HEADERS_TIMEOUT_MS,
      requestWithinMs: config.REQUEST_TIMEOUT_MS,
    },
    database: { waitingQueries: config.MAX_WAITING_QUERIES },
    volume: { feeds: config.MAX_VOLUME_FEEDS },
    books: { levels: config.MAX_ORDERBOOK_LIMIT, followed: config.MAX_ORDER_BOOKS },
    trades: {
      followed: config.MAX_TRADE_MARKETS,
      kept: config.MAX_TRADES_KEPT,
      perSecond: config.MAX_TRADES_PER_SECOND,
    },
    redis: { books: config.REDIS_MAX_BOOKS, entries: config.REDIS_MAX_ENTRIES },
  };
}
