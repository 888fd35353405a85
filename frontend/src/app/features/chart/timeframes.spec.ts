import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  bucketStarts,
  bucketStartMs,
  canonicalTimeframe,
  CHART_TIMEFRAMES,
  isIntraday,
  stepBucketMs,
} from './timeframes.js';

const anyTimeframe = fc.constantFrom(...CHART_TIMEFRAMES, '7m', '2h');
const anyInstant = fc.integer({ min: Date.UTC(1990, 0, 1), max: Date.UTC(2100, 0, 1) });

describe('buckets', () => {
  test.each([
    ['1m', '2026-01-27T14:27:00.000Z'],
    ['15m', '2026-01-27T14:15:00.000Z'],
    ['4h', '2026-01-27T12:00:00.000Z'],
    ['1d', '2026-01-27T00:00:00.000Z'],
    ['1w', '2026-01-26T00:00:00.000Z'],
    ['1M', '2026-01-01T00:00:00.000Z'],
    ['7m', '2026-01-27T14:24:00.000Z'],
  ])('of %s begin in UTC, weeks on Monday (S267)', (timeframe, start) => {
    const ms = Date.UTC(2026, 0, 27, 14, 27, 40);
    expect(new Date(bucketStartMs(timeframe, ms)).toISOString()).toBe(start);
  });

  test('hold every instant exactly once', () => {
    fc.assert(
      fc.property(anyTimeframe, anyInstant, (timeframe, ms) => {
        const start = bucketStartMs(timeframe, ms);
        const next = stepBucketMs(timeframe, start);
        expect(start <= ms && ms < next).toBe(true);
        expect(bucketStartMs(timeframe, next)).toBe(next);
        expect(stepBucketMs(timeframe, next, -1)).toBe(start);
      }),
    );
  });

  test('of a stretch follow each other, the newest where there are too many', () => {
    const from = Date.UTC(2026, 0, 15);
    expect(
      bucketStarts('1M', from, Date.UTC(2026, 3, 2), 100).map((ms) => new Date(ms).getUTCMonth()),
    ).toEqual([0, 1, 2, 3]);
    expect(bucketStarts('1d', from, Date.UTC(2026, 3, 2), 2)).toEqual([
      Date.UTC(2026, 3, 1),
      Date.UTC(2026, 3, 2),
    ]);
  });

  test('have a time of day when they begin within days', () => {
    expect(['1m', '4h', '23h', '36h', '1d', '24h', '48h', '1w', '1M'].filter(isIntraday)).toEqual([
      '1m',
      '4h',
      '23h',
      '36h',
    ]);
  });

  test.each([
    ['60m', '1h'],
    ['90m', '90m'],
    ['1440m', '1d'],
    ['36h', '36h'],
    ['48h', '2d'],
    ['7d', '7d'],
    ['1w', '1w'],
    ['1M', '1M'],
  ])('of %s are those of %s', (timeframe, canonical) => {
    expect(canonicalTimeframe(timeframe)).toBe(canonical);
  });
});
