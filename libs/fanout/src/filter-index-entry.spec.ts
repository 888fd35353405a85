import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { countBelow, insert, layOut, passes, remove, type Entry } from './filter-index-entry.js';

const many = (count: number) => Array.from({ length: count }, (_, n) => `k${n}`);

describe('the layout of a filter', () => {
  test('leaves a filter as it is that needs exactly the places it may take, and not one that needs more', () => {
    const whole = layOut({ keys: [many(4), undefined, many(3)] }, 12);
    expect(whole).toEqual({ path: [many(4), undefined, many(3)], checks: undefined });
    const reduced = layOut({ keys: [many(4), undefined, many(3)] }, 11);
    expect(reduced?.path).toEqual([undefined, undefined, many(3)]);
    expect(reduced?.checks).toEqual([{ dimension: 0, keys: new Set(many(4)) }]);
  });

  test('leaves out one list after the other, the longest first, until the rest fits', () => {
    const reduced = layOut({ keys: [many(3), many(9), many(5)] }, 1);
    expect(reduced?.checks?.map(({ dimension }) => dimension)).toEqual([1, 2, 0]);
    expect(reduced?.path).toEqual([]);
  });

  test('counts a doubled key once', () => {
    const doubled = layOut({ keys: [['a', 'a', 'b', 'b']] }, 2);
    expect(doubled).toEqual({ path: [['a', 'b']], checks: undefined });
  });

  test('is none for a filter that nothing can match, and an empty way for one that everything does', () => {
    expect(layOut({ keys: [many(2), []] }, 256)).toBeUndefined();
    expect(layOut({ keys: [] }, 256)).toEqual({ path: [], checks: undefined });
    expect(layOut({ keys: [undefined, undefined] }, 256)).toEqual({ path: [], checks: undefined });
  });

  test('lets through what the lists that were left out hold, and no event without a value there', () => {
    const checks = [
      { dimension: 0, keys: new Set(['a', 'b']) },
      { dimension: 2, keys: new Set(['c']) },
    ];
    const events = [['a', '', 'c'], ['b', 'x', 'c'], ['c', '', 'c'], ['a', '', 'a'], ['a'], []];
    expect(events.map((values) => passes(checks, values))).toEqual([true, true, false, false, false, false]);
    expect(passes(undefined, [])).toBe(true);
  });
});

describe('a list of entries', () => {
  const entryOf = (rank: number, id: number): Entry<number> => ({
    member: id,
    id,
    threshold: { value: String(rank), rank, holders: 1 },
    path: [],
    checks: undefined,
  });

  test('stays in the order of rank and then of coming, and loses exactly the one that is removed', () => {
    const step = fc.oneof(
      { weight: 3, arbitrary: fc.record({ rank: fc.integer({ min: -1, max: 3 }) }) },
      { weight: 2, arbitrary: fc.record({ remove: fc.nat() }) },
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 50 }), (steps) => {
        const entries: Entry<number>[] = [];
        let plain: Entry<number>[] = [];
        for (const [id, what] of steps.entries()) {
          if ('rank' in what) {
            const entry = entryOf(what.rank, id);
            insert(entries, entry);
            plain = [...plain, entry].sort((a, b) => a.threshold.rank - b.threshold.rank || a.id - b.id);
          } else {
            const entry = plain[what.remove % Math.max(1, plain.length)];
            if (entry === undefined) continue;
            remove(entries, entry);
            plain = plain.filter((other) => other !== entry);
          }
          expect(entries).toEqual(plain);
          for (let rank = -1; rank <= 4; rank += 1) {
            expect(countBelow(entries, rank)).toBe(plain.filter((one) => one.threshold.rank < rank).length);
          }
        }
      }),
    );
  });
});
