import { describe, expect, test } from '@jest/globals';
import { formatClockTime } from './clock-time.js';

describe('formatClockTime', () => {
  test.each([
    [1_700_000_000_000, '22:13:20'],
    [1_700_000_000_999, '22:13:20'],
    [0, '00:00:00'],
    [1_709_164_799_999, '23:59:59'],
  ])('shows %i as %s, in UTC wherever the server stands (S052)', (timeMs, shown) => {
    expect(formatClockTime(timeMs)).toBe(shown);
  });
});
