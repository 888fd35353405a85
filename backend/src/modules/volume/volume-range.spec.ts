import { describe, expect, test } from '@jest/globals';
import { parseTimeframe } from '@orderfox/domain';
import { DEFAULT_BUCKETS, MAX_BUCKETS, newestRange, volumeRange } from './volume-range.js';

const NOW = Date.parse('2025-03-15T12:34:56.789Z');
const at = (time: string) => Date.parse(time);
const read = (timeframe: string, given: { from?: number | null; to?: number | null }) => {
  const { fromMs, toMs } = volumeRange(parseTimeframe(timeframe), given, NOW);
  return [new Date(fromMs).toISOString(), new Date(toMs).toISOString()];
};

describe('a range of buckets', () => {
  test('is, where nothing is said, the newest 500 buckets, one of them ahead of the clock', () => {
    expect(read('1m', {})).toEqual(['2025-03-15T04:16:00.000Z', '2025-03-15T12:36:00.000Z']);
    expect(at('2025-03-15T12:36:00.000Z') - at('2025-03-15T04:16:00.000Z')).toBe(DEFAULT_BUCKETS * 60_000);
    expect(read('1M', {})).toEqual(['1983-09-01T00:00:00.000Z', '2025-05-01T00:00:00.000Z']);
    expect(newestRange(parseTimeframe('1m'), NOW)).toEqual(volumeRange(parseTimeframe('1m'), {}, NOW));
  });

  test('is what was asked for, to the millisecond', () => {
    const [from, to] = [at('2025-01-01T00:00:01Z'), at('2025-01-01T01:00:00Z')];
    expect(volumeRange(parseTimeframe('1m'), { from, to }, NOW)).toEqual({ fromMs: from, toMs: to });
  });

  test('without an end reaches to the present, without a beginning 500 buckets back', () => {
    expect(read('1h', { from: at('2025-03-14T00:00:00Z') })).toEqual([
      '2025-03-14T00:00:00.000Z',
      '2025-03-15T14:00:00.000Z',
    ]);
    expect(read('1d', { to: at('2025-01-02T00:00:00Z') })[0]).toBe('2023-08-21T00:00:00.000Z');
    expect(read('1d', { to: at('2025-01-01T00:00:01Z'), from: null })[0]).toBe('2023-08-21T00:00:00.000Z');
  });

  test('that begins in the future is empty rather than an error', () => {
    const from = at('2030-01-01T00:00:00Z');
    expect(volumeRange(parseTimeframe('1m'), { from }, NOW)).toEqual({ fromMs: from, toMs: from });
  });

  test('of more than 5,000 buckets is refused with what to do', () => {
    const from = at('2025-01-01T00:00:00Z');
    const to = from + MAX_BUCKETS * 60_000;
    expect(volumeRange(parseTimeframe('1m'), { from, to }, NOW)).toEqual({ fromMs: from, toMs: to });
    expect(() => volumeRange(parseTimeframe('1m'), { from, to: to + 1 }, NOW)).toThrow(
      expect.objectContaining({
        code: 'RANGE_TOO_WIDE',
        message: expect.stringContaining('longer timeframe'),
      }),
    );
    // The bucket in which the beginning lies counts.
    expect(() => volumeRange(parseTimeframe('1m'), { from: from - 1, to }, NOW)).toThrow(
      '5001 buckets of 1m',
    );
  });

  test.each(['1m', '7m', '1d', '1w', '1M'])(
    'of all time is refused for %s and breaks nothing',
    (timeframe) => {
      expect(() => read(timeframe, { from: -8.64e15, to: 8.64e15 })).toThrow(
        expect.objectContaining({ code: 'RANGE_TOO_WIDE' }),
      );
      expect(() => read(timeframe, { to: -8.64e15 })).not.toThrow(RangeError);
      expect(() => read(timeframe, { from: 8.64e15 })).not.toThrow(RangeError);
    },
  );

  test('that ends before it begins is refused', () => {
    expect(() => read('1m', { from: 2, to: 1 })).toThrow(expect.objectContaining({ code: 'BAD_USER_INPUT' }));
  });
});
