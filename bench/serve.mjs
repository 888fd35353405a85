/**
 * GraphQL over HTTP, a page of 500 liquidations with eight fields each: the product with its answer in memory, the same
 * without, the limit (node:http with one ready buffer of the same bytes) and NestJS with Apollo as its documentation shows
 * it. All in one run, each in a process of its own, one under load at a time, in turns; medians of the turns. JSON on
 * stdout.
 *
 *   npm run bench -- serve [--reps 5] [--seconds 3] [--connections 20] [--variants limit,cached,...]
 *
 * Variants: `cached` asks the same every time; `uncached` asks with other variables every time, for the same rows, which
 * the server then knows though not the answer; `unknown-rows` goes through so many pages that it has forgotten their rows
 * when it comes by again; `not-modified` asks by GET and names the ETag it knows. CPU is that of the server's process;
 * Postgres, which the uncached ones also keep busy, is another one.
 */
import { availableParallelism, cpus } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { LinkedProcess } from './support/process-link.mjs';
import { getBytes, load, requestBytes } from './support/http-load.mjs';
import { quantile } from './support/statistics.mjs';

/** Four times as many as the server keeps in memory. */
const ROWS = 20_000;
const PAGE_ROWS = 500;
const WARM_UP_SECONDS = 2;
const GOALS = { cachedToLimit: 0.6, cachedToStock: 70, uncachedToLimit: 0.1 };
const QUERY = `query Page($first: Int!, $filter: LiquidationFilter) {
  liquidations(first: $first, filter: $filter) {
    edges { node { id venue symbol liquidatedSide quantity price notionalUsdFormatted timestamp } }
    pageInfo { hasNextPage endCursor }
  }
}`;
/** The same below a cursor. */
const OLDER = QUERY.replace('$first: Int!', '$after: Cursor, $first: Int!').replace(
  'first: $first',
  'after: $after, first: $first',
);
const HOT = JSON.stringify({ query: QUERY, variables: { first: PAGE_ROWS } });

const { values: options } = parseArgs({
  options: {
    reps: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '3' },
    connections: { type: 'string', default: '20' },
    variants: { type: 'string', default: 'limit,cached,not-modified,uncached,unknown-rows,stock-nest' },
  },
});
const [reps, seconds, connections] = [options.reps, options.seconds, options.connections].map(Number);
process.env.NODE_ENV ??= 'production';

const servers = [];
let asked = 0;
try {
  const results = await measure(options.variants.split(','));
  console.log(JSON.stringify(report(results), undefined, 2));
} finally {
  await Promise.all(servers.map((server) => server.call('stop').catch(() => undefined)));
  await Promise.all(servers.map((server) => server.stop()));
}

async function measure(names) {
  const orderfox = await start('serve-orderfox.mjs', { rows: ROWS });
  const { body, etag } = await fetchOnce(orderfox.port);
  const limit = await start('serve-limit.mjs', { body });
  const stock = await start('serve-stock-nest.mts', { body });
  await checkSame(body, stock.port);
  const whole = { status: 200, bytes: Buffer.byteLength(body) };
  const known = getBytes(orderfox.port, HOT, { 'If-None-Match': etag });
  const same = (server, expected = whole) => {
    const bytes = requestBytes(server.port, HOT);
    return { server, expected, next: () => bytes };
  };
  const pages = names.includes('unknown-rows') ? await cursorsOfPages(orderfox.port) : [];
  const variants = {
    limit: same(limit),
    cached: same(orderfox),
    'not-modified': { server: orderfox, expected: { status: 304, bytes: 0 }, next: () => known },
    uncached: { server: orderfox, expected: whole, next: () => requestBytes(orderfox.port, unheardOf()) },
    'unknown-rows': {
      server: orderfox,
      expected: { status: 200 },
      next: () => requestBytes(orderfox.port, unheardOf(pages[asked % pages.length])),
    },
    'stock-nest': same(stock, { status: 200, bytes: Buffer.byteLength(await textOf(stock.port)) }),
  };
  const runs = Object.fromEntries(names.map((name) => [name, []]));
  for (let rep = -1; rep < reps; rep += 1) {
    for (let at = 0; at < names.length; at += 1) {
      const name = names[(at + Math.max(rep, 0)) % names.length];
      const run = await once(variants[name], rep < 0 ? WARM_UP_SECONDS : seconds);
      if (rep < 0) continue; // the first turn warms up
      runs[name].push(run);
      console.error(`turn ${rep + 1} of ${reps} ${name.padEnd(12)} ${describe(run)}`);
    }
  }
  return { bytes: whole.bytes, runs };
}

