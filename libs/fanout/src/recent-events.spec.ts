import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { RecentEvents } from './recent-events.js';

function holding(limit: number, ...positions: readonly number[]): RecentEvents<number> {
  const recent = new RecentEvents<number>(limit);
  for (const position of positions) recent.add(position, position);
  return recent;
}

describe('RecentEvents', () => {
  test('covers everything while nothing was announced, and has nothing to give', () => {
    const recent = holding(3);
    expect([recent.newest, recent.size]).toEqual([undefined, 0]);
    expect([recent.coversAfter(0), recent.coversAfter(Number.NEGATIVE_INFINITY)]).toEqual([true, true]);
    expect(recent.firstAfter(0)).toBeUndefined();
  });

  test('covers from just below the first event that it was told of, and no earlier', () => {
    const recent = holding(3, 7);
    expect([recent.coversAfter(5), recent.coversAfter(6), recent.coversAfter(7)]).toEqual([
      false,
      true,
      true,
    ]);
    expect([recent.firstAfter(6), recent.firstAfter(7), recent.firstAfter(8)]).toEqual([
      7,
      undefined,
      undefined,
    ]);
  });

  test('covers everything while exactly full, and with one more from the one that fell out on', () => {
    const recent = holding(3, 2, 5, 9);
    expect([recent.size, recent.coversAfter(1)]).toEqual([3, true]);
    recent.add(10, 10);
    expect(recent.size).toBe(3);
    // Between 2, which is gone, and 5 lies nothing.
    expect([recent.coversAfter(1), recent.coversAfter(2), recent.coversAfter(4)]).toEqual([
      false,
      true,
      true,
    ]);
    expect([recent.firstAfter(2), recent.firstAfter(4), recent.firstAfter(5)]).toEqual([5, 5, 9]);
  });

  test('keeps the newest alone where it has room for one', () => {
    const recent = holding(1, 1, 2, 3);
    expect([recent.size, recent.newest, recent.firstAfter(2)]).toEqual([1, 3, 3]);
    expect([recent.coversAfter(1), recent.coversAfter(2)]).toEqual([false, true]);
  });

  test('begins anew after it was cleared, once or twice, with lower positions too', () => {
    const recent = holding(2, 7, 8, 9);
    recent.clear();
    recent.clear();
    expect([recent.newest, recent.size, recent.coversAfter(0)]).toEqual([undefined, 0, true]);
    expect(recent.firstAfter(0)).toBeUndefined();
    for (const position of [1, 2, 3]) recent.add(position, position);
    expect([recent.coversAfter(0), recent.coversAfter(1), recent.firstAfter(1)]).toEqual([false, true, 2]);
  });

  test('gives what the end of a plain list gives, through gaps and going round', () => {
    const step = fc.oneof(
      { weight: 20, arbitrary: fc.record({ add: fc.integer({ min: 1, max: 3 }) }) },
      { weight: 1, arbitrary: fc.constant({ clear: true } as const) },
    );
    fc.assert(
      fc.property(
        fc.array(step, { maxLength: 60 }),
        fc.integer({ min: 1, max: 9 }),
        fc.nat(5),
        (steps, limit, first) => {
          const recent = new RecentEvents<{ readonly position: number }>(limit);
          let all: { readonly position: number }[] = [];
          for (const what of steps) {
            if ('clear' in what) {
              recent.clear();
              all = [];
            } else {
              const event = { position: (all.at(-1)?.position ?? first) + what.add };
              recent.add(event, event.position);
              all.push(event);
            }
            const kept = all.slice(-limit);
            const newest = all.at(-1)?.position;
            expect([recent.newest, recent.size]).toEqual([newest, kept.length]);
            // The last one that is not kept; nothing lies between the first one's position and the one below.
            const floor = all.at(-limit - 1)?.position ?? (all[0] && all[0].position - 1);
            for (let after = -1; after <= (newest ?? first) + 1; after += 1) {
              const isCovered = floor === undefined || after >= floor;
              expect(recent.coversAfter(after)).toBe(isCovered);
              if (isCovered)
                expect(recent.firstAfter(after)).toBe(kept.find(({ position }) => position > after));
            }
          }
        },
      ),
    );
  });
});
