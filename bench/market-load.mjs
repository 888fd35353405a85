/**
 * A day's busy minutes: trades and books of many symbols at three venues at once, on the whole backend as it ships, in a
 * process of its own, with its own database; the simulated venues are another process. Shows what share of a core that
 * takes, how late the event loop is, whether memory stays flat, and at the end whether every trade was told once and every
 * book is what its venue has. JSON on stdout.
 *
 *   npm run bench -- market-load [--minutes 10] [--symbols 100] [--rate 5000] [--venues binance,okx,bybit] [--profile FOLDER]
 *
 * Time counts from when all books are whole: Binance's are asked for one by one within the limit of an address, which takes
 * some minutes for a hundred.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { compareBooks } from './market-load/compare-books.mjs';
import { LinkedProcess } from './support/process-link.mjs';
import { quantile } from './support/statistics.mjs';

const { values: options } = parseArgs({
  options: {
    minutes: { type: 'string', default: '10' },
    symbols: { type: 'string', default: '100' },
    rate: { type: 'string', default: '5000' },
    venues: { type: 'string', default: 'binance,okx,bybit' },
    profile: { type: 'string' },
  },
});
const [minutes, symbols, rate] = [options.minutes, options.symbols, options.rate].map(Number);
const venues = options.venues.split(',');

const GOALS = { cpuPercent: 60, loopP99Ms: 50, heapGrowth: 1.1, rssGrowth: 1.1, offered: 0.95 };
/** As the venues have it; trades make up the rest of the rate. */
const BOOK_UPDATES_PER_SECOND = 10;
const READY_WITHIN_MS = 15 * 60_000;
/** After the beginning code is still being compiled and caches fill. */
const SETTLE_MS = 15_000;
const TUNE_ROUNDS = 4;
const TUNE_MS = 5_000;
const QUIET_WITHIN_MS = 20_000;

const markets = symbols * venues.length;
const simulator = LinkedProcess.start(join(import.meta.dirname, 'market-load/venues.mjs'));
const folder = await mkdtemp(join(tmpdir(), 'orderfox-bench-'));
let backend;
try {
  const { environment, symbols: names } = await simulator.call('start', {
    symbols,
    venues,
    updatesPerSecond: BOOK_UPDATES_PER_SECOND,
    tradesPerSecond: Math.max(0, rate / markets - BOOK_UPDATES_PER_SECOND),
  });
  backend = await startBackend(environment, names);
  const readySeconds = await allWhole();
  await tune();
  await pause(SETTLE_MS);
  const measured = await measure();
  const exact = await compare(environment, names);
  const figures = { readySeconds, ...measured, exact };
  console.log(
    JSON.stringify(
      {
        benchmark: 'market-load',
        what: `trades and books of ${symbols} symbols at ${venues.join(', ')}, ${rate} messages a second for ${minutes} minutes, on the whole backend`,
        node: process.version,
        cores: availableParallelism(),
        loadAtEnd: loadavg()[0],
        figures,
        verdicts: verdictsOf(figures),
      },
      undefined,
      2,
    ),
  );
} finally {
  backend?.child.kill('SIGTERM');
  if (backend !== undefined && backend.child.exitCode === null) await once(backend.child, 'exit');
  await simulator.stop();
  await rm(folder, { recursive: true, force: true });
}

async function startBackend(environment, names) {
  const port = await freePort();
  const profile = options.profile === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${options.profile}`];
  const child = fork(join(import.meta.dirname, '../backend/dist/main.js'), {
    execArgv: [...profile, '--expose-gc', '--import', join(import.meta.dirname, 'market-load/probe.mjs')],
    stdio: ['ignore', 'pipe', 2, 'ipc'],
    env: {
      PATH: process.env.PATH,
      NODE_ENV: 'production',
      ...environment,
      SIMULATED: 'true',
      LOG_LEVEL: 'warn',
      BACKEND_PORT: String(port),
      DATA_DIR: join(folder, 'data'),
      VENUES: venues.join(','),
      SYMBOLS: names.join(','),
      MAX_ORDER_BOOKS: String(markets),
      MAX_TRADE_MARKETS: String(markets),
    },
  });
  let said = '';
  child.stdout.on('data', (text) => {
    process.stderr.write(text);
    said += text;
  });
  const samples = [];
  const collected = [];
  child.on('message', (message) => {
    if (message.collected === undefined) samples.push(message);
    else collected.push(message.collected);
  });
  while (!said.includes('OrderFox is ready')) {
    if (child.exitCode !== null) throw new Error('the backend did not start');
    await pause(100);
  }
  return { child, samples, collected, root: `http://127.0.0.1:${port}` };
}

