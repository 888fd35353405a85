/**
 * Clients that connect, subscribe and disconnect, in thirteen ways: with and without a goodbye, in the middle of a history,
 * of a subscription, of a handshake. Afterwards the server must hold what it held before: no listener, operation, socket,
 * timer or byte more.
 *
 *   npm run bench -- churn [--cycles 1000] [--rounds 3] [--at-once 20]
 */
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { STORE_ID, storeSeq } from './fanout/event.mjs';
import { LinkedProcess } from './support/process-link.mjs';

const { values: options } = parseArgs({
  options: {
    cycles: { type: 'string', default: '1000' },
    rounds: { type: 'string', default: '3' },
    'at-once': { type: 'string', default: '20' },
  },
});
const [cycles, rounds, atOnce] = [options.cycles, options.rounds, options['at-once']].map(Number);

/** Fills what the server keeps of recent events, so that only what clients leave behind can grow. */
const WARM_EVENTS = 60_000;
/** Slow enough for the two who read all of it. */
const WARM_PAUSE_MS = 20;
const WARM_CYCLES = 500;
/** How far back those begin who read a history. */
const HISTORY_EVENTS = 2_000;
const EVENTS_EVERY_MS = 5;
/** Every market once in the time that a client waits for its first event. */
const EVENTS_AT_ONCE = 10;
const SETTLED_WITHIN_MS = 10_000;
/** A leak of the smallest closure for each client would show above this. */
const MOST_BYTES_PER_CYCLE = 100;

const folder = join(import.meta.dirname, 'churn');
const server = LinkedProcess.start(join(folder, 'server.mjs'), { execArgv: ['--expose-gc'] });
const clients = LinkedProcess.start(join(folder, 'clients.mjs'));
let published = 0;
try {
  console.log(JSON.stringify(await measure(), undefined, 2));
} finally {
  await clients.stop();
  await server.call('stop').catch(() => undefined);
  await server.stop();
}

async function measure() {
  const port = await server.call('start', { sockets: 2 * atOnce + 100 });
  await warm(port);
  const before = await settled();
  const after = [];
  let done;
  for (let round = 0; round < rounds; round += 1) {
    done = await run(port, cycles);
    after.push(await settled(before));
    console.error(`round ${round + 1} of ${rounds}: ${JSON.stringify(after.at(-1))}`);
  }
  const last = after.at(-1);
  const previous = after.at(-2) ?? before;
  const bytesPerCycle = Number(((last.heap - previous.heap) / cycles).toFixed(1));
  const same = (name) => ({
    goal: `as many ${name} as before`,
    value: last[name],
    met: last[name] === before[name],
  });
  return {
    benchmark: 'churn',
    what: 'what a server holds after clients have come and gone',
    node: process.version,
    cores: availableParallelism(),
    cyclesPerRound: cycles,
    rounds,
    kinds: done,
    before,
    after,
    bytesPerCycle,
    verdicts: [
      ...['busListeners', 'sockets', 'operations', 'connections'].map(same),
      {
        goal: 'as many timers and handles of each kind as before',
        value: last.resources,
        met: JSON.stringify(sorted(last.resources)) === JSON.stringify(sorted(before.resources)),
      },
      {
        goal: `at most ${MOST_BYTES_PER_CYCLE} bytes a cycle more after the last round than after the one before`,
        value: bytesPerCycle,
        met: bytesPerCycle <= MOST_BYTES_PER_CYCLE,
      },
    ],
  };
}

async function warm(port) {
  await clients.call('hold', { port, oldest: cursorOf(0) });
  while (published < WARM_EVENTS) {
    publish(200);
    await pause(WARM_PAUSE_MS);
  }
  await run(port, WARM_CYCLES);
  await clients.call('release');
}

/** Lets clients come and go while events are published. */
async function run(port, count) {
  const oldest = cursorOf(Math.max(0, published - HISTORY_EVENTS));
  const timer = setInterval(() => publish(EVENTS_AT_ONCE), EVENTS_EVERY_MS);
  try {
    return await clients.call('run', { port, count, atOnce, oldest });
  } finally {
    clearInterval(timer);
  }
}

function cursorOf(number) {
  return Buffer.from(`1.${STORE_ID}.${storeSeq(number)}`).toString('base64url');
}

function publish(count) {
  published += count;
  server.tell('publish', { count });
}

/** What the server holds when nothing is under way: as in `wanted`, or what there is after some time. */
async function settled(wanted) {
  const until = performance.now() + SETTLED_WITHIN_MS;
  for (;;) {
    await pause(500);
    const found = await server.call('holds');
    const quiet = found.sockets === 0 && found.connections === 0;
    const same =
      wanted === undefined ||
      JSON.stringify(sorted(found.resources)) === JSON.stringify(sorted(wanted.resources));
    if ((quiet && same) || performance.now() > until) return found;
  }
}

function sorted(counts) {
  return Object.entries(counts).sort(([a], [b]) => a.localeCompare(b));
}
