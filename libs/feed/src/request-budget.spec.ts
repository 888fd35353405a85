import { beforeEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { FakeClock } from './fake-clock.js';
import { REQUEST_KINDS, type RequestKind } from './request-ask.js';
import { RequestBudget, type BegunRequest } from './request-budget.js';
import { REQUEST_SHARES, type RequestLimit } from './request-rules.js';

/** A hundred are used in a minute. */
const LIMIT: RequestLimit = { name: 'weight', points: 125, perMs: 60_000 };

let clock: FakeClock;
let budget: RequestBudget;

beforeEach(() => {
  clock = new FakeClock();
  budget = new RequestBudget(LIMIT, clock);
});

/** Begins and ends as many requests as may begin now. */
function takeAll(kind: RequestKind, points = 1): number {
  let taken = 0;
  for (; budget.msUntil(kind, points) === 0 && taken < 1_000; taken += 1)
    budget.end(budget.begin(kind, points));
  return taken;
}

describe('RequestBudget', () => {
  test('keeps a part for each kind that matters more, whatever those after it want', () => {
    const takenAtOnce = REQUEST_KINDS.toReversed().map((kind) => [kind, takeAll(kind)]);
    expect(takenAtOnce).toEqual([
      ['HISTORY', 37],
      ['POLLING', 30],
      // One every second.
      ['SNAPSHOTS', 1],
      ['LIVE_CANDLES', 24],
      ['MISSED_TRADES', 3],
      ['CATALOGUE', 5],
    ]);
    expect([budget.used, budget.usable]).toEqual([100, 100]);
  });

  test('gives a kind half of its part at once and the rest evenly, so that who comes late also gets some', () => {
    expect(takeAll('HISTORY')).toBe(37);
    clock.advance(60_000 / 37 + 1);
    expect(takeAll('HISTORY')).toBe(1);
    clock.advance(15_000);
    expect(takeAll('HISTORY')).toBe(9);
  });

  test('has a part for those that go first, which the others of their kind cannot spend, but the whole limit can', () => {
    expect(takeAll('MISSED_TRADES')).toBe(25);
    const takeFirst = () => {
      let taken = 0;
      for (; budget.msUntil('MISSED_TRADES', 1, true) === 0 && taken < 1_000; taken += 1)
        budget.end(budget.begin('MISSED_TRADES', 1, true));
      return taken;
    };
    // An eighth, and as much again in a minute, beside what they get like the others.
    expect(takeFirst()).toBe(12);
    clock.advance(5_001);
    expect(takeFirst()).toBe(1 + 2);
    expect(takeAll('CATALOGUE')).toBe(50);
    clock.advance(5_000);
    expect(takeFirst()).toBe(3);
    expect(takeAll('CATALOGUE')).toBe(4);
    clock.advance(3_000);
    expect(takeFirst()).toBe(0);
  });

  test('begins nothing while the venue counts more than we know of', () => {
    const one = budget.begin('CATALOGUE', 1);
    budget.learn(one, 96);
    budget.end(one);
    expect(budget.used).toBe(96);
    expect(budget.msUntil('MISSED_TRADES', 1)).toBeGreaterThan(0);
    expect(budget.msUntil('CATALOGUE', 4)).toBe(0);
    expect(budget.msUntil('CATALOGUE', 5)).toBeGreaterThan(50_000);
    clock.advance(60_000);
    expect(budget.msUntil('MISSED_TRADES', 1)).toBe(0);
  });

  test('takes the newest answer for true and not one that was overtaken', () => {
    const [older, newer] = [budget.begin('CATALOGUE', 1), budget.begin('CATALOGUE', 1)];
    budget.learn(newer, 42);
    budget.learn(older, 20);
    expect(budget.used).toBe(42);
    budget.learn(older, 60);
    expect(budget.used).toBe(61);
    const newest = budget.begin('CATALOGUE', 1);
    budget.learn(newest, 3);
    expect(budget.used).toBe(3);
  });

  test('counts a request until the time of the limit after its answer, however long that took', () => {
    const slow = budget.begin('CATALOGUE', 50);
    clock.advance(59_000);
    budget.end(slow);
    clock.advance(59_000);
    expect(budget.used).toBe(50);
    clock.advance(2_000);
    expect(budget.used).toBe(0);
  });

  test('lets one that can never fit begin when nothing else is in use', () => {
    expect(budget.msUntil('HISTORY', 500)).toBe(0);
    budget.begin('HISTORY', 1);
    expect(budget.msUntil('HISTORY', 500)).toBeGreaterThan(0);
  });

  test('says how long all of several would take', () => {
    expect(budget.msUntilAll('HISTORY', 37)).toBe(0);
    expect(budget.msUntilAll('HISTORY', 74)).toBe(60_000);
    takeAll('HISTORY');
    expect(budget.msUntilAll('HISTORY', 37)).toBe(60_000);
  });

  test('halves its pace when it was too fast, waits twice as long each time, and recovers', () => {
    expect(budget.slowDown(2_000, true)).toBe(2_000);
    // Those that were under way as well.
    expect(budget.slowDown(2_000, true)).toBe(2_000);
    expect(budget.msUntil('CATALOGUE', 1)).toBe(2_000);
    clock.advance(2_000);
    expect(budget.slowDown(2_000, true)).toBe(4_000);
    clock.advance(4_000);
    expect(takeAll('CATALOGUE')).toBe(25);
    clock.advance(120_000);
    expect(takeAll('CATALOGUE')).toBe(50);
    budget.answered();
    expect(budget.slowDown(2_000, true)).toBe(2_000);
  });

  test('never uses more in any time of its length, in whatever order requests begin and end', () => {
    const step = fc.record({
      kind: fc.constantFrom(...REQUEST_KINDS),
      points: fc.integer({ min: 1, max: 20 }),
      waitMs: fc.integer({ min: 0, max: 5_000 }),
      ends: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 150 }), (steps) => {
        const time = new FakeClock();
        const limited = new RequestBudget(LIMIT, time);
        const begun: BegunRequest[] = [];
        const log: { readonly atMs: number; readonly points: number; readonly kind: RequestKind }[] = [];
        for (const { kind, points, waitMs, ends } of steps) {
          time.advance(waitMs);
          const { paceMs } = REQUEST_SHARES[kind];
          if (limited.msUntil(kind, points) === 0) {
            begun.push(limited.begin(kind, points));
            log.push({ atMs: time.monotonicMs(), points, kind });
          } else if (paceMs === undefined) {
            expect(limited.msUntil(kind, points)).toBeGreaterThan(0);
          }
          const first = ends ? begun.shift() : undefined;
          if (first !== undefined) limited.end(first);
        }
        for (const { atMs } of log) {
          const within = log.filter((one) => one.atMs > atMs - LIMIT.perMs && one.atMs <= atMs);
          const total = within.reduce((sum, { points }) => sum + points, 0);
          expect(total).toBeLessThanOrEqual(100);
        }
      }),
    );
  });
});