/** Seconds until every book is whole and the trades of every market are followed. */
async function allWhole() {
  const startMs = performance.now();
  for (;;) {
    const metrics = await readMetrics();
    const seconds = Math.round((performance.now() - startMs) / 1_000);
    const { orderfox_books_whole: whole, orderfox_trade_markets: followed } = metrics;
    if (whole === markets && followed === markets) return seconds;
    if (seconds * 1_000 > READY_WITHIN_MS) throw new Error(`${whole} books of ${markets} are whole`);
    await pause(1_000);
  }
}

/** Has trades come as often as the rate wants: how many go into one message is up to the venues. */
async function tune() {
  for (let round = 0; round < TUNE_ROUNDS; round += 1) {
    const before = await simulator.call('count');
    await pause(TUNE_MS);
    const after = await simulator.call('count');
    const books = after.books - before.books;
    const others = after.messages - before.messages - books;
    const wanted = (rate * TUNE_MS) / 1_000 - books;
    await simulator.call('tune', { factor: Math.max(0, wanted) / Math.max(1, others) });
  }
}

async function measure() {
  const before = await simulator.call('count');
  await collect();
  backend.child.send('begin');
  // The figures of the second in which it began are half of before.
  await pause(1_500);
  backend.samples.length = 0;
  const startMs = performance.now();
  const counted = await simulator.call('count');
  for (let third = 1; third <= 3; third += 1) {
    await pause(minutes * 20_000);
    if (third < 3) backend.child.send('collect');
  }
  const after = await simulator.call('count');
  const seconds = (performance.now() - startMs) / 1_000;
  const samples = [...backend.samples];
  await collect();
  const [first, last] = [samples[0], samples.at(-1)];
  const spanMs = last.atMs - first.atMs;
  const perSecond = (name) => Math.round((after[name] - counted[name]) / seconds);
  const cpu = samples
    .slice(1)
    .map((sample, at) => (100 * (sample.cpuMs - samples[at].cpuMs)) / (sample.atMs - samples[at].atMs));
  return {
    seconds: Math.round(seconds),
    messages: after.messages - before.messages,
    perSecond: {
      messages: perSecond('messages'),
      books: perSecond('books'),
      trades: perSecond('trades'),
      bytes: perSecond('bytes'),
    },
    cpuPercent: round((100 * (last.cpuMs - first.cpuMs)) / spanMs),
    cpuPercentOfSeconds: { p50: round(quantile(cpu, 0.5)), p95: round(quantile(cpu, 0.95)) },
    loopDelayMs: last.loop,
    loopP99OfSecondsMs: {
      p50: quantile(
        samples.map(({ loopOfSecond }) => loopOfSecond.p99),
        0.5,
      ),
      worst: Math.max(...samples.map(({ loopOfSecond }) => loopOfSecond.p99)),
    },
    // At the beginning, after each third and at the end.
    heapCollectedMb: backend.collected.map((value) => round(value / 1e6)),
    heap: growth(samples.map(({ heapUsed }) => heapUsed)),
    external: growth(samples.map(({ external }) => external)),
    rss: growth(samples.map(({ rss }) => rss)),
  };
}

/** Has the backend collect all its garbage. */
async function collect() {
  const before = backend.collected.length;
  backend.child.send('collect');
  while (backend.collected.length === before) await pause(50);
}

