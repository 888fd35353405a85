import { describe, expect, test } from 'vitest';
import { anchoredRange, barsInView, positionShowing } from './visible-range.js';

describe('what is in view', () => {
  test('scrolls to a bar no further than the edge it left by', () => {
    const range = { from: 50, to: 90 };
    expect(positionShowing(49, range, 101)).toBe(-11);
    expect(positionShowing(91, range, 101)).toBe(-9);
    expect(positionShowing(100, range, 101)).toBe(0);
  });

  test('does not scroll to what is in view', () => {
    expect(positionShowing(50, { from: 50, to: 90 }, 101)).toBeUndefined();
    expect(positionShowing(90, { from: 50, to: 90 }, 101)).toBeUndefined();
  });

  test('zooms around a bar, which stays where it is', () => {
    expect(anchoredRange({ from: 0, to: 100 }, 25, 0.5)).toEqual({ from: 12.5, to: 62.5 });
    expect(anchoredRange({ from: 0, to: 100 }, 100, 2)).toEqual({ from: -100, to: 100 });
    expect(anchoredRange({ from: 0, to: 100 }, -7, 0.5)).toEqual({ from: 50, to: 100 });
  });

  test('tells the bars in view, also where the view is wider than they are', () => {
    const times = [10, 20, 30, 40];
    expect(barsInView({ from: 0.6, to: 2.4 }, times)).toEqual({ firstMs: 20, lastMs: 30 });
    expect(barsInView({ from: -9, to: 9 }, times)).toEqual({ firstMs: 10, lastMs: 40 });
    expect(barsInView({ from: 5, to: 9 }, times)).toBeUndefined();
    expect(barsInView({ from: 0, to: 9 }, [])).toBeUndefined();
  });
});
