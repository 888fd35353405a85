import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { TimeRanges } from './time-ranges.js';

const range = (fromMs: number, toMs: number) => ({ fromMs, toMs });

describe('TimeRanges', () => {
  test('joins what touches and keeps apart what does not', () => {
    const ranges = new TimeRanges();
    for (const [from, to] of [
      [10, 19],
      [30, 39],
      [20, 24],
      [50, 49],
    ] as const) {
      ranges.add(range(from, to));
    }
    expect(ranges.ranges).toEqual([range(10, 24), range(30, 39)]);
    expect(ranges.missing(range(0, 45))).toEqual([range(0, 9), range(25, 29), range(40, 45)]);
    expect(ranges.missing(range(12, 24))).toEqual([]);
  });

  test('knows of every moment whether it was added', () => {
    const stretch = fc
      .tuple(fc.integer({ min: 0, max: 60 }), fc.integer({ min: 0, max: 8 }))
      .map(([from, length]) => range(from, from + length));
    fc.assert(
      fc.property(fc.array(stretch, { maxLength: 20 }), stretch, (added, asked) => {
        const ranges = new TimeRanges();
        for (const one of added) ranges.add(one);
        const isIn = (list: readonly { fromMs: number; toMs: number }[], ms: number) =>
          list.some(({ fromMs, toMs }) => fromMs <= ms && ms <= toMs);
        const missing = ranges.missing(asked);
        const within = ranges.within(asked);
        for (let ms = 0; ms < 80; ms += 1) {
          expect(isIn(missing, ms)).toBe(isIn([asked], ms) && !isIn(added, ms));
          expect(isIn(within, ms)).toBe(isIn([asked], ms) && isIn(added, ms));
        }
        ranges.ranges.reduce(
          (before, next) => {
            expect(next.fromMs).toBeGreaterThan(before.toMs + 1);
            return next;
          },
          range(-10, -10),
        );
      }),
    );
  });

  test('is bounded: of too many stretches the oldest are forgotten (I6)', () => {
    const ranges = new TimeRanges();
    for (let n = 0; n < 100; n += 1) ranges.add(range(n * 10, n * 10 + 1));
    expect(ranges.ranges).toHaveLength(64);
    expect(ranges.missing(range(0, 1))).toHaveLength(1);
    expect(ranges.missing(range(990, 991))).toEqual([]);
  });
});
