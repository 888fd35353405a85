import { describe, expect, test } from 'vitest';
import { barsOf, indexAt, isFollowing, restoredPosition, rightmostBar, ViewMemory } from './kept-view.js';

const times = (count: number, everyMs = 60_000, firstMs = 0) =>
  Array.from({ length: count }, (_, index) => firstMs + index * everyMs);

describe('restoredPosition', () => {
  const view = { timeframe: '1m', position: -20.5, rightMs: 78 * 60_000 };

  test('keeps the distance from the newest bar while the viewer follows it', () => {
    expect(restoredPosition({ ...view, position: 4 }, '5m', times(500))).toBe(4);
  });

  test('shows the same time to the fraction of a bar when newer bars were added', () => {
    expect(restoredPosition(view, '1m', times(103))).toBe(-23.5);
  });

  test('shows the same time when older bars were added', () => {
    expect(restoredPosition(view, '1m', times(300, 60_000, -200 * 60_000))).toBe(-20.5);
  });

  test('shows the same time among bars that end long before the newest one then', () => {
    expect(restoredPosition(view, '1m', times(90))).toBe(78.5 - 89);
  });

  test('has the same bar at the right edge in another timeframe', () => {
    expect(restoredPosition(view, '5m', times(20, 300_000))).toBe(15 - 19);
  });

  test('takes a whole number of bars for that, whatever its last digits', () => {
    for (const position of [-20, -20 - 1e-9, -20 + 1e-9]) {
      expect(rightmostBar(position, 100)).toBe(79);
      const almost = { ...view, position, rightMs: 79 * 60_000 };
      expect(restoredPosition(almost, '1m', times(100))).toBeCloseTo(-20, 6);
    }
    expect([-20.5, 4, -500].map((position) => rightmostBar(position, 100))).toEqual([78, 99, 0]);
  });

  test('tells following from looking back', () => {
    expect([4, 0, -0.9, -1, -50].map(isFollowing)).toEqual([true, true, true, false, false]);
  });
});

describe('ViewMemory', () => {
  const view = (rightMs: number, position = -50) => ({ timeframe: '1m', position, rightMs });

  test('keeps what the viewer chose while something else had to be shown instead', () => {
    const memory = new ViewMemory();
    expect(memory.chosen).toBeUndefined();
    expect(memory.seen(view(1_000))).toBe(true);
    memory.restored(view(9_000));
    expect(memory.seen(view(9_000, -51))).toBe(false);
    expect(memory.chosen).toEqual(view(1_000));
  });

  test('takes what the viewer chooses instead of that', () => {
    const memory = new ViewMemory();
    memory.seen(view(1_000));
    memory.restored(view(9_000));
    expect(memory.seen(view(8_000))).toBe(true);
    expect(memory.seen(view(9_000))).toBe(true);
    expect(memory.chosen).toEqual(view(9_000));
  });

  test('takes every movement where what was chosen is shown', () => {
    const memory = new ViewMemory();
    memory.seen(view(1_000, -50.2));
    memory.restored(view(1_000, -20));
    expect(memory.seen(view(1_000, -20.4))).toBe(true);
    memory.seen(view(5_000, 4));
    memory.restored(view(6_000, 4));
    expect(memory.seen(view(6_000, 2))).toBe(true);
  });
});

describe('barsOf', () => {
  const bars = times(5, 10, 100);
  test.each([
    [110, 120, { first: 1, last: 2 }],
    [0, 105, { first: 0, last: 0 }],
    [140, 900, { first: 4, last: 4 }],
    [101, 109, undefined],
    [0, 90, undefined],
    [150, 900, undefined],
  ])('finds the bars from %i to %i', (firstMs, lastMs, expected) => {
    expect(barsOf({ firstMs, lastMs }, bars)).toEqual(expected);
  });

  test('finds nothing among no bars', () => {
    expect(barsOf({ firstMs: 0, lastMs: 10 }, [])).toBeUndefined();
  });

  test('indexAt is the last bar not after a time', () => {
    expect([0, 100, 115, 999].map((ms) => indexAt(bars, ms))).toEqual([0, 0, 1, 4]);
  });
});
