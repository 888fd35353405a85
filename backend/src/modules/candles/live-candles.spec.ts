import { describe, expect, test } from '@jest/globals';
import { parseTimeframe } from '@orderfox/domain';
import { minuteCandle, minuteCandles } from './candle-for-tests.js';
import { LiveCandles } from './live-candles.js';

const MINUTE = 60_000;
const START = Date.UTC(2026, 10, 20, 12);
const ONE = parseTimeframe('1m');
const TWO = parseTimeframe('2m');

const at = (minute: number) => START + minute * MINUTE;
const candle = (minute: number, volume: string, isClosed = false) =>
  minuteCandle(at(minute), volume, isClosed);

describe('LiveCandles', () => {
  test('keeps the later state of a candle, whichever comes first', () => {
    const live = new LiveCandles(ONE, ONE, at(-1));
    expect(live.take([candle(0, '2')])).toEqual([at(0)]);
    expect(live.take([candle(0, '1'), candle(0, '2')])).toEqual([]);
    expect(live.take([candle(0, '3', true)])).toEqual([at(0)]);
    expect(live.take([candle(0, '4')])).toEqual([]);
    expect(live.get(at(0))).toMatchObject({ volume: '3', isClosed: true });
  });

  test('shows a newcomer the newest two, and notices a candle whose end was not told', () => {
    const live = new LiveCandles(ONE, ONE, at(-1));
    live.fill([candle(-1, '1', true), candle(0, '1', true), candle(1, '1')]);
    expect(live.newest()).toEqual([at(0), at(1)]);
    expect(live.hasHole).toBe(false);
    live.take([candle(2, '1')]);
    expect(live.hasHole).toBe(true);
    expect(live.missingFromMs).toBe(at(1));
    live.take([candle(1, '1', true)]);
    expect(live.hasHole).toBe(false);
    expect(live.missingFromMs).toBe(at(2));
  });

  test('notices that candles are missing, until history tells them, or tells that there are none', () => {
    const live = new LiveCandles(ONE, ONE, at(-1));
    live.fill([candle(0, '1')]);
    live.take([candle(0, '2', true), candle(4, '1')]);
    expect(live.hasHole).toBe(true);
    expect(live.missingFromMs).toBe(at(0));
    // Nothing was traded in minute 2, and the venue has no candle of it.
    const told = live.fill([
      candle(0, '2', true),
      candle(1, '1', true),
      candle(3, '1', true),
      candle(4, '1'),
    ]);
    expect(told).toEqual([at(1), at(3)]);
    expect(live.newest()).toEqual([at(3), at(4)]);
    expect(live.hasHole).toBe(false);
    expect(live.missingFromMs).toBe(at(4));
  });

  test('goes on with what came live meanwhile when history fills a hole', () => {
    const live = new LiveCandles(ONE, ONE, at(-1));
    live.fill([candle(0, '1')]);
    live.take([candle(3, '1', true), candle(4, '1')]);
    live.fill([candle(0, '2', true), candle(1, '1', true), candle(2, '1', true)]);
    expect(live.hasHole).toBe(false);
    expect(live.missingFromMs).toBe(at(4));
  });

  test('takes no late state of what is over', () => {
    const live = new LiveCandles(TWO, ONE, at(-2));
    live.fill([candle(0, '1', true), candle(1, '1', true), candle(2, '1')]);
    expect(live.take([candle(1, '2'), candle(-4, '1', true)])).toEqual([]);
    expect(live.newest()).toEqual([at(0), at(2)]);
    expect(live.get(at(0))).toMatchObject({ volume: '2', isClosed: true });
  });

  test('closes what history no longer names, for it goes on behind it', () => {
    const live = new LiveCandles(ONE, ONE, at(-1));
    live.take([candle(0, '0')]);
    expect(live.fill([candle(-1, '1', true), candle(1, '1')])).toEqual([at(-1), at(0), at(1)]);
    expect(live.get(at(0))).toMatchObject({ volume: '0', isClosed: true });
  });

  test('joins parts into the timeframe that is wanted', () => {
    const live = new LiveCandles(TWO, ONE, at(-2));
    live.fill([candle(0, '1', true), candle(1, '0.5')]);
    expect(live.get(at(0))).toMatchObject({ timeframe: '2m', volume: '1.5', isClosed: false });
    expect(live.take([candle(1, '0.75', true)])).toEqual([at(0)]);
    expect(live.get(at(0))).toMatchObject({ volume: '1.75', isClosed: true });
    expect(live.take([candle(2, '1')])).toEqual([at(2)]);
  });

  test('shows nothing that is joined before history was read', () => {
    const live = new LiveCandles(TWO, ONE, at(-2));
    expect(live.take([candle(1, '1')])).toEqual([]);
    expect(live.newest()).toEqual([]);
    expect(live.fill([candle(0, '1', true), candle(1, '0.5')])).toEqual([at(0)]);
    expect(live.get(at(0))).toMatchObject({ volume: '2' });
  });

  test('shows nothing that is joined behind a hole, or behind a part whose end was not told', () => {
    const live = new LiveCandles(TWO, ONE, at(-2));
    live.fill([candle(0, '1', true), candle(1, '0.5')]);
    expect(live.take([candle(2, '1', true), candle(5, '1')])).toEqual([]);
    expect(live.newest()).toEqual([at(0)]);
    expect(live.get(at(0))).toMatchObject({ volume: '1.5', isClosed: false });
    expect(live.fill([...minuteCandles(at(0), at(5)), candle(5, '0.5')])).toEqual([at(0), at(2), at(4)]);
    expect(live.get(at(0))).toMatchObject({ volume: '2', isClosed: true });
    expect(live.get(at(4))).toMatchObject({ volume: '2', isClosed: false });
  });

  test('closes what is joined also where its last part saw no trade', () => {
    const live = new LiveCandles(TWO, ONE, at(-2));
    live.fill([candle(0, '1')]);
    expect(live.fill([candle(0, '2', true), candle(2, '1')])).toEqual([at(0), at(2)]);
    expect(live.get(at(0))).toMatchObject({ volume: '2', isClosed: true });
  });

  test('lets go of what is old and says so, however long it runs', () => {
    const live = new LiveCandles(ONE, ONE, at(0));
    for (let minute = 0; minute < 500; minute += 1) {
      const told = live.take([candle(minute, '1', true)]);
      expect(told).toEqual(minute < 60 ? [at(minute)] : [at(minute), at(minute - 60)]);
    }
    expect(live.get(at(439))).toBeUndefined();
    expect(live.get(at(440))).toBeDefined();
  });

  test('knows when more is missing than it keeps, and begins anew behind it', () => {
    const live = new LiveCandles(ONE, ONE, at(-1));
    live.fill([candle(-1, '1', true), candle(0, '1')]);
    expect(live.isOutOfReach(at(59) + 1)).toBe(false);
    expect(live.isOutOfReach(at(60) + 1)).toBe(true);
    live.take([candle(90, '1')]);
    expect(live.beginAt(at(89))).toEqual([]);
    expect(live.newest()).toEqual([at(90)]);
    expect(live.fill([candle(89, '1', true), candle(90, '1')])).toEqual([at(89)]);
    expect(live.hasHole).toBe(false);
    expect(live.isOutOfReach(at(90) + 1)).toBe(false);
  });

  test('says what is gone when it begins anew', () => {
    const live = new LiveCandles(ONE, ONE, at(-1));
    live.fill([candle(-1, '1', true), candle(0, '1')]);
    expect(live.beginAt(at(70))).toEqual([at(-1), at(0)]);
    expect(live.newest()).toEqual([]);
  });
});
