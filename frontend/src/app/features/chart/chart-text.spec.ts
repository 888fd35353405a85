import { describe, expect, test } from 'vitest';
import { amountText, bucketText, longestTick, signedAmountText, tickText, timeAxis } from './axis-text.js';
import { translucent } from './chart-colours.js';
import { type BucketPoint, type CandlePoint } from './chart-points.js';
import { chartSummary } from './chart-summary.js';
import { digitsOf, sideAverages, sideShares } from './series-maths.js';
import { tooltipSentence, tooltipView } from './tooltip-text.js';

const startMs = Date.UTC(2026, 0, 27, 14, 27);
const bucket: BucketPoint = {
  startMs,
  shortsUsd: '3000.5',
  shortsText: '3K',
  longsUsd: '1000',
  longsText: '1K',
  totalUsd: '4000.5',
  totalText: '4K',
  netUsd: '2000.5',
  netText: '2K',
  count: 1234,
  revision: 1,
  quality: 'FLOOR',
};
const candle: CandlePoint = {
  venue: 'binance',
  startMs,
  open: '65000.1',
  high: '65100',
  low: '64900',
  close: '65050.25',
  volume: '12.5',
  isClosed: false,
};
const facts = {
  startMs,
  candle,
  bucket,
  isHatched: false,
  flow: undefined,
  zone: 'utc',
  isIntraday: true,
  baseAsset: 'BTC',
} as const;

describe('the tooltip', () => {
  test('tells time, both sides with their share, net, total, count and quality, then the prices', () => {
    const view = tooltipView(facts);
    expect(view.time).toBe('27 Jan 2026 14:27 UTC');
    expect(view.lines.map(({ label, text, detail }) => [label, text, detail])).toEqual([
      ['Shorts', '3K', '75 %'],
      ['Longs', '1K', '25 %'],
      ['Net', '2K', undefined],
      ['Total', '4K', 'USD'],
      ['Liquidations', '1,234', undefined],
      ['Sum', 'a floor', undefined],
    ]);
    expect(view.prices.map(({ text }) => text)).toEqual([
      '65,000.1',
      '65,100',
      '64,900',
      '65,050.25',
      '12.5',
    ]);
    expect(tooltipSentence(view)).toContain('27 Jan 2026 14:27 UTC: Shorts 3K 75 %, Longs 1K 25 %');
  });

  test('tells none from not known', () => {
    const text = (isHatched: boolean) =>
      tooltipView({ ...facts, bucket: undefined, isHatched }).lines[0]?.text;
    expect(text(false)).toBe('none');
    expect(text(true)).toBe('not known');
  });

  test('calls a sum inside a gap incomplete, whatever the server called it before', () => {
    expect(tooltipView({ ...facts, isHatched: true }).lines.at(-1)?.text).toBe('incomplete');
  });

  test('tells what takers did, none from not known, and what is incomplete', () => {
    const point = {
      venue: 'binance',
      startMs,
      buysUsd: '3000.5',
      sellsUsd: '1000',
      deltaUsd: '2000.5',
      cvdUsd: '-12649.5',
      isCvdPartial: true,
      count: 1_234,
      quality: 'EXACT',
      isClosed: true,
    } as const;
    const lines = (flow: NonNullable<Parameters<typeof tooltipView>[0]['flow']>) =>
      tooltipView({ ...facts, flow }).flow.map(({ label, text, detail }) => [label, text, detail]);
    expect(lines({ point, isHatched: true })).toEqual([
      ['Taker buys', '3K', '75 %'],
      ['Taker sells', '1K', '25 %'],
      ['Delta', '2K', 'USD'],
      ['CVD', '-12.6K', 'incomplete'],
      ['Trades', '1,234', 'incomplete'],
    ]);
    expect(lines({ point: undefined, isHatched: true })).toEqual([['Takers', 'not known', undefined]]);
    expect(lines({ point: undefined, isHatched: false })).toEqual([['Takers', 'no trade', undefined]]);
    expect(tooltipView(facts).flow).toEqual([]);
  });

  test('says nothing of prices that are not known', () => {
    expect(tooltipView({ ...facts, candle: undefined }).prices).toEqual([]);
  });
});

describe('the maths of a series', () => {
  test('averages each side over the buckets that hold something', () => {
    const empty = { ...bucket, count: 0, shortsUsd: '0', longsUsd: '0' };
    const other = { ...bucket, shortsUsd: '999.5', longsUsd: '3000' };
    expect(sideAverages([bucket, empty, other])).toEqual({ shortsUsd: 2000, longsUsd: 2000 });
    expect(sideAverages([empty])).toBeUndefined();
  });

  test('shares add up to a hundred, and nothing has none', () => {
    expect(sideShares({ ...bucket, shortsUsd: '1', longsUsd: '2' })).toEqual({
      shortsPercent: 33,
      longsPercent: 67,
    });
    expect(sideShares({ ...bucket, shortsUsd: '0', longsUsd: '0' })).toBeUndefined();
  });

  test('counts the digits that prices have (S107)', () => {
    expect(digitsOf(['1', '0.00012', '3.5'])).toBe(5);
    expect(digitsOf([])).toBe(0);
  });
});

