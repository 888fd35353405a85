/**
 * Readers that hang beside readers that keep up, on the whole product with its database: 500 events a second of some 550
 * bytes, 200 readers that keep up, 100 that stop reading, are cut, come back with their cursor, catch up and stop again.
 * Shows that everyone gets everything once and in order, that those who keep up notice nothing, and that memory is bounded.
 * `delivered` are the times from the commit to the reader, `recorded` those from the offer to the commit.
 *
 *   npm run bench -- slow [--minutes 10] [--warm-seconds 90] [--baseline-seconds 60] [--rest-seconds 60] [--rate 500] [--healthy 200] [--stuck 100]
 *
 * A reader that hangs first fills the kernel's buffers (megabytes: on Linux the sender's grows to the third figure of
 * tcp_wmem); only then do bytes wait in the server, and only then do its limits count. Memory is compared with that of
 * caches that are full, which the product's are after some 30,000 events: shorten the warm-up only to see the bench run.
 */
import { availableParallelism, constants, loadavg, setPriority } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { SOCKET_LIMITS } from '../backend/dist/core/graphql-socket/socket-limits.js';
import { nowUs } from './fanout/event.mjs';
import { quantile } from './support/statistics.mjs';
import { LinkedProcess } from './support/process-link.mjs';

const { values: options } = parseArgs({
  options: {
    minutes: { type: 'string', default: '10' },
    'warm-seconds': { type: 'string', default: '90' },
    'baseline-seconds': { type: 'string', default: '60' },
    'rest-seconds': { type: 'string', default: '60' },
    rate: { type: 'string', default: '500' },
    healthy: { type: 'string', default: '200' },
    stuck: { type: 'string', default: '100' },
  },
});
const stuckSeconds = Number(options.minutes) * 60;
const warmSeconds = Number(options['warm-seconds']);
const baselineSeconds = Number(options['baseline-seconds']);
const restSeconds = Number(options['rest-seconds']);
const [rate, healthyCount, stuckCount] = [options.rate, options.healthy, options.stuck].map(Number);

const TICK_MS = 10;
const CUT_AFTER_LIMIT_MS = 15_000;
const CAUGHT_UP_WITHIN_MS = 120_000;
const MOST_GROWTH = 150e6;
const LATENCY_TOLERANCE = 1.2;
const MEMORY_TOLERANCE = 1.1;

/** From the first byte that waits in the server to the nearest limit. */
const { maxUnsentMs, maxUnsentMessages } = SOCKET_LIMITS;
const limitMs = Math.min(maxUnsentMs, (maxUnsentMessages / rate) * 1_000);

const folder = join(import.meta.dirname, 'slow');
const server = LinkedProcess.start(join(folder, 'server.mjs'), { execArgv: ['--expose-gc'] });
const healthy = LinkedProcess.start(join(folder, 'healthy.mjs'));
const stuck = LinkedProcess.start(join(folder, 'stuck.mjs'));
// They stand for other machines: what they burn when they wake must not be taken from those who keep up.
setPriority(stuck.pid, constants.priority.PRIORITY_LOW);
let offered = 0;
let [closed, givenUp] = [[], []];
let toldMs = 0;
const stuckMs = [];
server.onMessage = (message) => {
  if (message.givenUp !== undefined) givenUp.push(message.givenUp);
  if (message.closed === undefined) return;
  closed.push(message.closed);
  if (message.stuckMs !== undefined) stuckMs.push(message.stuckMs);
};
try {
  console.log(JSON.stringify(await measure(), undefined, 2));
} finally {
  await Promise.all([healthy.stop(), stuck.stop()]);
  await server.call('stop').catch(() => undefined);
  await server.stop();
}

async function measure() {
  const port = await server.call('start', { sockets: healthyCount + 2 * stuckCount, limitMs });
  await healthy.call('join', { port, count: healthyCount });
  await flow(warmSeconds);
  const baseline = await phase('baseline', () => flow(baselineSeconds));
  const memoryBefore = await server.call('collected');
  stuck.tell('join', { port, count: stuckCount });
  const withStuck = await phase('with stuck readers', () => flow(stuckSeconds));
  const stuckFinal = await settle();
  const rest = await phase('after them', () => flow(restSeconds));
  const memoryAfter = await server.call('collected');
  const last = await pumpUntilReached();
  const healthyFinal = await healthy.call('check', { number: last });
  return report({ baseline, withStuck, rest, memoryBefore, memoryAfter, stuckFinal, healthyFinal });
}

/** Offers events at the rate for so long. */
async function flow(seconds) {
  const startMs = performance.now();
  const first = offered;
  for (let elapsedMs = 0; elapsedMs < seconds * 1_000; elapsedMs = performance.now() - startMs) {
    const due = Math.floor((elapsedMs * rate) / 1_000) - (offered - first);
    if (due > 0) offer(due);
    tellStuck();
    await pause(TICK_MS);
  }
}

