import { describe, expect, test } from 'vitest';
import { barCsv, barRows, type RowChoice } from './bar-rows.js';
import { type ChartContent } from './chart-drawing.js';
import { type BucketPoint, type CandlePoint } from './chart-points.js';

const MINUTE = 60_000;
const at = (minute: number) => Date.UTC(2026, 0, 27, 14, minute);
const candle = (minute: number): CandlePoint => ({
  venue: 'binance',
  startMs: at(minute),
  open: '100',
  high: '110.5',
  low: '99',
  close: '105.2500000001',
  volume: '12.5',
  isClosed: true,
});
const bucket = (minute: number, change: Partial<BucketPoint> = {}): BucketPoint => ({
  startMs: at(minute),
  shortsUsd: '3000.5',
  shortsText: '3K',
  longsUsd: '1000',
  longsText: '1K',
  totalUsd: '4000.5',
  totalText: '4K',
  netUsd: '2000.5',
  netText: '2K',
  count: 4,
  revision: 1,
  quality: 'FLOOR',
  ...change,
});
const content: ChartContent = {
  timeframe: '1m',
  candles: [candle(0), candle(1), candle(2), candle(4)],
  buckets: [bucket(1), bucket(4, { quality: 'EXACT' })],
  hatched: [],
  averages: undefined,
};
const choice: RowChoice = {
  span: { firstMs: at(0), lastMs: Infinity },
  zone: 'utc',
  limit: 300,
  unreadBeforeMs: -Infinity,
};

describe('the rows of the table of bars', () => {
  test('are the bars of the span, newest first, with what is known of each', () => {
    const { rows, total } = barRows(content, { ...choice, span: { firstMs: at(1), lastMs: at(3) } });
    expect(total).toBe(3);
    expect(rows.map(({ time }) => time.slice(-9))).toEqual(['14:03 UTC', '14:02 UTC', '14:01 UTC']);
    expect(rows[0]).toMatchObject({ close: undefined, longsUsd: '0', quality: 'none' });
    expect(rows[2]).toMatchObject({
      close: '105.2500000001',
      longsUsd: '1000',
      shortsUsd: '3000.5',
      count: '4',
      quality: 'floor',
    });
  });

  test('are no more than the limit, the newest, and tell how many there are', () => {
    const { rows, total } = barRows(content, { ...choice, limit: 2 });
    expect(total).toBe(5);
    expect(rows.map(({ startMs }) => (startMs - at(0)) / MINUTE)).toEqual([4, 3]);
  });

  test('never call nothing what is not known', () => {
    const hatched = [{ firstMs: at(1), lastMs: at(2) }];
    const { rows } = barRows({ ...content, hatched }, choice);
    const [, , two, one, zero] = rows;
    expect(two).toMatchObject({ longsUsd: undefined, count: undefined, quality: 'not known' });
    expect(one).toMatchObject({ longsUsd: '1000', quality: 'incomplete' });
    expect(zero?.quality).toBe('none');
    const unread = barRows(content, { ...choice, unreadBeforeMs: at(1) });
    expect(unread.rows.at(-1)).toMatchObject({ shortsUsd: undefined, quality: 'not known' });
    expect(unread.rows.at(-2)?.quality).toBe('floor');
  });

  test('are written as CSV with UTC and plain decimals, and an empty field for what is not known', () => {
    const hatched = [{ firstMs: at(3), lastMs: at(3) }];
    const { rows } = barRows({ ...content, hatched }, { ...choice, zone: 'local', limit: 2 });
    expect(barCsv(rows)).toBe(
      'time,open,high,low,close,volume,longs_usd,shorts_usd,liquidations,quality,price_venue,taker_buys_usd,taker_sells_usd,cvd_usd\r\n' +
        '2026-01-27T14:04:00.000Z,100,110.5,99,105.2500000001,12.5,1000,3000.5,4,exact,binance,,,\r\n' +
        '2026-01-27T14:03:00.000Z,,,,,,,,,not known,,,,\r\n',
    );
  });
});
