/**
 * Reading what venues send: frames a second from text to events, exact decimals and all checks included, against
 * `JSON.parse` of the same texts alone and against tardis-dev and ccxt pro (which both make doubles). Recorded frames from
 * `../shared/data`, in turns in one process, ccxt in another with `JSON.parse` again, for it slows its own down; without them it says so and ends. JSON on stdout.
 *
 *   npm run bench -- normalise [--reps 9] [--set "Binance depth"]
 *
 * Binance aggregate trades and forced orders are put into frames from recorded tables, OKX books get the numbers that the
 * venue did not send then, and for tardis-dev Bybit's books call themselves 50 deep, the only ones that it takes. ccxt also
 * keeps what it has read, and its books: it has no other way to read a frame.
 */
import { parseArgs } from 'node:util';
import { parseDecimal } from '@orderfox/domain';
import { VENUE_ADAPTERS } from '@orderfox/venues';
import { spawnSync } from 'node:child_process';
import { normalizeBookChanges, normalizeLiquidations, normalizeTrades } from 'tardis-dev';
import {
  binanceDepth,
  binanceForcedOrders,
  binanceKlines,
  binanceTrades,
  bybit,
  frames,
  isRecordedDataHere,
  okx,
  okxBooks,
} from './normalise/recorded-frames.mjs';
import { quantile } from './support/statistics.mjs';

const { values: options } = parseArgs({
  options: { reps: { type: 'string', default: '9' }, set: { type: 'string' }, peer: { type: 'string' } },
});
const reps = Number(options.reps);
const GOALS = { everywhere: 0.75, scanned: 2 };
const RECEIVED_MS = Date.UTC(2026, 11);
/** Each round of a set goes on for at least so long. */
const ROUND_MS = 60;
/** Before anything counts: small sets take some until all is compiled. */
const WARM_ROUNDS = 12;

if (!isRecordedDataHere) {
  console.error('There are no recorded frames in ../shared/data, so there is nothing to read.');
  process.exit(1);
}