function offer(count) {
  offered += count;
  server.tell('offer', { count, momentUs: nowUs() });
}

function tellStuck() {
  if (closed.length + givenUp.length === 0 && performance.now() - toldMs < 200) return;
  toldMs = performance.now();
  stuck.tell('tell', { number: offered, closed, givenUp });
  [closed, givenUp] = [[], []];
}

async function phase(name, run) {
  await Promise.all([server.call('begin'), healthy.call('begin')]);
  const cpu = (await server.call('figures')).cpu;
  const startMs = performance.now();
  await run();
  const seconds = (performance.now() - startMs) / 1_000;
  const [{ peak, recorded, loop, cpu: cpuAfter, ended }, delivered] = await Promise.all([
    server.call('figures'),
    healthy.call('times'),
  ]);
  const cpuShare = (cpuAfter.user + cpuAfter.system - cpu.user - cpu.system) / 1e6 / seconds;
  const figures = {
    seconds: Math.round(seconds),
    delivered,
    recorded,
    loop,
    peak,
    cpuShare: Number(cpuShare.toFixed(2)),
    ended,
  };
  console.error(`${name}: ${JSON.stringify(figures)}`);
  return figures;
}

/** Lets the stuck ones catch up while events go on, then leave. */
async function settle() {
  let done = false;
  const finished = stuck.call('finish', { number: offered, withinMs: CAUGHT_UP_WITHIN_MS }).finally(() => {
    done = true;
  });
  while (!done) await flow(0.5);
  const outcome = await finished;
  console.error(`stuck readers: ${JSON.stringify(outcome)}`);
  return outcome;
}

/** Waits until the readers that keep up have the last event. */
async function pumpUntilReached() {
  for (const until = performance.now() + 30_000; performance.now() < until; await pause(100)) {
    if ((await healthy.call('slowest')) >= offered) break;
  }
  return offered;
}

function report({ baseline, withStuck, rest, memoryBefore, memoryAfter, stuckFinal, healthyFinal }) {
  const without = quantile([...baseline.delivered.slicesP99Ms, ...rest.delivered.slicesP99Ms], 0.5);
  const ratio = quantile(withStuck.delivered.slicesP99Ms, 0.5) / without;
  const growth = withStuck.peak.rss - baseline.peak.rss;
  const longest = Math.max(0, ...stuckMs);
  const exact = (check) => check.missing + check.doubled + check.behind === 0;
  return {
    benchmark: 'slow',
    what: 'readers that hang beside readers that keep up, on the whole product with its database',
    node: process.version,
    cores: availableParallelism(),
    loadAtEnd: loadavg()[0],
    eventsPerSecond: rate,
    healthy: { count: healthyCount, ...healthyFinal },
    stuck: { count: stuckCount, ...stuckFinal },
    cuts: {
      byCause: rest.ended,
      count: stuckMs.length,
      limitReachedAfterMs: limitMs,
      unsentBeforeCutMs:
        stuckMs.length > 0 ? { p50: Math.round(quantile(stuckMs, 0.5)), max: Math.round(longest) } : null,
    },
    phases: { baseline, withStuck, rest },
    memory: { before: memoryBefore, after: memoryAfter, peakGrowthBytes: growth },
    verdicts: [
      {
        goal: 'those who keep up got everything once, in order, and were not cut',
        met: exact(healthyFinal) && healthyFinal.ended === 0,
      },
      {
        goal: 'those who hang got everything once and in order over their reconnects',
        met: exact(stuckFinal),
      },
      {
        goal: `all that hang are cut, within ${CUT_AFTER_LIMIT_MS} ms of their limit`,
        value: Math.round(longest - limitMs),
        met:
          stuckFinal.neverCut === 0 &&
          stuckFinal.reconnects >= stuckCount &&
          longest <= limitMs + CUT_AFTER_LIMIT_MS,
      },
      {
        goal: `p99 of those who keep up at most ${LATENCY_TOLERANCE} times that without (medians of the p99 of ten seconds each, before and after as one)`,
        value: Number(ratio.toFixed(2)),
        met: ratio <= LATENCY_TOLERANCE,
      },
      {
        goal: `resident memory grows by at most ${MOST_GROWTH} bytes`,
        value: growth,
        met: growth <= MOST_GROWTH,
      },
      {
        goal: `heap ${restSeconds} s after them at most ${MEMORY_TOLERANCE} times that before`,
        value: Number((memoryAfter.heap / memoryBefore.heap).toFixed(3)),
        met: memoryAfter.heap <= memoryBefore.heap * MEMORY_TOLERANCE,
      },
      {
        goal: `resident memory ${restSeconds} s after them at most ${MEMORY_TOLERANCE} times the peak before`,
        value: Number((memoryAfter.rss / baseline.peak.rss).toFixed(3)),
        met: memoryAfter.rss <= baseline.peak.rss * MEMORY_TOLERANCE,
      },
    ],
  };
}
