import { describe, expect, test } from '@jest/globals';
import { aggregateCandles, type Candle } from './candle.js';
import { nextBucketStartMs, parseTimeframe, type Timeframe } from './timeframe.js';

const MONDAY = Date.UTC(2026, 10, 16);

function candle(
  timeframe: string,
  startMs: number,
  given: Partial<Record<keyof Candle, string | boolean>> = {},
): Candle {
  const texts = { open: '100', high: '110', low: '90', close: '105', volume: '0.1', volumeUsd: '10.1' };
  return {
    venue: 'binance',
    symbol: 'BTCUSDT',
    count: 3,
    isClosed: true,
    ...texts,
    ...given,
    timeframe: parseTimeframe(timeframe),
    startMs,
  } as Candle;
}

/** One after the other, from a start on. */
function series(timeframe: Timeframe, startMs: number, count: number): readonly Candle[] {
  const all: Candle[] = [];
  for (let at = startMs; all.length < count; at = nextBucketStartMs(timeframe, at))
    all.push(candle(timeframe, at));
  return all;
}

describe('aggregateCandles', () => {
  test('takes the first open, the last close, the extremes and exact sums', () => {
    const minutes = [
      candle('1m', MONDAY, { open: '100', high: '101', low: '99.5', close: '100.5' }),
      candle('1m', MONDAY + 60_000, { open: '100.5', high: '103.25', low: '100', close: '103' }),
      candle('1m', MONDAY + 120_000, { open: '103', high: '103', low: '9.9', close: '99' }),
    ];
    expect(aggregateCandles(minutes, parseTimeframe('3m'))).toEqual([
      {
        ...minutes[0],
        timeframe: '3m',
        high: '103.25',
        low: '9.9',
        close: '99',
        volume: '0.3',
        volumeUsd: '30.3',
        count: 9,
      },
    ]);
  });

  test('a bucket is closed with its last part, or when a later one has begun', () => {
    const open = candle('1m', MONDAY + 4 * 60_000, { isClosed: false });
    const closed = (parts: readonly Candle[]) =>
      aggregateCandles(parts, parseTimeframe('2m')).map(({ isClosed }) => isClosed);
    expect(closed(series(parseTimeframe('1m'), MONDAY, 3))).toEqual([true, false]);
    expect(closed(series(parseTimeframe('1m'), MONDAY, 4))).toEqual([true, true]);
    expect(closed([candle('1m', MONDAY), open])).toEqual([true, false]);
  });

  test('weeks begin on Mondays and months on their first day', () => {
    const days = series(parseTimeframe('1d'), MONDAY, 21);
    expect(aggregateCandles(days, parseTimeframe('1w')).map(({ startMs }) => startMs)).toEqual([
      MONDAY,
      MONDAY + 7 * 86_400_000,
      MONDAY + 14 * 86_400_000,
    ]);
    const [november, december] = aggregateCandles(days, parseTimeframe('1M'));
    expect([november?.startMs, december?.startMs]).toEqual([Date.UTC(2026, 10, 1), Date.UTC(2026, 11, 1)]);
    expect([november?.isClosed, december?.isClosed]).toEqual([true, false]);
  });

  test('says nothing of the number of trades when one part does not', () => {
    const silent = candle('1m', MONDAY + 60_000);
    Reflect.deleteProperty(silent, 'count');
    expect(aggregateCandles([candle('1m', MONDAY), silent], parseTimeframe('2m'))[0]).not.toHaveProperty(
      'count',
    );
    expect(aggregateCandles([], parseTimeframe('2m'))).toEqual([]);
  });
});