/**
 * Memory in megabytes: the least of each tenth of the time, when most garbage had just been collected, its slope over the
 * last two thirds, and the last third against the one before.
 */
function growth(bytes) {
  const size = Math.max(1, Math.floor(bytes.length / 12));
  const floors = Array.from({ length: Math.floor(bytes.length / size) }, (_, at) =>
    Math.min(...bytes.slice(at * size, (at + 1) * size)),
  ).map((value) => round(value / 1e6));
  const late = floors.slice(Math.floor(floors.length / 3));
  const half = Math.floor(late.length / 2);
  const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const middle = (late.length - 1) / 2;
  const [top, bottom] = late.reduce(
    ([a, b], value, at) => [a + (at - middle) * value, b + (at - middle) ** 2],
    [0, 0],
  );
  return {
    floors,
    mbPerMinute: round(((top / bottom) * 60) / size),
    ratio: round(mean(late.slice(half)) / mean(late.slice(0, half))),
  };
}

/** Has the venues fall silent and compares both ends. */
async function compare(environment, names) {
  const sent = await simulator.call('hush');
  let metrics;
  for (const until = performance.now() + QUIET_WITHIN_MS; performance.now() < until; await pause(250)) {
    metrics = await readMetrics();
    if (metrics.orderfox_trades_total === sent.trades) break;
  }
  const { different, compared } = await compareBooks({
    root: backend.root,
    simulator,
    venues,
    environment,
    names,
  });
  const of = (name) => metrics[name] ?? 0;
  return {
    trades: { sent: sent.trades, told: of('orderfox_trades_total') },
    ...{ tradeGaps: of('orderfox_trade_gaps_total'), tradesShed: of('orderfox_trades_shed_total') },
    ...{
      tradesRefilled: of('orderfox_trades_refilled_total'),
      tradesUnreadable: of('orderfox_trades_unreadable_total'),
    },
    books: {
      whole: of('orderfox_books_whole'),
      resyncs: of('orderfox_book_resyncs_total'),
      compared,
      different,
    },
  };
}

/** Samples without labels, by name. */
async function readMetrics() {
  const text = await (await fetch(`${backend.root}/metrics`)).text();
  return Object.fromEntries(
    [...text.matchAll(/^(\w+) ([\d.e+-]+)$/gm)].map(([, name, value]) => [name, Number(value)]),
  );
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}

function round(value) {
  return Math.round(value * 100) / 100;
}

function verdictsOf({ perSecond, cpuPercent, loopDelayMs, heapCollectedMb, rss, exact }) {
  const heapRatio = round(heapCollectedMb.at(-1) / heapCollectedMb.at(-2));
  const { trades, tradeGaps, tradesShed, books } = exact;
  const verdict = (goal, value, met) => ({ goal, value, met });
  return [
    verdict(
      `at least ${GOALS.offered * rate} messages a second were sent`,
      perSecond.messages,
      perSecond.messages >= GOALS.offered * rate,
    ),
    verdict(`under ${GOALS.cpuPercent} % of one core`, cpuPercent, cpuPercent < GOALS.cpuPercent),
    verdict(
      `event loop late by under ${GOALS.loopP99Ms} ms (p99)`,
      loopDelayMs.p99,
      loopDelayMs.p99 < GOALS.loopP99Ms,
    ),
    verdict(
      `heap flat: without garbage at most ${GOALS.heapGrowth} times what it was a third before the end`,
      heapRatio,
      heapRatio <= GOALS.heapGrowth,
    ),
    verdict(
      `resident memory flat: at most ${GOALS.rssGrowth} times the third before`,
      rss.ratio,
      rss.ratio <= GOALS.rssGrowth,
    ),
    verdict(
      'every trade that was sent is told once, none is missing or left out',
      trades.told - trades.sent,
      trades.told === trades.sent && tradeGaps + tradesShed === 0,
    ),
    verdict(
      'every book is whole and what its venue has',
      books.compared - books.different.length,
      books.whole === markets && books.different.length === 0,
    ),
  ];
}
