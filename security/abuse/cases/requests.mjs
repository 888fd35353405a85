import { attempt } from '../attempt.mjs';
import { RawConnection } from '../transports/raw-connection.mjs';
import { sendAll } from '../transports/graphql-socket.mjs';
import { postJson, send } from '../transports/http.mjs';
import { closed, cut, judged, refusedWhileRunning, served, status } from '../wanted.mjs';

const QUERY = '{ system { version } }';
const JSON_BODY = JSON.stringify({ query: QUERY });
const asked = (query) => `/graphql?query=${encodeURIComponent(query)}`;
/** What makes a request one that a foreign page cannot send without asking first. */
const PREFLIGHT = { 'apollo-require-preflight': 'true' };
const MULTIPART = `--b\r\nContent-Disposition: form-data; name="operations"\r\n\r\n${JSON_BODY}\r\n--b--\r\n`;

/** One request over HTTP, and what is nearest to it over a socket where there is something. */
function http(name, sent, make, wanted, socket) {
  return attempt(name, sent, { http: { make, wanted }, ...(socket !== undefined && { socket }) });
}

const withType = (type, body) => (target) => send(target, { body, headers: { 'content-type': type } });
const get = (path, headers) => (target) => send(target, { method: 'GET', path, headers });
const notServed = status([400, 405, 415], {
  body: ({ answer }) => (answer?.data == null ? undefined : 'the query was run'),
});

/** What is said on a connection before anything of it is HTTP; the server has to hang up. */
const silent = (text, dripping) => async (target) => {
  const raw = new RawConnection(target.server);
  raw.write(text);
  const drip = setInterval(() => dripping !== undefined && !raw.isOver && raw.write(dripping), 1_000);
  const result = await raw.finish(13_000);
  clearInterval(drip);
  return result;
};
const HALF = 'GET /graphql HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n';
const hangsUp = cut(12_000);

/** What must hold of everything that is no answer of GraphQL: never a file. */
const noFile = judged('status 400, 403 or 404', ({ status: code }) =>
  [400, 403, 404].includes(code) ? undefined : `status ${code}`,
);

/** Requests in the wrong shape. */
export const REQUESTS = [
  http('batch', '`[{…}, {…}]`', (target) => postJson(target, `[${JSON_BODY},${JSON_BODY}]`), status(400), {
    make: (target) => sendAll(target, [[{ id: '1', type: 'subscribe', payload: { query: QUERY } }]]),
    wanted: closed(4_400),
  }),
  http('empty batch', '`[]`', (target) => postJson(target, '[]'), status(400), {
    make: (target) => sendAll(target, [[]]),
    wanted: closed(4_400),
  }),
  http('empty body', 'no bytes', (target) => postJson(target, ''), status(400), {
    make: (target) => sendAll(target, ['']),
    wanted: closed(4_400),
  }),
  http('broken JSON', '`{"query":`', (target) => postJson(target, '{"query":'), status(400), {
    make: (target) => sendAll(target, ['{"type":']),
    wanted: closed(4_400),
  }),
  http('JSON that is no object', '`"query"`', (target) => postJson(target, '"query"'), status(400), {
    make: (target) => sendAll(target, ['"subscribe"']),
    wanted: closed(4_400),
  }),
  http('`null`', 'as a whole body', (target) => postJson(target, 'null'), status(400), {
    make: (target) => sendAll(target, ['null']),
    wanted: closed(4_400),
  }),
  http(
    'body over the limit',
    '65,537 bytes',
    (target) => postJson(target, JSON_BODY.padEnd(65_537)),
    status(413),
    {
      make: (target) => sendAll(target, [JSON.stringify({ type: 'ping' }).padEnd(65_537)]),
      wanted: closed(1_009),
    },
  ),
  http(
    'document by its hash alone',
    '`extensions.persistedQuery`',
    (target) =>
      postJson(target, { extensions: { persistedQuery: { version: 1, sha256Hash: '0'.repeat(64) } } }),
    refusedWhileRunning('BAD_USER_INPUT'),
  ),
  http('form post', 'urlencoded', withType('application/x-www-form-urlencoded', `query=${QUERY}`), notServed),
  http('text post', '`text/plain`', withType('text/plain', JSON_BODY), notServed),
  http('multipart post', 'an upload', withType('multipart/form-data; boundary=b', MULTIPART), notServed),
  http('post without a type', 'JSON, no header', (target) => send(target, { body: JSON_BODY }), notServed),
  http('GET query', 'as a page can send it', get(asked(QUERY)), notServed),
  http(
    'GET query with a header (within)',
    'no page sends it unasked',
    get(asked(QUERY), PREFLIGHT),
    served(),
  ),
  http(
    'variables of a GET query',
    '`{"f": {"__proto__": …}}` in the address',
    get(
      `${asked('query ($f: LiquidationFilter) { liquidations(filter: $f) { pageInfo { hasNextPage } } }')}&variables=${encodeURIComponent('{"f":{"__proto__":{"polluted":true}}}')}`,
      { 'content-type': 'application/json' },
    ),
    refusedWhileRunning('BAD_USER_INPUT'),
  ),
  http(
    'GET mutation',
    '`refreshSymbols`',
    get(asked('mutation { refreshSymbols { venue } }'), PREFLIGHT),
    notServed,
  ),
  http(
    'other methods',
    '`PUT`',
    (target) => send(target, { method: 'PUT', body: JSON_BODY }),
    status([400, 404, 405, 415]),
  ),
  http(
    '`TRACE`',
    'with a cookie',
    (target) => send(target, { method: 'TRACE', headers: { cookie: 'a=b' } }),
    status([400, 404, 405, 501]),
  ),
  http('headers of 32 KiB', 'one header', get('/health', { 'x-long': 'x'.repeat(32_768) }), status(431), {
    make: async (target) => {
      const raw = await RawConnection.upgraded(target, {
        init: false,
        headers: { 'X-Long': 'x'.repeat(32_768) },
      });
      return raw.finish();
    },
    wanted: status(431),
  }),
  http(
    'two lengths',
    '`Content-Length` beside `Transfer-Encoding`',
    (target) =>
      send(target, {
        body: JSON_BODY,
        headers: { 'content-type': 'application/json', 'transfer-encoding': 'chunked' },
      }),
    status(400),
  ),
  http('path out of the folder', '`/../../package.json`', get('/../../package.json'), noFile),
  http(
    'path out of the folder, encoded',
    '`/..%2f..%2fpackage.json`',
    get('/..%2f..%2fpackage.json'),
    noFile,
  ),
  http('path that cannot be read', '`/%`', get('/%'), noFile),
  attempt(
    'half a handshake',
    'headers that never end',
    { socket: { make: silent(HALF), wanted: hangsUp } },
    { waits: true },
  ),
  attempt(
    'header by header',
    'one byte a second',
    { http: { make: silent('POST /graphql HTTP/1.1\r\nX: ', 'x'), wanted: hangsUp } },
    { waits: true },
  ),
  attempt(
    'connection that says nothing',
    'no byte',
    { http: { make: silent(''), wanted: hangsUp } },
    { waits: true },
  ),
];
