import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type Stretch } from './reading.js';
import { uncovered } from './uncovered.js';

describe('what is missing of a stretch', () => {
  test('is all of it where nothing covers it', () => {
    expect(uncovered({ fromMs: 0, toMs: 100 }, [], 0)).toEqual([{ fromMs: 0, toMs: 100 }]);
  });

  test('lies between moments that are too far apart', () => {
    const moments = [10, 20, 60, 65, 100].map((ms) => ({ fromMs: ms, toMs: ms }));
    expect(uncovered({ fromMs: 0, toMs: 100 }, moments, 10)).toEqual([
      { fromMs: 20, toMs: 60 },
      { fromMs: 65, toMs: 100 },
    ]);
  });

  test('is in order and apart, whatever the order of what covers it', () => {
    const covers = [
      { fromMs: 80, toMs: 90 },
      { fromMs: 10, toMs: 30 },
      { fromMs: 20, toMs: 50 },
      { fromMs: -5, toMs: 2 },
    ];
    expect(uncovered({ fromMs: 0, toMs: 100 }, covers, 0)).toEqual([
      { fromMs: 2, toMs: 10 },
      { fromMs: 50, toMs: 80 },
      { fromMs: 90, toMs: 100 },
    ]);
  });

  test('holds exactly the moments that nothing covers', () => {
    const stretch = fc
      .tuple(fc.integer({ min: -10, max: 60 }), fc.integer({ min: 0, max: 20 }))
      .map(([fromMs, lengthMs]): Stretch => ({ fromMs, toMs: fromMs + lengthMs }));
    fc.assert(
      fc.property(fc.array(stretch, { maxLength: 8 }), (covers) => {
        const left = uncovered({ fromMs: 0, toMs: 50 }, covers, 0);
        const holds = (all: readonly Stretch[], ms: number) =>
          all.some(({ fromMs, toMs }) => ms >= fromMs && ms < toMs);
        for (let ms = 0; ms < 50; ms += 1) expect(holds(left, ms)).toBe(!holds(covers, ms));
        for (const [index, { fromMs, toMs }] of left.entries()) {
          expect(toMs).toBeGreaterThan(fromMs);
          if (index > 0) expect(fromMs).toBeGreaterThanOrEqual(left[index - 1]!.toMs);
        }
      }),
    );
  });
});
