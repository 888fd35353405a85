import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { GapBook, withoutIds } from './gap-book.js';

const START_MS = Date.parse('2026-11-21T12:00:00Z');

/** A gap between two instants after the start; `ids` where it may be asked for. */
function gap(fromMs: number, toMs: number, ids?: readonly [number, number], reason = 'lost') {
  const [from, to] = ids ?? [0, 4];
  const missed = to - from + 1;
  const times = { fromMs: START_MS + fromMs, toMs: START_MS + toMs, notedMs: START_MS };
  return { ...times, reason, missed, ...(ids && { ids: { from, to } }) };
}

describe('a book of gaps', () => {
  test('makes one of those that nobody is asked for and that touch the same minutes', () => {
    const book = new GapBook();
    book.add(gap(1_000, 2_000));
    book.add(gap(9_000, 61_000));
    book.add(gap(119_000, 119_500));
    expect(book.added).toMatchObject([
      { number: 1, fromMs: START_MS + 1_000, toMs: START_MS + 119_500, missed: 15 },
    ]);
    book.add(gap(120_000, 120_500));
    book.add(gap(121_000, 122_000, undefined, 'another reason'));
    expect(book.added.map(({ number }) => number)).toEqual([1, 2, 3]);
  });

  test('makes one of those between which no trade lies, up to what is asked for of one', () => {
    const book = new GapBook();
    book.add(gap(0, 60_000, [1, 30_000]));
    book.add(gap(600_000, 660_000, [30_001, 60_000]));
    expect(book.fillable).toMatchObject([{ number: 1, ids: { from: 1, to: 60_000 }, missed: 60_000 }]);
    book.add(gap(660_000, 661_000, [60_001, 60_002]));
    book.add(gap(662_000, 663_000, [60_004, 60_005]));
    expect(book.fillable.map(({ number }) => number)).toEqual([3, 2, 1]);
    expect(book.fillable.every((one) => book.isFillable(one))).toBe(true);
  });

  test('lets the newest thousand be asked for, and says so of the others', () => {
    const book = new GapBook();
    for (let at = 1; at <= 1_200; at += 1) {
      book.add(gap(at * 1_000, at * 1_000 + 500, [at * 10, at * 10 + 4]));
      // Each is stored at once.
      if (at <= 1_000) book.take();
    }
    expect(book.fillableCount).toBe(1_000);
    expect(book.fillable.at(-1)?.number).toBe(201);
    expect(book.filled.map(({ number }) => number)).toEqual(
      Array.from({ length: 200 }, (_, index) => index + 1),
    );
    const given = book.added.filter(({ ids }) => ids === undefined);
    expect(given.reduce((sum, { missed = NaN }) => sum + missed, 0)).toBe(1_000);
    expect(given[0]?.reason).toMatch(/too many others/);
  });

  test('loses no trade whatever comes, and tells the store of every gap', () => {
    const some = fc.record({
      ms: fc.integer({ min: 0, max: 90_000 }),
      skipped: fc.integer({ min: 0, max: 2 }),
      missed: fc.integer({ min: 1, max: 40_000 }),
      canAsk: fc.boolean(),
      canWait: fc.boolean(),
      isStored: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(some, { maxLength: 200 }), (steps) => {
        const book = new GapBook();
        const stored: { readonly missed?: number }[] = [];
        let [atMs, id, total] = [0, 1, 0];
        for (const { ms, skipped, missed, canAsk, canWait, isStored } of steps) {
          id += skipped;
          const one = gap(atMs, atMs + ms, [id, id + missed - 1]);
          book.add(canAsk ? one : withoutIds({ ...one, number: 0 }, 'lost'), canWait);
          if (!canWait) expect(book.isUrgent).toBe(true);
          [atMs, id, total] = [atMs + ms, id + missed, total + missed];
          if (isStored) stored.push(...book.take().gaps);
        }
        const all = [...stored, ...book.added];
        expect(all.reduce((sum, one) => sum + (one.missed ?? NaN), 0)).toBe(total);
      }),
    );
  });
});
