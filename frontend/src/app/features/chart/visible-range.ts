import { type BucketSpan } from './chart-drawing.js';

/** What is in view, in bars: whole numbers are the middles of bars, the oldest is 0. */
export interface BarRange {
  readonly from: number;
  readonly to: number;
}

/**
 * How far to scroll so that a bar that is out of view is just in view, at the edge by which it left: bars between the newest
 * one and the right edge. Undefined for a bar that is in view.
 */
export function positionShowing(index: number, range: BarRange, barCount: number): number | undefined {
  if (index >= range.from && index <= range.to) return undefined;
  const right = index < range.from ? index + (range.to - range.from) : index;
  return right - (barCount - 1);
}

/** `factor` times as many bars, with one of them where it was; at the right edge where that one is out of view. */
export function anchoredRange(range: BarRange, anchor: number, factor: number): BarRange {
  const fixed = anchor < range.from || anchor > range.to ? range.to : anchor;
  return { from: fixed - (fixed - range.from) * factor, to: fixed + (range.to - fixed) * factor };
}

/** The bars of which at least the middle is in view, as starts of the first and the last; undefined where there is none. */
export function barsInView(range: BarRange, times: readonly number[]): BucketSpan | undefined {
  const firstMs = times[Math.max(0, Math.ceil(range.from))];
  const lastMs = times[Math.min(times.length - 1, Math.floor(range.to))];
  return firstMs === undefined || lastMs === undefined || firstMs > lastMs ? undefined : { firstMs, lastMs };
}
