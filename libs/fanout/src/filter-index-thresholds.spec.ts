import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Thresholds, type Threshold } from './filter-index-thresholds.js';

const compare = (a: string, b: string): number => {
  if (!Number.isFinite(Number(a)) || !Number.isFinite(Number(b))) throw new RangeError('no number');
  return Number(a) - Number(b);
};

const holding = (...values: readonly string[]) => {
  const thresholds = new Thresholds(compare);
  return { thresholds, held: values.map((value) => thresholds.hold(value)) };
};

describe('Thresholds', () => {
  test('ranks them by size, in whatever order they come', () => {
    const { held, thresholds } = holding('10', '9', '100', '-1');
    expect(held.map(({ rank }) => rank)).toEqual([2, 1, 3, 0]);
    expect(thresholds.count).toBe(4);
  });

  test('takes the same size written differently for one, and keeps it until the last lets go', () => {
    const { held, thresholds } = holding('1', '1.0', '2');
    expect([held[0] === held[1], thresholds.count]).toEqual([true, 2]);
    for (const [n, left] of [
      [0, 2],
      [1, 1],
    ] as const) {
      if (held[n]) thresholds.release(held[n]);
      expect([thresholds.count, held[2]?.rank]).toEqual([left, left - 1]);
    }
  });

  test('says that a size reaches those below it and the one exactly there, none above', () => {
    const { thresholds } = holding('5', '10');
    const reached = ['4.99', '5', '9.99', '10.0', '11'].map((size) => thresholds.reachedBy(size));
    expect(reached).toEqual([0, 1, 1, 2, 2]);
    expect(new Thresholds(compare).reachedBy('5')).toBe(0);
  });

  test('counts no threshold for filters without one, which every size reaches', () => {
    const thresholds = new Thresholds(compare);
    const none = thresholds.hold(undefined);
    expect([none.rank < thresholds.reachedBy('-5'), thresholds.count]).toEqual([true, 0]);
    thresholds.release(none);
    thresholds.release(none);
    expect([thresholds.hold(undefined), thresholds.count]).toEqual([none, 0]);
  });

  test('refuses what is no number, also as the first, and stays as it was', () => {
    const { held, thresholds } = holding();
    expect(() => thresholds.hold('much')).toThrow(RangeError);
    held.push(thresholds.hold('5'));
    expect(() => thresholds.hold('more')).toThrow(RangeError);
    expect(() => thresholds.reachedBy('all')).toThrow(RangeError);
    expect([thresholds.count, held[0]?.rank, held[0]?.holders]).toEqual([1, 0, 1]);
  });

  test('holds what a plain sorted list of the distinct ones holds, while they come and go', () => {
    const value = fc.constantFrom('-2', '0', '1', '1.0', '2.5', '3', '10', '10.00');
    const step = fc.oneof(
      { weight: 3, arbitrary: fc.record({ hold: value }) },
      { weight: 2, arbitrary: fc.record({ release: fc.nat() }) },
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const thresholds = new Thresholds(compare);
        const held: { readonly size: number; readonly threshold: Threshold }[] = [];
        for (const what of steps) {
          if ('hold' in what) {
            held.push({ size: Number(what.hold), threshold: thresholds.hold(what.hold) });
          } else {
            const [leaving] = held.splice(what.release % Math.max(1, held.length), 1);
            if (leaving) thresholds.release(leaving.threshold);
          }
          const rising = [...new Set(held.map(({ size }) => size))].sort((a, b) => a - b);
          expect(thresholds.count).toBe(rising.length);
          for (const { size, threshold } of held) expect(threshold.rank).toBe(rising.indexOf(size));
          for (const size of [-3, -2, 1, 2, 10, 11]) {
            expect(thresholds.reachedBy(String(size))).toBe(rising.filter((one) => one <= size).length);
          }
        }
      }),
    );
  });
});
