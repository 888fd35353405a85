import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { InvalidTimeframeError } from './errors.js';
import {
  baseTimeframe,
  bucketStartMs,
  COMMON_TIMEFRAMES,
  fixedLengthMs,
  nextBucketStartMs,
  parseTimeframe,
} from './timeframe.js';

const startOf = (timeframe: string, time: string) =>
  new Date(bucketStartMs(parseTimeframe(timeframe), Date.parse(time))).toISOString();
const nextOf = (timeframe: string, time: string) =>
  new Date(nextBucketStartMs(parseTimeframe(timeframe), Date.parse(time))).toISOString();

describe('a timeframe', () => {
  test('has one text for one length', () => {
    const texts = ['1m', '60m', '90m', '24h', '48h', '7d', '1w', '1M', '1440m'];
    expect(texts.map(parseTimeframe)).toEqual(['1m', '1h', '90m', '1d', '2d', '7d', '1w', '1M', '1d']);
  });

  test.each(['', '0m', '-1m', '1', 'm', '1s', '2w', '2M', '1.5h', '01m', '1 m', '99999d', '367d', '١m'])(
    'refuses %j',
    (text) => {
      expect(() => parseTimeframe(text)).toThrow(InvalidTimeframeError);
    },
  );

  test('S087 begins its buckets at round times in UTC, 4h and 1d included', () => {
    expect(startOf('4h', '2026-11-21T15:59:59.999Z')).toBe('2026-11-21T12:00:00.000Z');
    expect(startOf('4h', '2026-11-21T16:00:00.000Z')).toBe('2026-11-21T16:00:00.000Z');
    expect(startOf('1d', '2026-11-21T23:59:59.999Z')).toBe('2026-11-21T00:00:00.000Z');
    expect(startOf('30m', '2026-11-21T23:31:00.000Z')).toBe('2026-11-21T23:30:00.000Z');
  });

  test('S272 has ISO weeks, which begin on Monday, and calendar months', () => {
    expect(startOf('1w', '2026-11-22T23:59:59.999Z')).toBe('2026-11-16T00:00:00.000Z');
    expect(startOf('1w', '2026-11-23T00:00:00.000Z')).toBe('2026-11-23T00:00:00.000Z');
    expect(startOf('1w', '1970-01-01T00:00:00.000Z')).toBe('1969-12-29T00:00:00.000Z');
    expect(startOf('1M', '2028-02-29T12:00:00.000Z')).toBe('2028-02-01T00:00:00.000Z');
    expect(nextOf('1M', '2026-12-31T23:00:00.000Z')).toBe('2027-01-01T00:00:00.000Z');
  });

  test('S273 may have any length, counted from the epoch', () => {
    expect(startOf('7m', '1970-01-01T00:13:59.999Z')).toBe('1970-01-01T00:07:00.000Z');
    expect(startOf('2h', '2026-11-21T15:00:00.000Z')).toBe('2026-11-21T14:00:00.000Z');
  });

  test('is made of the coarsest rollup whose borders it lies on', () => {
    const bases = ['1m', '7m', '30m', '90m', '1h', '4h', '1d', '7d', '1w', '1M'];
    expect(bases.map((text) => baseTimeframe(parseTimeframe(text)))).toEqual([
      '1m',
      '1m',
      '1m',
      '1m',
      '1h',
      '1h',
      '1d',
      '1d',
      '1d',
      '1d',
    ]);
  });

  test('covers time without holes or overlaps, in buckets that whole buckets of its rollup fill', () => {
    const timeframes = [...COMMON_TIMEFRAMES, ...['3m', '7m', '90m', '5h', '3d'].map(parseTimeframe)];
    fc.assert(
      fc.property(
        fc.constantFrom(...timeframes),
        fc.integer({ min: -1e12, max: 4e12 }),
        (timeframe, timeMs) => {
          const startMs = bucketStartMs(timeframe, timeMs);
          const nextMs = nextBucketStartMs(timeframe, timeMs);
          expect(startMs <= timeMs && timeMs < nextMs).toBe(true);
          expect(bucketStartMs(timeframe, startMs)).toBe(startMs);
          expect(bucketStartMs(timeframe, nextMs - 1)).toBe(startMs);
          expect(bucketStartMs(timeframe, nextMs)).toBe(nextMs);
          const baseMs = fixedLengthMs(parseTimeframe(baseTimeframe(timeframe))) ?? Number.NaN;
          expect([Math.abs(startMs % baseMs), Math.abs(nextMs % baseMs)]).toEqual([0, 0]);
        },
      ),
    );
  });
});
