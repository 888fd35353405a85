import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { BookSide } from './book-side.js';

function levels(side: BookSide): [number, number][] {
  const found: [number, number][] = [];
  side.walk((rank, quantity) => {
    found.push([rank, quantity]);
    return true;
  });
  return found;
}

describe('BookSide', () => {
  test('is empty at first, and again after clear', () => {
    const side = new BookSide(16);
    expect([side.best, side.size, side.at(5)]).toEqual([undefined, 0, 0]);
    side.set(5, 1);
    side.set(-500, 2);
    side.clear();
    expect([side.best, side.size, levels(side)]).toEqual([undefined, 0, []]);
    side.set(-70, 3);
    expect(levels(side)).toEqual([[-70, 3]]);
  });

  test('needs room for some levels', () => {
    expect(() => new BookSide(7)).toThrow(RangeError);
    expect(() => new BookSide(Number.NaN)).toThrow(RangeError);
  });

  test('takes no notice of the removal of a level that is not there', () => {
    const side = new BookSide(8);
    side.set(3, 0);
    side.set(3, 1);
    for (const rank of [4, 2, 100, -100]) side.set(rank, 0);
    expect(levels(side)).toEqual([[3, 1]]);
    expect(side.moves).toBe(0);
  });

  test('stops walking when told to', () => {
    const side = new BookSide(8);
    for (const rank of [1, 2, 3]) side.set(rank, rank);
    const seen: number[] = [];
    side.walk((rank) => seen.push(rank) < 2);
    expect(seen).toEqual([3, 2]);
  });

  test.each([8, 16, 64])(
    'is with %d slots what a map of all levels says, wherever the best goes',
    (slots) => {
      const rank = fc.oneof(
        fc.integer({ min: -40, max: 40 }),
        fc.integer({ min: -3_000, max: 3_000 }),
        // Prices of asks are negative ranks, and some are large.
        fc.integer({ min: -1_000_000_050, max: -999_999_950 }),
      );
      const change = fc.tuple(rank, fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 9 })));
      fc.assert(
        fc.property(fc.array(change, { maxLength: 120 }), (changes) => {
          const side = new BookSide(slots);
          const truth = new Map<number, number>();
          for (const [at, quantity] of changes) {
            side.set(at, quantity);
            if (quantity === 0) truth.delete(at);
            else truth.set(at, quantity);
            const ranks = [...truth.keys()].sort((a, b) => b - a);
            expect(side.best).toBe(ranks[0]);
            expect([side.size, side.worst]).toEqual([truth.size, ranks.at(-1)]);
            expect(side.at(at)).toBe(quantity);
          }
          expect(levels(side)).toEqual([...truth].sort(([a], [b]) => b - a));
        }),
        { numRuns: 1_000 },
      );
    },
  );

  test('follows a price that wanders off without moving the window at each step', () => {
    const side = new BookSide(1_024);
    for (let step = 0; step < 20_000; step += 1) {
      side.set(step, 1);
      if (step >= 200) side.set(step - 200, 0);
    }
    expect(side.best).toBe(19_999);
    expect(side.size).toBe(200);
    expect(side.moves).toBeLessThan(90);
  });
});
