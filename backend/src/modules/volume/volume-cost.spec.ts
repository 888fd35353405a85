import { describe, expect, test } from '@jest/globals';
import { bucketPoints } from './volume-cost.js';

const DAY_MS = 86_400_000;
const of = (given: Readonly<Record<string, unknown>>) => bucketPoints(500, (name) => given[name]);

describe('the points of a range of buckets', () => {
  test.each([
    [{ timeframe: '1m' }, 0],
    [{ timeframe: '1m', from: 0, to: 500 * 60_000 }, 0],
    [{ timeframe: '1m', from: 0, to: 4_500 * 60_000 }, 2_000],
    [{ timeframe: '5m', from: 0, to: 4_500 * 60_000 }, 200],
    [{ timeframe: '1d', from: 0, to: 900 * DAY_MS }, 200],
    [{ timeframe: '1M', from: 0, to: 28 * 600 * DAY_MS }, 50],
    // No shorter one could have more.
    [{ timeframe: 'never', from: 0, to: 4_500 * 60_000 }, 2_000],
    [{ from: 0, to: 4_500 * 60_000 }, 2_000],
    [{ timeframe: '1h', from: 0 }, 2_250],
  ])('%j', (given, points) => {
    expect(of(given)).toBe(points);
  });
});
