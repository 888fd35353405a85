import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Ladder } from './ladder.js';

describe('a side of a book', () => {
  test.each([
    ['BID', -1],
    ['ASK', 1],
  ] as const)('%s holds what a sorted map would, best first', (side, order) => {
    const change = fc.record({ ticks: fc.integer({ min: 1, max: 40 }), steps: fc.nat(5) });
    fc.assert(
      fc.property(fc.array(change, { maxLength: 120 }), (changes) => {
        const ladder = new Ladder(side);
        const map = new Map<number, number>();
        for (const { ticks, steps } of changes) {
          expect(ladder.set(ticks, steps)).toBe(map.get(ticks) ?? 0);
          if (steps === 0) map.delete(ticks);
          else map.set(ticks, steps);
          const sorted = [...map].sort(([a], [b]) => (a - b) * order);
          expect(ladder.rungs()).toEqual(sorted);
          expect(ladder.rungs(3)).toEqual(sorted.slice(0, 3));
          expect([ladder.size, ladder.best, ladder.farthest, ladder.at(ticks)]).toEqual([
            ...[map.size, sorted[0]?.[0], sorted.at(-1)?.[0], steps],
          ]);
        }
      }),
    );
  });
});
