import { describe, expect, test } from '@jest/globals';
import { historyRange, isAfterGap, MAX_POINTS } from './history-range.js';

const MINUTE_MS = 60_000;
const NOW_MS = 1_700_000_000_000;

describe('a range of history', () => {
  test.each([
    [1, 1],
    [4, 1],
    [5, 5],
    [24, 5],
    [25, 15],
    [72, 15],
    [73, 60],
    [168, 60],
    [288, 60],
    [720, 240],
  ])('S190: %i hours are told in steps of %i minutes', (hours, minutes) => {
    const range = historyRange(hours, NOW_MS, 30);
    expect(range.stepMs).toBe(minutes * MINUTE_MS);
    expect((hours * 60) / minutes).toBeLessThanOrEqual(MAX_POINTS);
    expect(range.fromMs).toBe(NOW_MS - hours * 60 * MINUTE_MS);
  });

  test.each([0, -1, 721, Number.MAX_SAFE_INTEGER])(
    'S190: refuses %i hours and says what there is',
    (hours) => {
      expect(() => historyRange(hours, NOW_MS, 30)).toThrow('hours: must be 1 to 720');
    },
  );

  test('S190: is a day where nothing is said', () => {
    expect(historyRange(undefined, NOW_MS, 30)).toEqual(historyRange(24, NOW_MS, 30));
    expect(historyRange(null, NOW_MS, 1)).toEqual(historyRange(24, NOW_MS, 1));
  });

  test('a point is after a hole where more than two steps are missing, and ten minutes at least', () => {
    expect(isAfterGap(undefined, NOW_MS, MINUTE_MS)).toBe(false);
    expect(isAfterGap(NOW_MS - 10 * MINUTE_MS, NOW_MS, MINUTE_MS)).toBe(false);
    expect(isAfterGap(NOW_MS - 10 * MINUTE_MS - 1, NOW_MS, MINUTE_MS)).toBe(true);
    expect(isAfterGap(NOW_MS - 30 * MINUTE_MS, NOW_MS, 15 * MINUTE_MS)).toBe(false);
    expect(isAfterGap(NOW_MS - 31 * MINUTE_MS, NOW_MS, 15 * MINUTE_MS)).toBe(true);
  });
});
