/**
 * What a liquidation costs from the venue's frame to the update of its volume bucket at a subscriber: committed to a
 * durable Postgres on the way, and read from there again. The product runs in a process of its own; the subscriber, here,
 * follows six timeframes of all symbols. Figures of the design that the product replaces stand beside (`claimed`), and
 * the goals. JSON on stdout.
 *
 *   npm run bench -- volume-updates [--reps 5] [--symbols 50]
 *
 * `processing`: the work of the event loop alone, per liquidation: parse, normalise, note in six timeframes, and the update
 * every 100th, rendered; no database. `paced` and `cascade`: everything, with the CPU of the product's process (Postgres
 * is another one). `memory`: heap and buffers after collection.
 */
import { cpus } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { nowUs, symbolOf } from './fanout/event.mjs';
import { LinkedProcess } from './support/process-link.mjs';
import { quantile, summary } from './support/statistics.mjs';
import { VolumeReaderClient } from './volume-updates/reader.mjs';

const EVENTS = 1_500;
const PACED_PER_SECOND = 100;
const TIMEFRAMES = ['1m', '5m', '15m', '1h', '4h', '1d'];
const MINUTES_OF_A_DAY = 1_440;
const CLAIMED = {
  processingMs: { average: 0.17, max: 0.43 },
  growthMb: 0.75,
  fiveSymbols: { eachMb: 0.1, ms: 2_000 },
};
const GOALS = {
  processingMs: 0.03,
  processingP999Ms: 0.25,
  updateMs: 1_000,
  growthMb: 0.5,
  symbolDayMb: 0.05,
};

const { values: options } = parseArgs({
  options: { reps: { type: 'string', default: '5' }, symbols: { type: 'string', default: '50' } },
});
const [reps, symbols] = [options.reps, options.symbols].map(Number);
process.env.NODE_ENV ??= 'production';

const server = LinkedProcess.start(join(import.meta.dirname, 'volume-updates/server.mjs'), {
  execArgv: ['--expose-gc'],
});
try {
  const port = await server.call('start');
  const processing = await inTurns(() => server.call('processing', { count: EVENTS }));
  const reader = await VolumeReaderClient.open(port, { isShared: true });
  await reader.follow(TIMEFRAMES.map((timeframe) => ({ symbol: '*', timeframe })));
  const paced = await inTurns(() => through(reader, { perTick: 1, everyMs: 1_000 / PACED_PER_SECOND }));
  const cascade = await inTurns(() => through(reader, { perTick: 250, everyMs: 20 }));
  const growthMb = await growth(reader);
  reader.close();
  const fiveSymbolsMs = await fiveSymbols(port);
  const perSymbolDay = await symbolDay(port);
  console.log(
    JSON.stringify(
      report({ processing, paced, cascade, growthMb, fiveSymbolsMs, perSymbolDay }),
      undefined,
      2,
    ),
  );
  await server.call('stop');
} finally {
  await server.stop();
}

/** The first turn warms up and does not count. */
async function inTurns(run) {
  const results = [];
  for (let turn = 0; turn <= reps; turn += 1) {
    const result = await run();
    console.error(JSON.stringify(result));
    if (turn > 0) results.push(result);
  }
  return results;
}

/** Sends EVENTS frames at a pace and waits until the subscriber has seen all of them. */
async function through(reader, { perTick, everyMs }) {
  reader.begin();
  const before = await server.call('begin');
  const startUs = nowUs();
  for (let sent = 0; sent < EVENTS; sent += perTick) {
    server.tell('receive', { count: perTick, minutes: 30 });
    await until(startUs + ((sent + perTick) / perTick) * everyMs * 1_000);
  }
  await reader.hasSeen(EVENTS);
  const { cpuMs, receivedUs, commitMs } = await server.call('figures');
  const updateMs = receivedUs.map((us, at) => (reader.seenAtUs(at + 1) - us) / 1_000);
  return {
    cpuMsPerLiquidation: round((cpuMs - before.cpuMs) / EVENTS, 3),
    updates: reader.updates,
    commitMs: summary(commitMs),
    updateMs: summary(updateMs),
  };
}

