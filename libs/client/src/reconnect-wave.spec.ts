import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Pacer } from './pacer.js';

const CLIENTS = 1_000;

/** Numbers in [0, 1) from a seed: a linear congruential generator modulo 2^32. */
function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/**
 * When a client whose connection was lost at 0 asks a server that is away until `backMs`: the moments of all attempts
 * in ms, the last of which succeeds. Time is only added up: a refused attempt takes none.
 */
async function attempts(random: () => number, backMs: number): Promise<number[]> {
  let nowMs = 0;
  const timers = {
    nowMs: () => nowMs,
    after: (delayMs: number, task: () => void) => {
      nowMs += delayMs;
      queueMicrotask(task);
      return () => undefined;
    },
  };
  const pacer = new Pacer(timers, random, () => undefined);
  await pacer.turn();
  const moments: number[] = [];
  do {
    await pacer.turn();
    moments.push(nowMs);
  } while (nowMs < backMs);
  return moments;
}

/** Most moments that fall into one stretch of `widthMs`. */
function busiest(moments: readonly number[], widthMs: number): number {
  const sorted = [...moments].sort((one, other) => one - other);
  let from = 0;
  return sorted.reduce((most, moment, at) => {
    while (moment - (sorted[from] ?? 0) >= widthMs) from += 1;
    return Math.max(most, at - from + 1);
  }, 0);
}

describe('a thousand clients of a restarted server', () => {
  test('come back spread over the first second when it is back at once', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer(), async (seed) => {
        const random = seeded(seed);
        const all = await Promise.all(Array.from({ length: CLIENTS }, () => attempts(random, 0)));
        const first = all.map(([moment = 0]) => moment);
        expect(Math.max(...first) - Math.min(...first)).toBeGreaterThan(900);
        expect(busiest(first, 100)).toBeLessThan(CLIENTS * 0.16);
      }),
      { numRuns: 20 },
    );
  });

  test.each([1_000, 5_000, 20_000, 120_000])(
    'do not meet in a wave when it is back after %i ms, and none waits longer than thirty seconds more',
    async (backMs) => {
      await fc.assert(
        fc.asyncProperty(fc.integer(), async (seed) => {
          const random = seeded(seed);
          const all = await Promise.all(Array.from({ length: CLIENTS }, () => attempts(random, backMs)));
          const returns = all.map((moments) => moments.at(-1) ?? 0);
          expect(busiest(returns, 100)).toBeLessThan(CLIENTS * 0.16);
          expect(Math.max(...returns)).toBeLessThan(backMs + 30_000);
        }),
        { numRuns: 5 },
      );
    },
  );
});
