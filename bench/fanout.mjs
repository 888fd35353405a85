/**
 * One stream of events to many subscribers: the product, the limit (a raw `ws` broadcast, frame by frame and one write per
 * turn) and the usual stack, side by side in one run, each server and the fleet of subscribers in processes of their own.
 *
 *   npm run bench -- fanout [--quick] [--reps 5] [--seconds 4] [--n 100,1000,5000] [--servers ...] [--scenarios ...]
 *
 * Scenarios: `all` without filters; `thresholds` with 300 different filters that every event passes; `symbols` with 300
 * different filters of which every event passes one. Every delivery is checked: each subscriber must get each event once and
 * in order. Memory is measured after collection, per subscriber who joined. 5,000 subscribers need `ulimit -n` of 5,500.
 */
import { availableParallelism, cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { Repetition, SERVER_NAMES } from './fanout/repetition.mjs';
import { GOALS, summarise, verdicts } from './fanout/verdict.mjs';
import { openFileLimit } from './support/open-files.mjs';

const SCENARIOS = ['all', 'thresholds', 'symbols'];
/** Filters are measured at this size; the other sizes show how the plain stream scales. */
const FILTERED_SUBSCRIBERS = 1_000;
const OTHER_FILES = 500;

const { values: options } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    reps: { type: 'string' },
    seconds: { type: 'string' },
    n: { type: 'string' },
    servers: { type: 'string' },
    scenarios: { type: 'string' },
  },
});
const list = (text) => text.split(',').filter((part) => part !== '');
const reps = Number(options.reps ?? (options.quick ? 1 : 5));
const seconds = Number(options.seconds ?? (options.quick ? 2 : 4));
const sizes = list(options.n ?? (options.quick ? '1000' : '100,1000,5000')).map(Number);
const servers = list(options.servers ?? SERVER_NAMES.join(','));
const scenarios = list(options.scenarios ?? (options.quick ? 'all' : SCENARIOS.join(',')));
for (const [given, known] of [
  [servers, SERVER_NAMES],
  [scenarios, SCENARIOS],
]) {
  const wrong = given.filter((name) => !known.includes(name));
  if (wrong.length > 0) throw new Error(`unknown: ${wrong.join(', ')}; there are ${known.join(', ')}`);
}

const fileLimit = openFileLimit();
const results = [];
const leftOut = [];
for (const subscribers of sizes) {
  if (subscribers + OTHER_FILES > fileLimit) {
    leftOut.push({ subscribers, why: `ulimit -n is ${fileLimit}; raise it to ${subscribers + OTHER_FILES}` });
    continue;
  }
  for (const scenario of scenarios) {
    if (scenario !== 'all' && subscribers !== FILTERED_SUBSCRIBERS) continue;
    results.push({ subscribers, scenario, servers: summarise(await measure(subscribers, scenario)) });
  }
}
console.log(
  JSON.stringify(
    {
      benchmark: 'fanout',
      what: 'one event of ten fields, 295 bytes, to every subscriber over graphql-transport-ws; ratios are the result',
      node: process.version,
      cores: availableParallelism(),
      cpu: cpus()[0]?.model,
      reps,
      secondsPerPhase: seconds,
      goals: GOALS,
      results,
      ...(leftOut.length > 0 && { leftOut }),
      verdicts: verdicts(results),
    },
    undefined,
    2,
  ),
);

/** Every server once per round, beginning with another one each time. */
async function measure(subscribers, scenario) {
  const rounds = [];
  for (let rep = 0; rep < reps; rep += 1) {
    const round = {};
    for (let at = 0; at < servers.length; at += 1) {
      const server = servers[(at + rep) % servers.length];
      round[server] = await new Repetition({ server, scenario, subscribers, seconds }).run().catch(failed);
      console.error(line({ subscribers, scenario, rep, server, ...round[server] }));
    }
    rounds.push(Object.fromEntries(servers.map((server) => [server, round[server]])));
  }
  return rounds;
}

/** A server that does not survive is a result too, and the others are still measured. */
function failed(error) {
  return { failed: error.message.split('\n', 1)[0] };
}

function line({ subscribers, scenario, rep, server, failed: why, saturated, latency, memory, check }) {
  const head = `${subscribers} ${scenario} round ${rep + 1} of ${reps} ${server.padEnd(10)}`;
  if (why !== undefined) return `${head} failed: ${why}`;
  const { missing, doubled, wrong, behind } = check;
  return (
    `${head} ${Math.round(saturated.deliveriesPerSecond)}/s, ${saturated.cpuMsPer10k.toFixed(1)} ms CPU per 10 k,` +
    ` p50 ${latency.p50Ms.toFixed(1)} p99 ${latency.p99Ms.toFixed(1)} ms, ${(memory.heapPerSubscriber / 1_000).toFixed(1)} kB,` +
    ` missing ${missing + behind}, doubled ${doubled}, wrong ${wrong}`
  );
}