const SETS = {
  'Binance aggTrade': { venue: 'binance', kind: 'trades', goal: GOALS.scanned, texts: binanceTrades },
  'Binance depth': { venue: 'binance', kind: 'books', goal: GOALS.scanned, texts: binanceDepth },
  'Binance forceOrder': {
    ...{ venue: 'binance', kind: 'liquidations', tardis: 'binance-futures' },
    texts: binanceForcedOrders,
  },
  'Binance kline': { venue: 'binance', kind: 'candles', texts: binanceKlines },
  'OKX trades': { venue: 'okx', kind: 'trades', tardis: 'okex-swap', texts: () => okx('trades') },
  'OKX books': { venue: 'okx', kind: 'books', tardis: 'okex-swap', texts: okxBooks },
  'OKX liquidation-orders': {
    ...{ venue: 'okx', kind: 'liquidations', tardis: 'okex-swap' },
    texts: () => frames('okx', /^\{"arg":\{"channel":"liquidation-orders","instType":"SWAP"\},"data":/),
  },
  'Bybit publicTrade': {
    ...{ venue: 'bybit', kind: 'trades', tardis: 'bybit' },
    texts: () => bybit('publicTrade.'),
  },
  'Bybit orderbook': {
    ...{ venue: 'bybit', kind: 'books', tardis: 'bybit' },
    texts: () => bybit('orderbook.200.'),
  },
  'Bybit allLiquidation': {
    ...{ venue: 'bybit', kind: 'liquidations', tardis: 'bybit' },
    texts: () => frames('bybit', /^\{"topic":"allLiquidation\./),
  },
  'Bybit kline': { venue: 'bybit', kind: 'candles', texts: () => bybit('kline.1.') },
};

if (options.peer === 'ccxt') {
  const set = SETS[options.set];
  const texts = set.texts();
  const { ccxtReader } = await import('./normalise/ccxt-reader.mjs');
  const read = ccxtReader(set.venue, set.kind, texts);
  const { ns } = inTurns({ parse: (text) => JSON.parse(text), ccxt: read }, () => texts);
  console.log(JSON.stringify(ns));
  process.exit();
}

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

function measure(name, { venue, kind, goal = GOALS.everywhere, tardis, texts: load }) {
  const texts = load();
  const readers = { parse: (text) => JSON.parse(text), product: productReader(venue, kind) };
  if (tardis !== undefined) readers.tardis = tardisReader(tardis, kind);
  const forTardis = texts.map((text) => text.replaceAll('orderbook.200.', 'orderbook.50.'));
  const { ns, events } = inTurns(readers, (reader) => (reader === 'tardis' ? forTardis : texts));
  const apart = measureCcxt(name);
  const ratio = Object.entries(ns).map(([reader, value]) => [reader, share(ns.parse, value)]);
  const framesPerSecond = Object.entries({ ...ns, ccxt: apart.ccxt }).map(([reader, value]) => [
    reader,
    Math.round(1e9 / value),
  ]);
  delete events.parse;
  return {
    set: name,
    frames: texts.length,
    meanBytes: Math.round(texts.reduce((sum, text) => sum + text.length, 0) / texts.length),
    events,
    framesPerSecond: Object.fromEntries(framesPerSecond),
    ratio: { ...Object.fromEntries(ratio), ccxt: share(apart.parse, apart.ccxt) },
    goal,
  };
}

function share(limit, value) {
  return Number((limit / value).toFixed(2));
}

/** Nanoseconds a frame by reader, medians, and what came out of the set. */
function inTurns(readers, textsOf) {
  const events = {};
  const times = Object.fromEntries(Object.keys(readers).map((reader) => [reader, []]));
  for (let rep = -WARM_ROUNDS; rep < reps; rep += 1) {
    for (const [reader, read] of Object.entries(readers)) {
      const { ns, count } = round(textsOf(reader), read);
      events[reader] = count;

      if (rep >= 0) times[reader].push(ns);
    }
  }
  const ns = Object.fromEntries(Object.entries(times).map(([reader, all]) => [reader, quantile(all, 0.5)]));
  return { ns, events };
}

/** Nanoseconds a frame of ccxt and of `JSON.parse` beside it. */
function measureCcxt(name) {
  const { stdout, status, stderr } = spawnSync(
    process.execPath,
    [import.meta.filename, '--peer', 'ccxt', '--set', name, '--reps', String(reps)],
    { encoding: 'utf8' },
  );
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout);
}

/** Nanoseconds of processor time a frame, and how many events all frames of the set gave. */
function round(texts, read) {
  let count = 0;
  let passes = 0;
  const began = process.cpuUsage();
  const started = performance.now();
  do {
    count = 0;
    read.begin?.();
    for (const text of texts) count += read(text)?.length ?? 0;
    passes += 1;
  } while (performance.now() - started < ROUND_MS);
  const { user, system } = process.cpuUsage(began);
  return { ns: ((user + system) * 1e3) / (passes * texts.length), count };
}

function productReader(id, kind) {
  const adapter = VENUE_ADAPTERS.find((one) => one.id === id);
  const contracts = new Map();
  const contract = (topic) => {
    let known = contracts.get(topic);
    if (known === undefined) contracts.set(topic, (known = contractOf(id, topic)));
    return known;
  };
  const { socket, normalise } = partOf(adapter, kind, contract);
  return (text) => {
    const reading = socket.read(text);
    if (reading.message === undefined) throw new Error(`${reading.kind}: ${text.slice(0, 200)}`);
    const { updates, trades, events, candles, refusals, problems = refusals } = normalise(reading.message);
    if (problems.length > 0) throw new Error(problems[0].detail ?? problems[0]);
    return updates ?? trades ?? events ?? candles;
  };
}

function partOf(adapter, kind, contract) {
  const { roots, [kind]: part } = adapter;
  if (kind === 'liquidations') {
    const instruments = { get: contract, all: () => [] };
    const feed = adapter
      .feeds({ roots, instruments, records: () => true })
      .find(({ stream }) => stream === 'liquidations');
    return { socket: feed.protocol, normalise: (message) => feed.normalise(message, RECEIVED_MS) };
  }
  const timeframe = '1m';
  const ways = {
    books: (message) => part.normalise(message, isWanted),
    trades: (message) => part.normalise(message, contract, RECEIVED_MS),
    candles: (message) =>
      part.normalise(message, (topic) => ({ instrument: contract(topic), timeframe }), RECEIVED_MS),
  };
  return { socket: part.protocol(roots), normalise: ways[kind] };
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
    baseAsset: venueSymbol.replace(/-?USDT.*/, ''),
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
  const makers = {
    books: normalizeBookChanges,
    trades: normalizeTrades,
    liquidations: normalizeLiquidations,
  };
  const mapper = makers[kind](exchange, new Date());
  const now = new Date(RECEIVED_MS);
  return (text) => {
    const message = JSON.parse(text);
    if (!mapper.canHandle(message)) throw new Error(`not taken: ${text.slice(0, 100)}`);
    const mapped = mapper.map(message, now);
    return mapped === undefined ? [] : [...mapped];
  };
}