/** Mb that 1,500 liquidations leave behind, over five times as many, once the newest events that are kept are full. */
async function growth(reader) {
  const rounds = 5;
  for (let n = 0; n < rounds; n += 1) await through(reader, { perTick: 250, everyMs: 20 });
  const before = await server.call('collected');
  for (let n = 0; n < rounds; n += 1) await through(reader, { perTick: 250, everyMs: 20 });
  return round(((await server.call('collected')) - before) / rounds, 4);
}

/** From the first frame to the last update: 300 liquidations of each of five symbols, all at once. */
async function fiveSymbols(port) {
  const reader = await VolumeReaderClient.open(port);
  await reader.follow(Array.from({ length: 5 }, (_, at) => ({ symbol: symbolOf(at), timeframe: '1m' })));
  const times = [];
  for (let turn = 0; turn <= reps; turn += 1) {
    reader.begin();
    await server.call('begin');
    const startUs = nowUs();
    server.tell('receive', { count: EVENTS, minutes: 30, symbols: 5 });
    await reader.hasSeen(EVENTS);
    if (turn > 0) times.push((reader.seenAtUs(EVENTS) - startUs) / 1_000);
  }
  reader.close();
  return summary(times);
}

/** Mb that following a symbol takes while a day of minutes passes, and with the snapshot that newcomers share. */
async function symbolDay(port) {
  const before = await server.call('collected');
  const choices = Array.from({ length: symbols }, (_, at) => ({ symbol: symbolOf(at), timeframe: '1m' }));
  const reader = await VolumeReaderClient.open(port);
  await reader.follow(choices);
  reader.begin();
  const rows = symbols * MINUTES_OF_A_DAY;
  await server.call('begin');
  for (let sent = 0; sent < rows; sent += symbols * 60) {
    await server.call('receive', { count: symbols * 60, minutes: MINUTES_OF_A_DAY, symbols });
    await reader.hasSeen(Math.min(rows, sent + symbols * 60));
  }
  const followed = (await server.call('collected')) - before;
  const newcomer = await VolumeReaderClient.open(port);
  await newcomer.follow(choices);
  const withSnapshot = (await server.call('collected')) - before;
  newcomer.close();
  reader.close();
  return { symbols, mb: round(followed / symbols, 4), mbWithSnapshot: round(withSnapshot / symbols, 4) };
}

async function until(us) {
  const leftMs = (us - nowUs()) / 1_000;
  if (leftMs > 1) await new Promise((resolve) => setTimeout(resolve, leftMs));
}

function report({ processing, paced, cascade, growthMb, fiveSymbolsMs, perSymbolDay }) {
  const processingMs = medians(processing);
  const whole = (turns) => ({
    cpuMsPerLiquidation: quantile(
      turns.map(({ cpuMsPerLiquidation: ms }) => ms),
      0.5,
    ),
    updates: quantile(
      turns.map(({ updates }) => updates),
      0.5,
    ),
    commitMs: medians(turns.map(({ commitMs }) => commitMs)),
    updateMs: medians(turns.map(({ updateMs }) => updateMs)),
  });
  const results = {
    processingMs,
    paced: whole(paced),
    cascade: whole(cascade),
    growthMb,
    fiveSymbolsMs,
    perSymbolDay,
  };
  return {
    bench: 'volume-updates',
    what: `${EVENTS} liquidations per turn; six timeframes of all symbols followed over a socket`,
    cpu: cpus()[0]?.model,
    node: process.version,
    reps,
    ...results,
    claimed: CLAIMED,
    goals: GOALS,
    met: {
      processing: processingMs.cpuAverage <= GOALS.processingMs,
      processingP999: processingMs.p999 <= GOALS.processingP999Ms,
      update: Math.max(results.paced.updateMs.max, results.cascade.updateMs.max) <= GOALS.updateMs,
      growth: growthMb <= GOALS.growthMb,
      symbolDay: perSymbolDay.mb <= GOALS.symbolDayMb,
      fiveSymbols: fiveSymbolsMs.max <= CLAIMED.fiveSymbols.ms,
    },
  };
}

/** The median of each figure over the turns. */
function medians(turns) {
  const names = Object.keys(turns[0]);
  return Object.fromEntries(
    names.map((name) => [
      name,
      quantile(
        turns.map((turn) => turn[name]),
        0.5,
      ),
    ]),
  );
}

function round(value, digits) {
  return Number(value.toFixed(digits));
}
