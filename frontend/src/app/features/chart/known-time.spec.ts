import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { KnownTime } from './known-time.js';

const instant = fc.integer({ min: 0, max: 60 });
const stretch = fc.tuple(instant, instant);

describe('KnownTime', () => {
  test('misses exactly the instants that were never added, in stretches that do not touch', () => {
    fc.assert(
      fc.property(fc.array(stretch), stretch, (added, [fromMs, toMs]) => {
        const known = new KnownTime();
        for (const [from, to] of added) known.add(from, to);
        const missing = known.missing(fromMs, toMs);
        for (let ms = fromMs; ms < toMs; ms += 1) {
          const isKnown = added.some(([from, to]) => from <= ms && ms < to);
          expect(missing.some((each) => each.fromMs <= ms && ms < each.toMs)).toBe(!isKnown);
        }
        for (const [index, each] of missing.entries()) {
          expect(each.fromMs).toBeGreaterThan(missing[index - 1]?.toMs ?? -1);
          expect(each.fromMs).toBeLessThan(each.toMs);
        }
      }),
    );
  });

  test('misses everything at first, and nothing of an empty time', () => {
    expect(new KnownTime().missing(5, 9)).toEqual([{ fromMs: 5, toMs: 9 }]);
    expect(new KnownTime().missing(5, 5)).toEqual([]);
  });
});
