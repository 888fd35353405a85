import { quantile } from '../support/statistics.mjs';

/** What the product has to reach, as ratios within one run; see `verdicts`. */
export const GOALS = {
  toRawFrame: 2.2,
  toRawTick: 0.75,
  toStock: 12,
  p99ToRaw: 1.3,
  heapPerSubscriber: 11_000,
};

/** The goals are stated for this many subscribers. */
const JUDGED_SUBSCRIBERS = 1_000;

const median = (values) => quantile(values, 0.5);
const rounded = (value, places = 2) => (Number.isFinite(value) ? Number(value.toFixed(places)) : undefined);

/**
 * Sums up the repetitions of one scenario, given as one object of figures by server per round. A ratio is the median of
 * the rounds' ratios, for servers that ran within the same minute share the noise of that minute.
 */
export function summarise(rounds) {
  const servers = Object.keys(rounds[0]);
  return Object.fromEntries(
    servers.map((server) => [
      server,
      summariseServer(
        rounds.map((round) => round[server]),
        rounds,
      ),
    ]),
  );
}

function summariseServer(all, rounds) {
  const runs = all.filter(({ failed }) => failed === undefined);
  const failures = all.flatMap(({ failed }) => (failed === undefined ? [] : [failed]));
  if (runs.length === 0) return { failures };
  const of = (read) => median(runs.map(read));
  const rates = runs.map(({ saturated }) => saturated.deliveriesPerSecond);
  const ratio = (other, read) => {
    const pairs = rounds.flatMap((round, at) =>
      round[other] === undefined || (round[other].failed ?? all[at].failed) !== undefined
        ? []
        : [read(all[at]) / read(round[other])],
    );
    return pairs.length === 0 ? undefined : rounded(median(pairs), 3);
  };
  const rate = ({ saturated }) => saturated.deliveriesPerSecond;
  const cpu = ({ saturated }) => saturated.cpuMsPer10k;
  const p50 = ({ latency }) => latency.p50Ms;
  const p99 = ({ latency }) => latency.p99Ms;
  const sum = (read) => runs.reduce((total, run) => total + read(run), 0);
  return {
    ...(failures.length > 0 && { failures }),
    saturated: {
      deliveriesPerSecond: Math.round(of(rate)),
      least: Math.round(Math.min(...rates)),
      most: Math.round(Math.max(...rates)),
      cpuMsPer10k: rounded(of(cpu)),
      fleetCpuMsPer10k: rounded(of(({ saturated }) => saturated.fleetCpuMsPer10k)),
      ratio: {
        toRawFrame: ratio('raw-frame', rate),
        toRawTick: ratio('raw-tick', rate),
        toStock: ratio('stock-nest', rate),
        cpuToRawFrame: ratio('raw-frame', cpu),
        cpuToRawTick: ratio('raw-tick', cpu),
      },
    },
    latency: {
      p50Ms: rounded(of(p50)),
      p99Ms: rounded(of(p99)),
      maxMs: rounded(Math.max(...runs.map(({ latency }) => latency.maxMs))),
      eventsLeftOut: sum(({ latency }) => latency.skipped),
      ratio: {
        p50ToRaw: ratio('raw-frame', p50),
        p99ToRaw: ratio('raw-frame', p99),
      },
    },
    memory: {
      heapPerSubscriber: Math.round(of(({ memory }) => memory.heapPerSubscriber)),
      rssPerSubscriber: Math.round(of(({ memory }) => memory.rssPerSubscriber)),
    },
    check: {
      deliveries: sum(({ check }) => check.received),
      missing: sum(({ check }) => check.missing),
      notReached: sum(({ check }) => check.behind),
      doubledOrOutOfOrder: sum(({ check }) => check.doubled),
      wrong: sum(({ check }) => check.wrong),
      comparedWhole: sum(({ check }) => check.parsed),
      ended: sum(({ check }) => check.ended),
      ...trouble(runs),
    },
  };
}

function trouble(runs) {
  const first = runs.map(({ check }) => check.firstTrouble).find((text) => text !== undefined);
  return first === undefined ? {} : { firstTrouble: first };
}

/** Whether every subscriber of the product got every event once, in order, and whether the goals are met. */
export function verdicts(results) {
  return results.flatMap(({ subscribers, scenario, servers }) => {
    const { orderfox } = servers;
    if (orderfox === undefined) return [];
    const where = { subscribers, scenario };
    const { failures, check, saturated, latency, memory } = orderfox;
    if (failures !== undefined)
      return [{ ...where, goal: 'survives every round', value: failures, met: false }];
    const exact =
      check.missing + check.notReached + check.doubledOrOutOfOrder + check.wrong + check.ended === 0;
    const found = [{ ...where, goal: 'everything once and in order', met: exact }];
    if (subscribers !== JUDGED_SUBSCRIBERS) return found;
    const goal = (name, value, limit, met, more = {}) => {
      if (value !== undefined) found.push({ ...where, goal: `${name} ${limit}`, value, met, ...more });
    };
    // Where hardly anybody shares an event, one write per turn saves nothing, and that is as far as anyone can get.
    const best = servers['raw-tick']?.saturated?.ratio.toRawFrame;
    const { toRawFrame, toRawTick, toStock } = saturated.ratio;
    goal('rate to raw-frame at least', toRawFrame, GOALS.toRawFrame, toRawFrame >= GOALS.toRawFrame, {
      rawTickReaches: best,
    });
    goal('rate to raw-tick at least', toRawTick, GOALS.toRawTick, toRawTick >= GOALS.toRawTick);
    goal('rate to stock-nest at least', toStock, GOALS.toStock, toStock >= GOALS.toStock);
    const { p99ToRaw } = latency.ratio;
    goal('p99 to raw-frame at most', p99ToRaw, GOALS.p99ToRaw, p99ToRaw <= GOALS.p99ToRaw);
    const { heapPerSubscriber } = memory;
    const enough = heapPerSubscriber <= GOALS.heapPerSubscriber;
    goal('bytes of heap per subscriber at most', heapPerSubscriber, GOALS.heapPerSubscriber, enough);
    return found;
  });
}
