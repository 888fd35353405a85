/**
 * The subscribers of one repetition, in a process of their own. Told what to do by its parent: see `commands`. While
 * deliveries come in it tells the parent how many there were, so that the parent can keep its window full.
 */
import { answerParent } from '../support/process-link.mjs';
import { TimeHistogram } from '../support/time-histogram.mjs';
import { MARKETS, nowUs, symbolOf } from './event.mjs';
import { Subscriber, Tally } from './subscriber.mjs';

const CONNECTING_AT_ONCE = 50;
const REPORT_AT_LEAST_EVERY_MS = 10;

const tally = new Tally();
let histogram = new TimeHistogram();
let subscribers = [];
/** What the parent was told, and how many more deliveries it wants to hear of at once. */
const progress = { told: 0, every: 1, due: false };
tally.onProgress = () => {
  if (progress.due) return;
  progress.due = true;
  // At the end of the turn, which may bring many more.
  setImmediate(report);
};

answerParent({ join, leave, settled, times, usage, check });
setInterval(report, REPORT_AT_LEAST_EVERY_MS);

/** Connects `count` subscribers with the filters of the scenario. Resolves when all have subscribed. */
async function join({ port, count, scenario, every, isStored }) {
  progress.every = every;
  tally.progressAt = every;
  subscribers = Array.from({ length: count }, (_, at) => subscriberOf(at, port, scenario, isStored));
  const waiting = [...subscribers];
  await Promise.all(
    Array.from({ length: CONNECTING_AT_ONCE }, async () => {
      for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) await next.join();
    }),
  );
}

function subscriberOf(at, port, scenario, isStored) {
  const filters = {
    all: undefined,
    thresholds: { minNotionalUsd: String(100 + (at % MARKETS)) },
    symbols: { symbols: [symbolOf(at)] },
  };
  return new Subscriber({
    port,
    tally,
    isStored,
    filter: filters[scenario],
    stride: scenario === 'symbols' ? MARKETS : 1,
  });
}

function leave() {
  for (const subscriber of subscribers) subscriber.leave();
  subscribers = [];
  tally.joined = 0;
}

/** True when every subscriber has got every event up to the one given. */
function settled({ lastSeq }) {
  return { joined: tally.joined, settled: subscribers.every(({ expected }) => expected > lastSeq) };
}

/** Starts to take times, or stops and tells how they are distributed. */
function times({ on }) {
  if (on) {
    histogram = new TimeHistogram();
    tally.onTime = (us) => histogram.add(us);
    return undefined;
  }
  tally.onTime = undefined;
  return histogram.summary();
}

function usage() {
  return { cpu: process.cpuUsage(), received: tally.received, atUs: nowUs() };
}

/** What came wrong since the start, and whom the last event has not reached. */
function check({ lastSeq }) {
  const behind = subscribers.filter(({ expected }) => expected <= lastSeq).length;
  const { received, missing, doubled, wrong, parsed, ended, firstTrouble } = tally;
  return { received, behind, missing, doubled, wrong, parsed, ended, ...(firstTrouble && { firstTrouble }) };
}

function report() {
  progress.due = false;
  if (tally.received === progress.told) return;
  progress.told = tally.received;
  tally.progressAt = tally.received + progress.every;
  process.send({ received: tally.received });
}
