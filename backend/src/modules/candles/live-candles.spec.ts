import { describe, expect, test } from '@jest/globals';
import { parseDecimal, parseTimeframe, type Candle } from '@orderfox/domain';
import { LiveCandles } from './live-candles.js';

const MINUTE = 60_000;
const START = Date.UTC(2026, 10, 20, 12);
const ONE = parseTimeframe('1m');

function candle(minute: number, volume: string, isClosed = false): Candle {
  const price = parseDecimal('100');
  const ends = { open: price, high: price, low: price, close: price };
  const sizes = { volume: parseDecimal(volume), volumeUsd: price };
  return {
    venue: 'binance',
    symbol: 'BTCUSDT',
    timeframe: ONE,
    startMs: START + minute * MINUTE,
    ...ends,
    ...sizes,
    isClosed,
  };
}

const at = (minute: number) => START + minute * MINUTE;

describe('LiveCandles', () => {
  test('keeps the later state of a candle, whichever comes first', () => {
    const live = new LiveCandles(ONE, ONE);
    expect(live.take([candle(0, '2')])).toEqual([at(0)]);
    expect(live.take([candle(0, '1'), candle(0, '2')])).toEqual([]);
    expect(live.take([candle(0, '3', true)])).toEqual([at(0)]);
    expect(live.take([candle(0, '4')])).toEqual([]);
    expect(live.get(at(0))).toMatchObject({ volume: '3', isClosed: true });
  });

  test('shows a newcomer the newest two, and notices a candle whose end was not told', () => {
    const live = new LiveCandles(ONE, ONE);
    live.take([candle(1, '1'), candle(0, '1', true), candle(-1, '1', true)]);
    expect(live.newest()).toEqual([at(0), at(1)]);
    expect(live.hasLooseEnd).toBe(false);
    live.take([candle(2, '1')]);
    expect(live.hasLooseEnd).toBe(true);
    live.take([candle(1, '1', true)]);
    expect(live.hasLooseEnd).toBe(false);
  });

  test('joins parts into the timeframe that is wanted', () => {
    const live = new LiveCandles(parseTimeframe('2m'), ONE);
    live.take([candle(0, '1', true), candle(1, '0.5')]);
    expect(live.get(at(0))).toMatchObject({ timeframe: '2m', volume: '1.5', isClosed: false });
    expect(live.take([candle(1, '0.75', true)])).toEqual([at(0)]);
    expect(live.get(at(0))).toMatchObject({ volume: '1.75', isClosed: true });
  });

  test('lets go of what is old and says so, however long it runs', () => {
    const live = new LiveCandles(ONE, ONE);
    for (let minute = 0; minute < 500; minute += 1) {
      const told = live.take([candle(minute, '1', true)]);
      expect(told).toEqual(minute < 60 ? [at(minute)] : [at(minute), at(minute - 60)]);
    }
    expect(live.get(at(439))).toBeUndefined();
    expect(live.get(at(440))).toBeDefined();
  });
});