async function once({ server, expected, next }, forSeconds) {
  const before = await server.call('usage');
  const {
    requests,
    seconds: took,
    p50Ms,
    p99Ms,
  } = await load({
    port: server.port,
    connections,
    seconds: forSeconds,
    next,
    expected,
  });
  const after = await server.call('usage');
  const cpuMs = (after.user + after.system - before.user - before.system) / 1000;
  return { requestsPerSecond: requests / took, cpuMs: cpuMs / requests, p50Ms, p99Ms };
}

async function start(module, given) {
  const execArgv = module.endsWith('.mts')
    ? ['--no-warnings', '--import', join(import.meta.dirname, 'support/run-decorators.mjs')]
    : ['--no-warnings'];
  const server = LinkedProcess.start(join(import.meta.dirname, 'servers', module), { execArgv });
  servers.push(server);
  server.port = await server.call('start', given);
  return server;
}

/** The hot query with a condition that no row fails, every time another one. */
function unheardOf(after) {
  asked += 1;
  const filter = { minNotionalUsd: `0.${String(asked).padStart(9, '0')}` };
  return after === undefined
    ? JSON.stringify({ query: QUERY, variables: { first: PAGE_ROWS, filter } })
    : JSON.stringify({ query: OLDER, variables: { first: PAGE_ROWS, filter, after } });
}

/** Behind each of these is a whole page, and all of them together are all rows. */
async function cursorsOfPages(port) {
  const cursors = [];
  for (let after; ;) {
    const { data } = await (await post(port, unheardOf(after))).json();
    const { hasNextPage, endCursor } = data.liquidations.pageInfo;
    if (!hasNextPage) return cursors;
    cursors.push((after = endCursor));
  }
}

async function fetchOnce(port) {
  const response = await post(port);
  const body = await response.text();
  const { length } = JSON.parse(body).data.liquidations.edges;
  if (length !== PAGE_ROWS) throw new Error(`expected ${PAGE_ROWS} rows, got ${length}`);
  return { body, etag: response.headers.get('etag') };
}

/** All must serve the same: rows, fields, and their order. */
async function checkSame(body, port) {
  const [ours, theirs] = [body, await textOf(port)].map((text) => JSON.stringify(JSON.parse(text).data));
  if (ours !== theirs) throw new Error('the servers do not serve the same');
}

async function textOf(port) {
  return (await post(port)).text();
}

function post(port, body = HOT) {
  return fetch(`http://127.0.0.1:${port}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body,
  });
}

function describe({ requestsPerSecond, cpuMs, p50Ms, p99Ms }) {
  return `${requestsPerSecond.toFixed(0)}/s, ${cpuMs.toFixed(3)} ms CPU, p50 ${p50Ms.toFixed(1)} p99 ${p99Ms.toFixed(1)} ms`;
}

function report({ bytes, runs }) {
  const servers = Object.fromEntries(Object.entries(runs).map(([name, all]) => [name, medians(all)]));
  const ratio = (one, other) =>
    servers[one] && servers[other]
      ? round(servers[one].requestsPerSecond / servers[other].requestsPerSecond, 3)
      : undefined;
  const ratios = {
    cachedToLimit: ratio('cached', 'limit'),
    cachedToStock: ratio('cached', 'stock-nest'),
    uncachedToLimit: ratio('uncached', 'limit'),
    unknownRowsToLimit: ratio('unknown-rows', 'limit'),
    uncachedToStock: ratio('uncached', 'stock-nest'),
    stockToLimit: ratio('stock-nest', 'limit'),
    notModifiedToLimit: ratio('not-modified', 'limit'),
  };
  return {
    benchmark: 'serve',
    what: 'a page of 500 liquidations with eight fields over HTTP; ratios are the result',
    node: process.version,
    cores: availableParallelism(),
    cpu: cpus()[0]?.model,
    reps,
    seconds,
    connections,
    bytes,
    servers,
    ratios,
    goals: GOALS,
    verdicts: Object.entries(GOALS).map(([name, goal]) => ({
      name,
      goal,
      reached: ratios[name],
      ok: ratios[name] >= goal,
    })),
  };
}

function medians(all) {
  const median = (field, places) =>
    round(
      quantile(
        all.map((run) => run[field]),
        0.5,
      ),
      places,
    );
  return {
    requestsPerSecond: median('requestsPerSecond', 0),
    cpuMsPerRequest: median('cpuMs', 3),
    p50Ms: median('p50Ms', 2),
    p99Ms: median('p99Ms', 2),
  };
}

function round(value, places) {
  return Number(value.toFixed(places));
}
