import { describe, expect, test } from 'vitest';
import { type BucketPoint } from './chart-points.js';
import { hatchRanges, isHatched } from './hatch-ranges.js';

const MINUTE = 60_000;
const at = (minutes: number) => Date.UTC(2026, 0, 27, 14) + minutes * MINUTE;
const span = { fromMs: at(0), nowMs: at(30) };
const hole = (from: number, to: number | undefined, venue = 'okx') => ({
  venue,
  fromMs: at(from),
  toMs: to === undefined ? undefined : at(to),
});
const bucket = (minute: number, quality: BucketPoint['quality']) =>
  ({ startMs: at(minute), quality }) as BucketPoint;
const minutes = (ranges: ReturnType<typeof hatchRanges>) =>
  ranges.map(({ firstMs, lastMs }) => [(firstMs - at(0)) / MINUTE, (lastMs - at(0)) / MINUTE]);

describe('hatchRanges', () => {
  test('holds every bucket that a hole touches, and none beside it', () => {
    expect(minutes(hatchRanges('1m', [hole(3.5, 5.2)], [], span))).toEqual([[3, 5]]);
    expect(minutes(hatchRanges('1m', [hole(3, 5)], [], span))).toEqual([[3, 4]]);
    expect(minutes(hatchRanges('1m', [hole(3, 3)], [], span))).toEqual([[3, 3]]);
  });

  test('lasts until now while the hole lasts, and begins where the chart begins', () => {
    expect(minutes(hatchRanges('1m', [hole(-90, 2)], [], span))).toEqual([[0, 1]]);
    expect(minutes(hatchRanges('1m', [hole(28.5, undefined)], [], span))).toEqual([[28, 29]]);
  });

  test('joins what overlaps or meets, and adds the buckets that the server calls partial', () => {
    const holes = [hole(9.1, 10.5, 'bybit'), hole(2, 4), hole(3, 6.5)];
    const buckets = [bucket(7, 'PARTIAL'), bucket(8, 'FLOOR'), bucket(20, 'PARTIAL'), bucket(21, 'EXACT')];
    expect(minutes(hatchRanges('1m', holes, buckets, span))).toEqual([
      [2, 7],
      [9, 10],
      [20, 20],
    ]);
  });

  test('leaves out holes that lie outside', () => {
    expect(hatchRanges('1m', [hole(-9, -1), hole(40, 50)], [], span)).toEqual([]);
  });

  test('knows calendar months', () => {
    const holes = [{ venue: 'okx', fromMs: Date.UTC(2026, 0, 31), toMs: Date.UTC(2026, 1, 2) }];
    const ranges = hatchRanges('1M', holes, [], { fromMs: 0, nowMs: Date.UTC(2026, 5, 1) });
    expect(ranges).toEqual([{ firstMs: Date.UTC(2026, 0, 1), lastMs: Date.UTC(2026, 1, 1) }]);
    expect(isHatched(ranges, Date.UTC(2026, 1, 1))).toBe(true);
    expect(isHatched(ranges, Date.UTC(2026, 2, 1))).toBe(false);
  });
});