describe('the axes', () => {
  test.each([
    [0, '0'],
    [-0, '0'],
    [1_260_000, '1.3M'],
    [-250_000, '250K'],
  ])('write %d USD of a side as %s', (usd, text) => {
    expect(amountText(usd)).toBe(text);
  });

  test('write a difference with its sign', () => {
    expect([-250_000, 0, -0, 999].map(signedAmountText)).toEqual(['-250K', '0', '0', '999']);
  });

  test('mark times within a day, and days where a day begins', () => {
    const midnight = Date.UTC(2026, 1, 1);
    expect(tickText(startMs, 'time', 'utc', true)).toBe('14:27');
    expect(tickText(midnight, 'month', 'utc', true)).toBe('1 Feb');
    expect(tickText(midnight, 'month', 'utc', false)).toBe('Feb');
    expect(tickText(Date.UTC(2026, 0, 1), 'year', 'utc', false)).toBe('2026');
    expect(bucketText(midnight, 'local', false)).toBe('01 Feb 2026 UTC');
  });

  // Marks of days lie at midnight in UTC, whatever the hour is for the viewer.
  test.each([
    ['Europe/Athens', '28 Jan 02:00', '22:00'],
    ['Asia/Kolkata', '28 Jan 05:30', '01:30'],
    ['America/New_York', '27 Jan 19:00', '15:00'],
    ['UTC', '28 Jan', '20:00'],
  ])('say which day it is in %s too: %s', (timeZone, day, hour) => {
    const axis = timeAxis(timeZone);
    expect(axis.tick(Date.UTC(2026, 0, 28), 'day')).toBe(day);
    expect(axis.tick(Date.UTC(2026, 0, 27, 20), 'time')).toBe(hour);
    expect(day.length).toBeLessThanOrEqual(longestTick('local', '4h'));
  });

  test('leave room for a day with its hour where no bucket begins at midnight', () => {
    expect(longestTick('utc', '4h')).toBe('28 Jan'.length);
    expect(longestTick('utc', '7m')).toBe('28 Jan 00:04'.length);
    expect(longestTick('local', '1d')).toBe('28 Jan'.length);
  });

  test('name the day at the midnight of the viewer, and the month and year where these begin', () => {
    expect(timeAxis('America/New_York').tick(Date.UTC(2026, 0, 28, 5), 'time')).toBe('28 Jan');
    expect(timeAxis('Europe/Athens').tick(Date.UTC(2026, 1, 1), 'month')).toBe('1 Feb 02:00');
    expect(timeAxis('Europe/Athens').tick(Date.UTC(2026, 0, 1), 'year')).toBe('1 Jan 02:00');
    expect(timeAxis('UTC').tick(Date.UTC(2026, 0, 1), 'year')).toBe('2026');
  });

  test('know the days on which the clocks change (New York, 8 March and 1 November 2026)', () => {
    const axis = timeAxis('America/New_York');
    expect(axis.tick(Date.UTC(2026, 2, 8), 'day')).toBe('7 Mar 19:00');
    expect(axis.tick(Date.UTC(2026, 2, 9), 'day')).toBe('8 Mar 20:00');
    expect(axis.tick(Date.UTC(2026, 10, 1, 4), 'time')).toBe('1 Nov');
  });
});

test('a summary says in words what is drawn', () => {
  const content = { timeframe: '1m', candles: [candle], buckets: [bucket], hatched: [], averages: undefined };
  expect(chartSummary('BTCUSDT', content, 'utc')).toBe(
    'BTCUSDT. 1 candle of 1m from 27 Jan 2026 14:27 UTC to 27 Jan 2026 14:27 UTC, last price 65,050.25. ' +
      'Liquidations in 1 of them: shorts 3,001 USD, longs 1,000 USD.',
  );
  const hatched = [{ firstMs: startMs, lastMs: startMs }];
  expect(chartSummary('X', { ...content, candles: [], hatched }, 'utc')).toBe(
    'X. No candles. Liquidations in 1 of them: shorts 3,001 USD, longs 1,000 USD. Of 1 stretch not all liquidations are known.',
  );
  const none = { ...content, buckets: [] };
  expect(chartSummary('X', none, 'utc')).toMatch(/No liquidations in this time\.$/);
  expect(chartSummary('X', { ...none, hatched }, 'utc')).toContain('No liquidations are known of this time.');
  expect(chartSummary('X', { ...none, candles: [] }, 'utc')).toBe('X. Nothing is drawn yet.');
});

test('colours of the browser are made translucent, others stay', () => {
  expect(translucent('rgb(1, 2, 3)', 0.5)).toBe('rgba(1, 2, 3, 0.5)');
  expect(translucent('color(srgb 0 0 0)', 0.5)).toBe('color(srgb 0 0 0)');
});
