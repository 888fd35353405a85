/** The product as the process under load: frames of a venue come in here, read as its adapter reads them. */
import { parseTimeframe } from '@orderfox/domain';
import { systemClock } from '@orderfox/feed';
import { MarketBus } from '../../backend/dist/core/market-bus.js';
import { VolumeBoard } from '../../backend/dist/modules/volume/volume-board.js';
import { normaliseForceOrders } from '../../libs/venues/dist/binance/binance.normalize.js';
import { MARKETS, nowUs, symbolOf } from '../fanout/event.mjs';
import { roomFor } from '../support/api-under-test.mjs';
import { answerParent } from '../support/process-link.mjs';
import { quantile } from '../support/statistics.mjs';
import { startStoredApi } from '../support/stored-api.mjs';

const TIMEFRAMES = ['1m', '5m', '15m', '1h', '4h', '1d'].map(parseTimeframe);
const MINUTE_MS = 60_000;
/** Liquidations per update, in the measurement without a database. */
const PER_UPDATE = 100;

const instruments = new Map(
  Array.from({ length: MARKETS }, (_, at) => [symbolOf(at), instrumentOf(symbolOf(at))]),
);
let running;
let made = 0;
/** When each frame was received, and how long its liquidation took to be committed, since `begin`. */
let receivedUs = [];
let commitMs = [];

answerParent({ start, stop, processing, begin, receive, figures, collected });

async function start() {
  running = await startStoredApi({
    symbols: [...instruments.keys()],
    // One client follows all symbols here.
    settings: { ...roomFor(10), MAX_SUBSCRIPTIONS_PER_SOCKET: '1000', MAX_SELECTIONS_PER_ADDRESS: '1000' },
    onBus: (bus) =>
      bus.subscribe('liquidation-recorded', () => {
        commitMs.push((nowUs() - receivedUs[commitMs.length]) / 1_000);
      }),
  });
  return running.port;
}

function stop() {
  return running.stop();
}

function begin() {
  receivedUs = [];
  commitMs = [];
  return figures();
}

function figures() {
  const { user, system } = process.cpuUsage();
  return { cpuMs: (user + system) / 1_000, receivedUs, commitMs };
}

/** Receives so many frames, each with one liquidation, in minutes that go round. */
function receive({ count, minutes, symbols = MARKETS }) {
  const frames = Array.from({ length: count }, () => frameOf(minutes, symbols));
  for (const frame of frames) {
    receivedUs.push(nowUs());
    running.recorder.offer(eventsOf(frame));
  }
}

/** The event loop's part alone, with ready buckets in place of the database: ms per liquidation. */
async function processing({ count }) {
  const bus = new MarketBus(console.error);
  const tasks = [];
  const clock = { ...systemClock, after: (_, task) => (tasks.push(task), { cancel: () => undefined }) };
  const read = async (startsMs) => startsMs.map(bucketOf);
  const reader = { touched: (_symbol, _timeframe, startsMs) => read(startsMs), buckets: () => read([]) };
  const board = new VolumeBoard({ reader, bus, clock, maxFeeds: 1_000 });
  const sources = TIMEFRAMES.map((timeframe) => board.changes({ symbol: '*', timeframe }));
  const touched = [];
  sources.forEach((source, at) => source.subscribe((keys) => touched.push([sources[at], keys])));
  const frames = Array.from({ length: count }, () => frameOf(30, MARKETS));
  const times = [];
  const before = process.threadCpuUsage();
  for (const [at, frame] of frames.entries()) {
    const startMs = performance.now();
    for (const liquidation of eventsOf(frame)) bus.publish({ type: 'liquidation-recorded', liquidation });
    if (at % PER_UPDATE === PER_UPDATE - 1) for (const task of tasks.splice(0)) task();
    times.push(performance.now() - startMs);
    // What is read and rendered afterwards counts for the liquidation that caused it.
    if (touched.length === 0) continue;
    const updates = await Promise.all(touched.splice(0).map(([source, keys]) => source.read(keys)));
    const renderMs = performance.now();
    for (const update of updates) Buffer.from(JSON.stringify({ data: { volumeUpdated: update } }));
    times[at] += performance.now() - renderMs;
  }
  const { user, system } = process.threadCpuUsage(before);
  board.close();
  const ms = (value) => Number(value.toFixed(4));
  return {
    // Of the thread alone: what else the machine does is not in it.
    cpuAverage: ms((user + system) / 1_000 / count),
    average: ms(times.reduce((sum, time) => sum + time, 0) / count),
    p99: ms(quantile(times, 0.99)),
    p999: ms(quantile(times, 0.999)),
    max: ms(Math.max(...times)),
  };
}

/** Heap and buffers after collection, in Mb. */
async function collected() {
  for (let n = 0; n < 5; n += 1) {
    globalThis.gc();
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  const { heapUsed, external } = process.memoryUsage();
  return (heapUsed + external) / 1_048_576;
}

function eventsOf(frame) {
  return normaliseForceOrders(JSON.parse(frame), {
    venue: 'binance',
    instruments: { get: (name) => instruments.get(name), all: () => [...instruments.values()] },
    records: () => true,
    receivedTimeMs: Date.now(),
  }).events;
}

/** A frame as Binance documents it. */
function frameOf(minutes, symbols) {
  made += 1;
  const timeMs = Date.now() - (Math.floor(made / symbols) % minutes) * MINUTE_MS;
  const price = `63${String((made % 900) + 100)}.1`;
  const quantity = `0.${String((made % 899) + 100)}${String(made).padStart(9, '0')}`;
  return JSON.stringify({
    stream: '!forceOrder@arr',
    data: {
      e: 'forceOrder',
      E: timeMs,
      o: {
        s: symbolOf(made % symbols),
        S: made % 3 === 0 ? 'BUY' : 'SELL',
        o: 'LIMIT',
        f: 'IOC',
        q: quantity,
        p: price,
        ap: price,
        X: 'FILLED',
        l: quantity,
        z: quantity,
        T: timeMs,
      },
    },
  });
}

function bucketOf(startMs) {
  const sums = { longUsd: '1234567.89', shortUsd: '7654321.01', count: 12, lastSeq: made, revision: 12 };
  return { startMs, ...sums, venues: ['binance'], quality: 'FLOOR' };
}

function instrumentOf(symbol) {
  return {
    venue: 'binance',
    venueSymbol: symbol,
    symbol,
    baseAsset: symbol.slice(0, -4),
    quoteAsset: 'USDT',
    contractType: 'PERPETUAL',
    trading: true,
    sizeUnit: 'BASE',
    multiplierPower: 0,
    tickSize: '0.1',
  };
}
