import { attempt, operation, operated, posted } from '../attempt.mjs';
import { postJson } from '../transports/http.mjs';
import { closed, either, refused, refusedWhileRunning, served, status } from '../wanted.mjs';

const page = (args) => ({ query: `{ liquidations(${args}) { pageInfo { hasNextPage } } }` });
const FILTER = 'query ($f: LiquidationFilter) { liquidations(filter: $f) { pageInfo { hasNextPage } } }';
const filter = (f) => ({ query: FILTER, variables: { f } });
const after = (cursor) => ({
  query: 'query ($after: Cursor) { liquidations(after: $after) { pageInfo { hasNextPage } } }',
  variables: { after: cursor },
});
const stream = (cursor) => ({
  query: 'subscription ($after: Cursor) { liquidationAdded(after: $after) { id } }',
  variables: { after: cursor },
});
const symbol = (id) => ({ query: 'query ($id: ID!) { symbol(id: $id) { id } }', variables: { id } });
const encode = (text) => Buffer.from(text).toString('base64url');

/** A cursor with the store of this server, and a number of our own in it. */
async function cursorOf(target, seq) {
  const { answer } = await postJson(target, { query: '{ system { lastCursor } }' });
  const [version, store] = Buffer.from(answer?.data?.system?.lastCursor ?? '', 'base64url')
    .toString()
    .split('.');
  return encode([version, store, seq].join('.'));
}

/** 10,000 lists in each other: JSON.stringify would go as deep as the stack. */
const deep = (count) => `${'['.repeat(count)}${']'.repeat(count)}`;
const deepVariable = `{"query":${JSON.stringify(FILTER)},"variables":{"f":{"symbols":${deep(10_000)}}}}`;
const withVariable = (text) => ({
  http: `{"query":${JSON.stringify(FILTER)},"variables":${text}}`,
  socket: `{"id":"1","type":"subscribe","payload":{"query":${JSON.stringify(FILTER)},"variables":${text}}}`,
});

/** Raw JSON that no object literal can say, over both. */
function raw(name, sent, variables, wanted) {
  const { http, socket } = withVariable(variables);
  return attempt(name, sent, {
    http: { make: (target) => postJson(target, http), wanted: wanted.http },
    socket: operated(socket, wanted.socket),
  });
}

const bad = refusedWhileRunning('BAD_USER_INPUT');
/**
 * HTTP refuses such bodies as a whole. A socket may also pass over a member that no operation declares; that nothing of it
 * sticks to other objects is looked up inside the server.
 */
const polluting = {
  http: refused('BAD_USER_INPUT'),
  socket: either(refused('BAD_USER_INPUT'), closed(4_400)),
};

