/**
 * Reading what venues send: frames a second from text to events, exact decimals and all checks included, against
 * `JSON.parse` of the same texts alone and against tardis-dev (which makes doubles). Recorded frames from `../shared/data`,
 * all in turns in one process; without them it says so and ends. JSON on stdout.
 *
 *   npm run bench -- normalise [--reps 9] [--set "Binance depth"]
 *
 * Binance aggregate trades are put into frames from a recorded table, OKX books get the numbers that the venue did not
 * send then, and for tardis-dev Bybit's books call themselves 50 deep, the only ones that it takes.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { parseDecimal } from '@orderfox/domain';
import { VENUE_ADAPTERS } from '@orderfox/venues';
import { normalizeBookChanges, normalizeTrades } from 'tardis-dev';
import { quantile } from './support/statistics.mjs';

const DATA = join(import.meta.dirname, '../../shared/data');
const { values: options } = parseArgs({
  options: { reps: { type: 'string', default: '9' }, set: { type: 'string' } },
});
const reps = Number(options.reps);
const GOALS = { everywhere: 0.75, scanned: 2 };
const RECEIVED_MS = Date.UTC(2026, 11);
/** Each round of a set goes on for at least so long. */
const ROUND_MS = 60;

if (!existsSync(DATA)) {
  console.error('There are no recorded frames in ../shared/data, so there is nothing to read.');
  process.exit(1);
}

const SETS = {
  'Binance aggTrade': { venue: 'binance', kind: 'trades', scanned: true, texts: binanceTrades },
  'Binance depth': { venue: 'binance', kind: 'books', scanned: true, texts: binanceDepth },
  'OKX trades': { venue: 'okx', kind: 'trades', tardis: 'okex-swap', texts: () => okx('trades') },
  'OKX books': { venue: 'okx', kind: 'books', tardis: 'okex-swap', texts: okxBooks },
  'Bybit publicTrade': {
    venue: 'bybit',
    kind: 'trades',
    tardis: 'bybit',
    texts: () => bybit('publicTrade.'),
  },
  'Bybit orderbook': { venue: 'bybit', kind: 'books', tardis: 'bybit', texts: () => bybit('orderbook.200.') },
};

const results = Object.entries(SETS)
  .filter(([name]) => options.set === undefined || name === options.set)
  .map(([name, set]) => measure(name, set));
console.log(
  JSON.stringify(
    {
      benchmark: 'normalise',
      what: 'frames a second from text to events, and their ratio to JSON.parse alone',
      node: process.version,
      reps,
      results,
      verdicts: results.map(({ set, goal, ratio }) => ({
        goal: `${set}: at least ${goal} of JSON.parse`,
        value: ratio.product,
        met: ratio.product >= goal,
      })),
    },
    undefined,
    2,
  ),
);

function measure(name, { venue, kind, scanned, tardis, texts: load }) {
  const texts = load();
  const readers = { parse: (text) => JSON.parse(text), product: productReader(venue, kind) };
  if (tardis !== undefined) readers.tardis = tardisReader(tardis, kind);
  const inputs = {
    tardis: texts.map((text) => text.replaceAll('orderbook.200.', 'orderbook.50.')),
  };
  const events = {};
  const times = Object.fromEntries(Object.keys(readers).map((reader) => [reader, []]));
  for (let rep = -2; rep < reps; rep += 1) {
    for (const [reader, read] of Object.entries(readers)) {
      const { ns, count } = round(inputs[reader] ?? texts, read);
      events[reader] = count;
      // The first rounds only warm up.
      if (rep >= 0) times[reader].push(ns);
    }
  }
  const ns = Object.fromEntries(Object.entries(times).map(([reader, all]) => [reader, quantile(all, 0.5)]));
  const each = (of) => Object.fromEntries(Object.entries(ns).map(([reader, value]) => [reader, of(value)]));
  delete events.parse;
  return {
    set: name,
    frames: texts.length,
    meanBytes: Math.round(texts.reduce((sum, text) => sum + text.length, 0) / texts.length),
    events,
    framesPerSecond: each((value) => Math.round(1e9 / value)),
    ratio: each((value) => Number((ns.parse / value).toFixed(2))),
    goal: scanned ? GOALS.scanned : GOALS.everywhere,
  };
}

