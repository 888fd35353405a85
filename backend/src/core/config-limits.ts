import { z } from 'zod';
import { CLIENT_LIMITS } from './clients/client-limits.js';
import { ProxyTrust } from './clients/proxy-trust.js';
import { API_LIMITS } from './graphql/api-limits.js';
import { SOCKET_LIMITS } from './graphql-socket/socket-limits.js';
import { HTTP_LIMITS } from './http/http-limits.js';
import { MAX_WAITING } from './reader-pool.js';

/** A whole number of something, at least one. Sums and products of limits stay exact below the largest. */
const count = z.coerce.number().int().min(1).max(1_000_000_000);
/** A time in ms: not so short that nobody could keep it, not so long that it were none. */
const duration = z.coerce.number().int().min(100).max(600_000);
/** Bytes: room for the smallest message that makes sense, and no more than one piece of memory may be. */
const bytes = z.coerce
  .number()
  .int()
  .min(256)
  .max(64 * 1_024 * 1_024);
const flag = z.stringbool();
const HOST = /^(?:\*|[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*)$/;
const LOOPBACK = 'unless set, ten times that for the machine itself';

const proxies = z.string().superRefine((text, context) => {
  try {
    ProxyTrust.parse(text);
  } catch (error) {
    context.addIssue(error instanceof Error ? error.message : 'cannot be read');
  }
});

/** Names without scheme and port, lower case. */
const hostNames = z.string().transform((text, context) => {
  const names = text.split(',').map((name) => name.trim().toLowerCase());
  for (const name of names.filter((one) => !HOST.test(one))) {
    context.addIssue(
      `${JSON.stringify(name)} is no host name such as desk.example; leave out scheme and port`,
    );
  }
  return names;
});

/** What everybody may ask for, as settings. Names and defaults of the figures are those of the limits they become. */
export const LIMIT_SETTINGS = z.object({
  TRUST_PROXY: proxies
    .optional()
    .describe(
      'reverse proxies whose X-Forwarded-For is believed: how many there are, or addresses and networks, comma separated; unset: none',
    ),
  ALLOWED_HOSTS: hostNames
    .default([])
    .describe(
      'names in the Host header that are answered, comma separated, besides localhost and addresses; * for all; unset: see SECURITY.md',
    ),
  ALLOW_NO_ORIGIN: flag
    .default(true)
    .describe('sockets without an Origin header: programs that are no browser send none'),
  MAX_QUERY_CHARACTERS: count.default(API_LIMITS.characters).describe('longest document, in characters'),
  MAX_QUERY_TOKENS: count.default(API_LIMITS.tokens).describe('most lexical tokens of a document'),
  MAX_QUERY_DEPTH: count.default(API_LIMITS.depth).describe('most levels of fields in a document'),
  MAX_QUERY_ALIASES: count.default(API_LIMITS.aliases).describe('most aliases in a document'),
  MAX_QUERY_ROOT_FIELDS: count.default(API_LIMITS.rootFields).describe('most fields of the operation itself'),
  MAX_QUERY_DIRECTIVES: count.default(API_LIMITS.directives).describe('most directives in a document'),
  MAX_QUERY_FRAGMENTS: count.default(API_LIMITS.fragments).describe('most named fragments in a document'),
  MAX_QUERY_FIELDS: count
    .default(API_LIMITS.fields)
    .describe('most fields in a document, counted wherever fragments put them'),
  MAX_QUERY_REPEATS: count
    .default(API_LIMITS.repeats)
    .describe('most fields of one name (or alias) in one place, which are merged into one'),
  MAX_QUERY_COST: count
    .default(API_LIMITS.cost)
    .describe(
      'most points that an answer may come to: an object is one, a field a tenth, times the rows of lists',
    ),
  MAX_ROWS: count
    // Less than a page for whom nothing is said would refuse those who ask for nothing in particular.
    .min(50)
    .max(API_LIMITS.rows)
    .default(API_LIMITS.rows)
    .describe(
      'most rows that may be asked for (first, limit); the schema allows 1,000 candles and 500 of everything else',
    ),
  MAX_FILTER_NAMES: count
    .max(API_LIMITS.names)
    .default(API_LIMITS.names)
    .describe('most symbols or venues in a filter; the schema allows no more than 50'),
  QUERY_TIMEOUT_MS: duration
    .default(API_LIMITS.timeoutMs)
    .describe('longest time that an answer may take, in ms; one statement of the database has 5000'),
  GRAPHQL_INTROSPECTION: flag
    .default(API_LIMITS.introspection)
    .describe('whether the schema can be asked for in GraphQL; it is published anyway'),
  MAX_COST_PER_MINUTE: count
    .default(CLIENT_LIMITS.costPerMinute)
    .describe(`points that one address may spend in a minute, and at once; ${LOOPBACK}`),
  REQUESTS_PER_MINUTE: count
    .default(CLIENT_LIMITS.requestsPerMinute)
    .describe(
      `requests to the API from one address in a minute, over HTTP and over sockets; ten times as many for files; ${LOOPBACK}`,
    ),
  REQUEST_BURST: count
    .default(CLIENT_LIMITS.requestBurst)
    .describe(`such requests at once; ten times as many for files; ${LOOPBACK}`),
  MAX_BODY_BYTES: bytes.default(HTTP_LIMITS.bodyBytes).describe('largest body of an HTTP request, in bytes'),
  MAX_WAITING_QUERIES: count
    .default(MAX_WAITING)
    .describe('most queries of the API that wait for a connection to the database'),
  HEADERS_TIMEOUT_MS: duration
    .default(HTTP_LIMITS.headersWithinMs)
    .describe('time in which the headers of an HTTP request must arrive, in ms'),
  REQUEST_TIMEOUT_MS: duration
    .default(HTTP_LIMITS.requestWithinMs)
    .describe('time in which all of an HTTP request must arrive, in ms'),
  MAX_SOCKETS: count.default(CLIENT_LIMITS.sockets).describe('most GraphQL sockets that are open at once'),
  MAX_SOCKETS_PER_ADDRESS: count
    .default(CLIENT_LIMITS.socketsPerClient)
    .describe(`most of them from one address; ${LOOPBACK}`),
  CONNECTIONS_PER_MINUTE: count
    .default(CLIENT_LIMITS.connectionsPerMinute)
    .describe(`sockets that one address may open in a minute; ${LOOPBACK}`),
  CONNECTION_BURST: count
    .default(CLIENT_LIMITS.connectionBurst)
    .describe(`sockets that one address may open at once; ${LOOPBACK}`),
  MAX_SUBSCRIPTIONS: count
    .default(CLIENT_LIMITS.subscriptions)
    .describe('most subscriptions that run at once, over all sockets'),
  MAX_SUBSCRIPTIONS_PER_ADDRESS: count
    .default(CLIENT_LIMITS.subscriptionsPerClient)
    .describe(`most of them of one address; ${LOOPBACK}`),
  MAX_SUBSCRIPTIONS_PER_SOCKET: count
    .default(SOCKET_LIMITS.subscriptionsPerSocket)
    .describe('most operations that run at once on one socket'),
  MAX_SELECTIONS: count
    .default(SOCKET_LIMITS.selections)
    .describe('most different selections of fields that are rendered for subscriptions at once'),
  MAX_SELECTIONS_PER_ADDRESS: count
    .default(SOCKET_LIMITS.selectionsPerClient)
    .describe('most of them that one address may ask for'),
  MAX_VOLUME_FEEDS: count
    .default(500)
    .describe(
      'most different choices of symbol, timeframe and venues whose liquidation volume is followed at once',
    ),
  MAX_ORDERBOOK_LIMIT: count
    // Whoever says nothing gets 20 levels.
    .min(20)
    .max(1_000)
    .default(50)
    .describe('most price levels of each side of an order book that may be asked for'),
  MAX_ORDER_BOOKS: count
    // A hundred symbols at three venues; those take as many topics on a connection.
    .max(300)
    .default(100)
    .describe(
      'most order books that are followed at once, those of SYMBOLS included, whose places nobody else gets; one has some 0.3 MB',
    ),
  MAX_TRADE_MARKETS: count
    // A hundred symbols at three venues; those take as many topics on a connection.
    .max(300)
    .default(100)
    .describe(
      'most markets whose trades are followed at once, those of SYMBOLS included, whose places nobody else gets',
    ),
  MAX_MARKETS_PER_ADDRESS: count
    .default(CLIENT_LIMITS.marketsPerClient)
    .describe(
      `most markets outside SYMBOLS whose order books are followed for one address at once, as many whose trades are, and as many series of bars and of candles; ${LOOPBACK}`,
    ),
  MAX_TRADES_KEPT: count
    // Whoever says nothing gets 50; venues are asked for 1,000 at most.
    .min(50)
    .max(1_000)
    .default(500)
    .describe('newest trades of each of these markets that are kept, some 0.5 kB each'),
  MAX_TRADES_PER_SECOND: count
    .min(100)
    .default(10_000)
    .describe(
      'trades a second that are taken, of all markets together; more are left out and told as missing, liquidations never are',
    ),
  REDIS_MAX_ENTRIES: count
    .min(100)
    .default(10_000)
    .describe('newest entries, about, that each stream in Redis keeps of bars, liquidations and funding'),
  REDIS_MAX_BOOKS: count
    .min(100)
    .default(6_000)
    .describe('the same of order books, ten of which come a second'),
  MAX_MESSAGE_BYTES: bytes
    .default(SOCKET_LIMITS.maxMessageBytes)
    .describe('largest message from a socket, in bytes'),
  MAX_INIT_BYTES: bytes
    .default(SOCKET_LIMITS.maxInitBytes)
    .describe('largest connection_init message, in bytes'),
  MESSAGES_PER_SECOND: count
    .default(CLIENT_LIMITS.messagesPerSecond)
    .describe('messages from one socket in a second, in the long run'),
  MESSAGE_BURST: count.default(CLIENT_LIMITS.messageBurst).describe('messages from one socket at once'),
  CONNECTION_INIT_TIMEOUT_MS: duration
    .default(SOCKET_LIMITS.initWithinMs)
    .describe('time in which a new socket must send connection_init, in ms'),
  PING_INTERVAL_MS: duration
    .default(SOCKET_LIMITS.pingEveryMs)
    .describe('pause between pings, in ms; a client that has not answered one by the next is cut'),
  MAX_UNSENT_BYTES: bytes
    .default(SOCKET_LIMITS.maxUnsentBytes)
    .describe('bytes that may wait for one socket before its reader counts as too slow'),
  MAX_UNSENT_MESSAGES: count
    .default(SOCKET_LIMITS.maxUnsentMessages)
    .describe('messages that may wait for one socket before its reader counts as too slow'),
  MAX_UNSENT_MS: duration
    .default(SOCKET_LIMITS.maxUnsentMs)
    .describe('how long one message may wait before its reader counts as too slow, in ms'),
  CLOSE_TIMEOUT_MS: duration
    .default(SOCKET_LIMITS.closeWithinMs)
    .describe('how long a client may take to answer a close before it is cut, in ms'),
  RECONNECTS_PER_SECOND: count
    .default(SOCKET_LIMITS.reconnectsPerSecond)
    .describe('sockets that are asked to come back in the same second when the server stops'),
});

/** The limits as they were set. */
export type LimitSettings = Readonly<z.infer<typeof LIMIT_SETTINGS>>;

/** Settings that are right one by one and wrong together. */
export function limitProblems(limits: LimitSettings): readonly string[] {
  const { MAX_QUERY_COST, MAX_COST_PER_MINUTE, MAX_INIT_BYTES, MAX_MESSAGE_BYTES } = limits;
  const { HEADERS_TIMEOUT_MS, REQUEST_TIMEOUT_MS } = limits;
  return [
    ...(HEADERS_TIMEOUT_MS > REQUEST_TIMEOUT_MS
      ? [`HEADERS_TIMEOUT_MS: must be at most REQUEST_TIMEOUT_MS, which is ${REQUEST_TIMEOUT_MS}`]
      : []),
    ...(MAX_QUERY_COST > MAX_COST_PER_MINUTE
      ? [`MAX_COST_PER_MINUTE: must be at least MAX_QUERY_COST, which is ${MAX_QUERY_COST}`]
      : []),
    ...(MAX_INIT_BYTES > MAX_MESSAGE_BYTES
      ? [`MAX_INIT_BYTES: must be at most MAX_MESSAGE_BYTES, which is ${MAX_MESSAGE_BYTES}`]
      : []),
  ];
}