/** Arguments and variables that are too large, of the wrong kind, or meant for somebody else's parser. */
export const ARGUMENTS = [
  operation('page of 501 rows', '`first: 501`', page('first: 501'), bad),
  operation('page of 500 rows (within)', '`first: 500`', page('first: 500'), served()),
  operation('page of no rows', '`first: 0`', page('first: 0'), bad),
  operation('page of negative rows', '`first: -1`', page('first: -1'), bad),
  operation('huge integer', '`first: 99999999999999999999`', page('first: 99999999999999999999'), bad),
  operation(
    'integer beyond 2^53',
    '`from: 9007199254740993`',
    page('filter: { from: 9007199254740993 }'),
    bad,
  ),
  operation('decimal of 60,000 digits', 'as a variable', filter({ minNotionalUsd: '9'.repeat(60_000) }), bad),
  raw('infinite number', '`1e400` as a variable', '{"f":{"from":1e400}}', { http: bad, socket: bad }),
  operation('range that ends before it begins', '`from: 2, to: 1`', page('filter: { from: 2, to: 1 }'), bad),
  operation(
    'the same for gaps',
    '`from: 2, to: 1`',
    { query: '{ feedGaps(from: 2, to: 1) { stream } }' },
    bad,
  ),
  operation('51 symbols', 'a filter', filter({ symbols: Array(51).fill('BTCUSDT') }), bad),
  operation(
    'wrong types of variables',
    'a number, an object, a list',
    filter({ symbols: [1.5, {}, []] }),
    bad,
  ),
  operation(
    'variables that are a list',
    '`variables: [1]`',
    { query: FILTER, variables: [1] },
    either(bad, closed(4_400)),
  ),
  operation(
    'variables that are text',
    '`variables: "x"`',
    { query: FILTER, variables: 'x' },
    either(bad, closed(4_400)),
  ),
  operation(
    'query that is a number',
    '`query: 5`',
    { query: 5 },
    either(refused('BAD_USER_INPUT'), closed(4_400)),
  ),
  operation(
    'query that is a list',
    '`query: ["{ a }"]`',
    { query: ['{ a }'] },
    either(refused('BAD_USER_INPUT'), closed(4_400)),
  ),
  operation('no query', '`query: null`', { query: null }, either(refused('BAD_USER_INPUT'), closed(4_400))),
  operation(
    'unknown operation',
    '`operationName: "Nope"`',
    { query: 'query A { __typename }', operationName: 'Nope' },
    bad,
  ),
  operation(
    'operation name of 60,000',
    'characters',
    { query: '{ __typename }', operationName: 'x'.repeat(60_000) },
    bad,
  ),
  operation(
    'unknown field',
    '`{ systm { version } }`',
    { query: '{ systm { version } }' },
    refused('BAD_USER_INPUT'),
  ),
  attempt('10,000 lists in each other', 'as a variable', {
    http: { make: (target) => postJson(target, deepVariable), wanted: refused('BAD_USER_INPUT') },
    socket: operated(
      `{"id":"1","type":"subscribe","payload":${deepVariable}}`,
      either(refused('BAD_USER_INPUT'), closed(4_400)),
    ),
  }),
  attempt('text of 1 MB', 'as a variable', {
    http: posted(symbol('x'.repeat(2 ** 20)), status(413)),
    socket: operated(symbol('x'.repeat(2 ** 20)), closed(1_009)),
  }),
  operation(
    'text of 60,000 characters',
    'as a symbol',
    symbol('x'.repeat(60_000)),
    refusedWhileRunning(['UNKNOWN_SYMBOL', 'BAD_USER_INPUT']),
  ),
  raw(
    '`__proto__` in variables',
    '`{"__proto__": {"polluted": true}}`',
    '{"f":{"__proto__":{"polluted":true}}}',
    polluting,
  ),
  raw('`__proto__` as variables', 'the same at the top', '{"__proto__":{"polluted":true,"f":null}}', {
    ...polluting,
    socket: either(polluting.socket, served()),
  }),
  raw(
    '`constructor.prototype` in variables',
    '`{"polluted": true}` in it',
    '{"f":{"constructor":{"prototype":{"polluted":true}}}}',
    polluting,
  ),
  operation(
    'SQL in a symbol',
    "`BTCUSDT' OR 1=1 --`",
    symbol("BTCUSDT' OR 1=1 --"),
    refusedWhileRunning('UNKNOWN_SYMBOL'),
  ),
  operation(
    'SQL in a filter of symbols',
    "`'; DROP TABLE liquidation; --`",
    filter({ symbols: ["'; DROP TABLE liquidation; --"] }),
    refusedWhileRunning('UNKNOWN_SYMBOL'),
  ),
  operation('SQL in a venue', "`binance' OR '1'='1`", filter({ venues: ["binance' OR '1'='1"] }), bad),
  operation(
    'SQL in a number',
    '`1); DROP TABLE liquidation; --`',
    filter({ minNotionalUsd: '1); DROP TABLE liquidation; --' }),
    bad,
  ),
  operation('SQL in a cursor', 'bare, and as its number', after("1'; DROP TABLE liquidation; --"), bad),
  operation(
    'SQL in a search',
    "`%' OR 1=1 --`",
    { query: `{ symbols(search: "%' OR 1=1 --") { id } }` },
    served((data) => (data.symbols.length === 0 ? undefined : 'found something')),
  ),
  operation(
    'wildcards in a search',
    '`%`',
    { query: '{ symbols(search: "%") { id } }' },
    served((data) => (data.symbols.length === 0 ? undefined : 'found something')),
  ),
  attempt('cursor that is none', 'random text', {
    http: posted(after('bm90IGEgY3Vyc29y'), bad),
    socket: operated(stream('bm90IGEgY3Vyc29y'), bad),
  }),
  attempt('cursor of another store', 'well formed', {
    http: posted(after(encode('1.0a1b2c3d4e5f.5')), refusedWhileRunning('CURSOR_EXPIRED')),
    socket: operated(stream(encode('1.0a1b2c3d4e5f.5')), refusedWhileRunning('CURSOR_EXPIRED')),
  }),
  attempt('cursor with a negative number', 'of this store', {
    http: posted(async (target) => after(await cursorOf(target, '-5')), bad),
    socket: operated(async (target) => stream(await cursorOf(target, '-5')), bad),
  }),
  attempt('cursor from the future', 'of this store, 10^15 - 1', {
    socket: operated(
      async (target) => stream(await cursorOf(target, '999999999999999')),
      refusedWhileRunning(['BAD_USER_INPUT', 'CURSOR_EXPIRED']),
    ),
  }),
  operation(
    'markup in a symbol',
    '`<img src=x onerror=alert(1)>`',
    symbol('<img src=x onerror=alert(1)>'),
    refusedWhileRunning('UNKNOWN_SYMBOL'),
  ),
  operation(
    'bidi and control characters',
    'U+202E, U+0000, ESC in a symbol',
    symbol('BTC\u202eTDSU\u0000\u001b[2J'),
    refusedWhileRunning(['UNKNOWN_SYMBOL', 'BAD_USER_INPUT']),
  ),
  operation(
    'zero byte in a filter',
    'U+0000, which Postgres cannot store',
    filter({ symbols: ['NO\u0000PE'] }),
    refusedWhileRunning(['UNKNOWN_SYMBOL', 'BAD_USER_INPUT']),
  ),
  operation(
    'half a surrogate pair',
    'U+D800 in a symbol',
    symbol('BTC\ud800'),
    refusedWhileRunning(['UNKNOWN_SYMBOL', 'BAD_USER_INPUT']),
  ),
  operation(
    'name of every object',
    '`toString`, `__proto__` as a symbol',
    symbol('__proto__'),
    refusedWhileRunning('UNKNOWN_SYMBOL'),
  ),
  attempt('subscription without a socket', '`liquidationAdded` over HTTP', {
    http: posted(stream(null), refused('BAD_USER_INPUT')),
  }),
];