/** Nanoseconds of processor time a frame, and how many events all frames of the set gave. */
function round(texts, read) {
  let count = 0;
  let passes = 0;
  const began = process.cpuUsage();
  const started = performance.now();
  do {
    count = 0;
    for (const text of texts) count += read(text)?.length ?? 0;
    passes += 1;
  } while (performance.now() - started < ROUND_MS);
  const { user, system } = process.cpuUsage(began);
  return { ns: ((user + system) * 1e3) / (passes * texts.length), count };
}

function productReader(id, kind) {
  const { [kind]: part, roots } = VENUE_ADAPTERS.find((adapter) => adapter.id === id);
  const socket = part.protocol(roots);
  const contracts = new Map();
  const wanted = (topic) => {
    let contract = contracts.get(topic);
    if (contract === undefined) contracts.set(topic, (contract = contractOf(id, topic)));
    return contract;
  };
  return (text) => {
    const reading = socket.read(text);
    if (reading.message === undefined) throw new Error(`${reading.kind}: ${text.slice(0, 200)}`);
    const { updates, trades, problems } =
      kind === 'books'
        ? part.normalise(reading.message, isWanted)
        : part.normalise(reading.message, wanted, RECEIVED_MS);
    if (problems.length > 0) throw new Error(problems[0]);
    return updates ?? trades;
  };
}

function isWanted() {
  return true;
}

function contractOf(venue, topic) {
  const venueSymbol = { binance: /^[^@]+/, okx: /[^:]+$/, bybit: /[^.]+$/ }[venue]
    .exec(topic)[0]
    .toUpperCase();
  return {
    venue,
    venueSymbol,
    symbol: venueSymbol,
    baseAsset: venueSymbol.replace(/USDT.*/, ''),
    quoteAsset: 'USDT',
    contractType: 'PERPETUAL',
    trading: true,
    sizeUnit: venue === 'okx' ? 'LINEAR_CONTRACTS' : 'BASE',
    ...(venue === 'okx' && { contractSize: parseDecimal('0.01') }),
    multiplierPower: 0,
    tickSize: parseDecimal('0.1'),
  };
}

function tardisReader(exchange, kind) {
  const mapper = (kind === 'books' ? normalizeBookChanges : normalizeTrades)(exchange, new Date());
  const now = new Date(RECEIVED_MS);
  return (text) => {
    const message = JSON.parse(text);
    if (!mapper.canHandle(message)) throw new Error(`not taken: ${text.slice(0, 100)}`);
    const mapped = mapper.map(message, now);
    return mapped === undefined ? [] : [...mapped];
  };
}

function unzipped(path) {
  return gunzipSync(readFileSync(join(DATA, path)))
    .toString('utf8')
    .trim()
    .split('\n');
}

function binanceTrades() {
  return unzipped('binance/aggtrades/large-2025-01-26_02-06.csv.gz').map((line, at) => {
    const [E, s, a, p, q, T, m] = line.split(', ');
    const data = {
      ...{
        e: 'aggTrade',
        E: Number(E),
        a: Number(a),
        s,
        p,
        q,
        nq: q,
        f: Number(a) + at,
        l: Number(a) + at + 1,
      },
      ...{ T: Number(T), m: m === 'True', st: 1 },
    };
    return JSON.stringify({ stream: `${s.toLowerCase()}@aggTrade`, data });
  });
}

function binanceDepth() {
  return unzipped('binance/orderbook/usdm_btcusdt_20240808.gz')
    .filter((line) => line.includes('"depthUpdate"'))
    .map((line) => line.slice(line.indexOf(' ') + 1).replace('@depth@0ms"', '@depth@100ms"'));
}

function received(path, connection) {
  return unzipped(path)
    .map((line) => JSON.parse(line))
    .filter(({ t, conn }) => t === 'recv' && conn === connection)
    .map(({ data }) => data);
}

function okx(channel) {
  return received('okx/recordings/public-2022-05-13.jsonl.gz', 'OKX.ws.1').filter(
    (text) => text.includes(`"channel":"${channel}"`) && text.includes('"data":'),
  );
}

function okxBooks() {
  return okx('books').map((text, at) =>
    text.replace(/"checksum":-?\d+/, `"checksum":0,"prevSeqId":${8e10 + at},"seqId":${8e10 + at + 1}`),
  );
}

function bybit(prefix) {
  return received('bybit/recordings/v5-2026-08-09.jsonl.gz', 'BYBIT.ws.2').filter((text) =>
    text.startsWith(`{"topic":"${prefix}`),
  );
}
