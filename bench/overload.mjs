/**
 * More events than can be delivered, on the whole product with its database: so many at once that far more wait than the
 * stream keeps in memory. Shows that nobody loses or doubles one, that nobody is cut for what is not his fault, that memory
 * stays bounded, and how fast everybody comes back to the present by reading what is stored.
 *
 *   npm run bench -- overload [--subscribers 1000] [--scenarios all,symbols] [--burst 20000] [--within-seconds 120]
 */
import { availableParallelism, loadavg } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { MARKETS, nowUs } from './fanout/event.mjs';
import { LinkedProcess } from './support/process-link.mjs';

const { values: options } = parseArgs({
  options: {
    subscribers: { type: 'string', default: '1000' },
    scenarios: { type: 'string', default: 'all,symbols' },
    burst: { type: 'string', default: '20000' },
    'within-seconds': { type: 'string', default: '120' },
  },
});
const [subscribers, burst] = [options.subscribers, options.burst].map(Number);
const withinMs = Number(options['within-seconds']) * 1_000;

/** Offered in one go, as by an adapter with a full socket. */
const BATCH = 500;
const WARM_ROUNDS = 5;
const MOST_HEAP_GROWTH = 300e6;

const results = [];
for (const scenario of options.scenarios.split(',')) results.push({ scenario, ...(await measure(scenario)) });
console.log(
  JSON.stringify(
    {
      benchmark: 'overload',
      what: `${burst} events at once to ${subscribers} subscribers, on the whole product with its database`,
      node: process.version,
      cores: availableParallelism(),
      loadAtEnd: loadavg()[0],
      results,
      verdicts: results.flatMap(verdictsOf),
    },
    undefined,
    2,
  ),
);

async function measure(scenario) {
  const server = LinkedProcess.start(join(import.meta.dirname, 'slow/server.mjs'), {
    execArgv: ['--expose-gc'],
  });
  const fleet = LinkedProcess.start(join(import.meta.dirname, 'fanout/fleet.mjs'));
  try {
    const port = await server.call('start', { sockets: subscribers, limitMs: withinMs });
    await fleet.call('join', { port, count: subscribers, scenario, every: 1_000, isStored: true });
    let offered = 0;
    const offer = (count) => {
      offered += count;
      server.tell('offer', { count, momentUs: nowUs() });
    };
    const settled = async (ms) => {
      for (const until = performance.now() + ms; performance.now() < until; await pause(50))
        if ((await fleet.call('settled', { lastSeq: offered })).settled) return true;
      return false;
    };
    for (let round = 0; round < WARM_ROUNDS; round += 1) {
      offer(MARKETS);
      await settled(10_000);
    }
    const before = await server.call('collected');
    await server.call('begin');
    const { received } = await fleet.call('usage');
    const startMs = performance.now();
    for (let left = burst; left > 0; left -= BATCH) offer(Math.min(BATCH, left));
    await settled(withinMs);
    const seconds = (performance.now() - startMs) / 1_000;
    const { peak, loop, ended } = await server.call('figures');
    const check = await fleet.call('check', { lastSeq: offered });
    const figures = {
      seconds: Number(seconds.toFixed(1)),
      deliveriesPerSecond: Math.round((check.received - received) / seconds),
      heapBefore: before.heap,
      peak,
      loop,
      ended,
      check,
    };
    console.error(`${scenario}: ${JSON.stringify(figures)}`);
    return figures;
  } finally {
    await fleet.stop();
    await server.call('stop').catch(() => undefined);
    await server.stop();
  }
}

function verdictsOf({ scenario, check, peak, heapBefore }) {
  const { missing, doubled, wrong, behind, ended } = check;
  const growth = peak.heap - heapBefore;
  return [
    {
      scenario,
      goal: `everyone has everything once and in order within ${withinMs / 1_000} s`,
      met: missing + doubled + wrong + behind === 0,
    },
    { scenario, goal: 'nobody is cut', value: ended, met: ended === 0 },
    {
      scenario,
      goal: `heap at its peak at most ${MOST_HEAP_GROWTH} bytes above that before`,
      value: growth,
      met: growth <= MOST_HEAP_GROWTH,
    },
  ];
}
