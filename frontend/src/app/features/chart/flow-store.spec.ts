import { TestBed } from '@angular/core/testing';
import { ApiError, type TradeBarFieldsFragment } from '@orderfox/client';
import { beforeEach, describe, expect, test } from 'vitest';
import { PageAddress } from '../../core/page-address.js';
import { everyMinute, minuteOf } from '../../testing/chart-script.js';
import { minutes, openChart, reconnect } from '../../testing/chart-test.js';
import { preparePage, settle, type PageTest } from '../../testing/page-test.js';
import { aTradeBar, FIRST_MINUTE_MS } from '../../testing/samples.js';
import { ChosenParts } from './chart-choices.js';
import { type FlowPoint } from './chart-points.js';
import { FlowStore } from './flow-store.js';

const at = (minute: number) => FIRST_MINUTE_MS + minute * 60_000;
let page: PageTest;
let updates: (readonly FlowPoint[])[];

beforeEach(() => {
  page = preparePage();
  updates = [];
  page.server.chart.candles = everyMinute(() => minuteOf(page.clock.nowMs()), { first: -5 });
  page.server.chart.bars = ({ from = 0, to = 0 }) => barsBetween(from, to);
});

/** A closed bar of every minute. */
function barsBetween(from: number, to: number): TradeBarFieldsFragment[] {
  const first = Math.max(minuteOf(from), -5);
  const last = Math.min(minuteOf(to - 1), minuteOf(page.clock.nowMs()));
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => aTradeBar(first + index));
}

const questions = (name: string) => page.server.chart.questions(name);

async function open(address = '/?symbol=BTCUSDT'): Promise<FlowStore> {
  await openChart(address);
  const store = TestBed.inject(FlowStore);
  store.observe({ updateFlow: (points) => updates.push(points) });
  await settle(() => questions('TradeGaps').length > 0);
  await painted();
  return store;
}

async function painted(): Promise<void> {
  await settle();
  page.clock.paint();
  await settle();
}

async function push(bar: TradeBarFieldsFragment): Promise<void> {
  page.server.chart.pushBar(bar);
  await painted();
}

const hatched = (store: FlowStore) =>
  store.content().hatched.map(({ firstMs, lastMs }) => [minuteOf(firstMs), minuteOf(lastMs)]);

describe('FlowStore', () => {
  test('has a bar for every candle, from the same instants on', async () => {
    const store = await open();
    expect(minutes(store.content().points)[0]).toBe(-5);
    expect(minutes(store.content().points).at(-1)).toBe(minuteOf(page.clock.nowMs()));
    expect(questions('TradeBars')[0]).toMatchObject({ symbol: 'BTCUSDT', timeframe: '1m', from: at(-5) });
    expect(hatched(store)).toEqual([]);
    expect(store.content().label).toBe('binance');
  });

  test('asks for nothing while no pane of it is shown, and begins with the first', async () => {
    const chosen = TestBed.inject(ChosenParts);
    chosen.toggle('takers');
    chosen.toggle('cvd');
    await openChart();
    const store = TestBed.inject(FlowStore);
    await settle();
    expect([questions('TradeBars').length, page.server.chart.barFeeds.length]).toEqual([0, 0]);
    chosen.toggle('cvd');
    await settle(() => questions('TradeBars').length > 0);
    await painted();
    expect(store.content().points.length).toBeGreaterThan(0);
    chosen.toggle('cvd');
    await settle(() => page.server.chart.barFeeds[0]?.feed.left === true);
    expect(store.content().points).toEqual([]);
  });

  test('follows the venue that the page is filtered for', async () => {
    await open('/?symbol=BTCUSDT&venues=okx');
    expect(page.server.chart.barFeeds[0]?.question).toMatchObject({ symbol: 'BTCUSDT', venue: 'okx' });
    expect(questions('TradeGaps')[0]).toMatchObject({ venue: 'okx' });
  });

  test('takes over what comes live, the newest state of each bar, once per frame', async () => {
    const store = await open();
    const now = minuteOf(page.clock.nowMs());
    updates.length = 0;
    page.server.chart.pushBar(aTradeBar(now, { count: 8, isClosed: false }));
    page.server.chart.pushBar(aTradeBar(now, { count: 9, buyVolume: '5000' }));
    await painted();
    const [update = []] = updates.filter((points) => points.length > 0);
    expect(minutes(update)).toEqual([now]);
    expect(store.at(at(now))?.buysUsd).toBe('5000');
    await push(aTradeBar(now, { count: 8, isClosed: false }));
    expect(store.at(at(now))?.count).toBe(9);
  });

  test('a minute without a trade is no gap, and a gap is hatched with its reason', async () => {
    page.server.chart.bars = ({ from = 0, to = 0 }) =>
      barsBetween(from, to).filter(({ timestamp }) => ![3, 6, 7].includes(minuteOf(timestamp)));
    page.server.chart.tradeGaps = [{ from: at(6) + 1_000, to: at(8), reason: 'the connection was lost' }];
    const store = await open();
    expect(hatched(store)).toEqual([[6, 7]]);
    expect(store.reasonAt(at(6), at(7))).toBe('the connection was lost');
    expect(store.reasonAt(at(3), at(4))).toBeUndefined();
  });

  test('a bar that lacks trades is hatched whatever the gaps say', async () => {
    page.server.chart.bars = ({ from = 0, to = 0 }) =>
      barsBetween(from, to).map((bar) =>
        minuteOf(bar.timestamp) === 4 ? { ...bar, quality: 'PARTIAL' as const } : bar,
      );
    expect(hatched(await open())).toEqual([[4, 4]]);
  });

  test('says why nothing is recorded', async () => {
    page.server.chart.bars = () => [];
    page.server.chart.tradeGaps = [{ from: 0, to: null, reason: 'nobody has listened before' }];
    const store = await open();
    expect(store.content().label).toBe('not recorded: nobody has listened before');
    expect(hatched(store)).toEqual([[-5, minuteOf(page.clock.nowMs())]]);
  });

  test('after a lost connection it reads what was missed, from where the stream begins again', async () => {
    const store = await open();
    await push(aTradeBar(minuteOf(page.clock.nowMs()), { isClosed: false }));
    const asked = questions('TradeBars').length;
    await reconnect(page, 180_000);
    await settle(() => questions('TradeBars').length > asked);
    await push(aTradeBar(minuteOf(page.clock.nowMs()), { isClosed: false }));
    await painted();
    const now = minuteOf(page.clock.nowMs());
    expect(minutes(store.content().points).slice(-4)).toEqual([now - 3, now - 2, now - 1, now]);
    expect(hatched(store)).toEqual([]);
  });

  test('a bar that comes before the page knows of the loss does not hide what was missed', async () => {
    const store = await open();
    await push(aTradeBar(minuteOf(page.clock.nowMs()), { isClosed: false }));
    page.server.changeStatus({ state: 'reconnecting', sinceMs: page.clock.nowMs(), failures: 1 });
    await settle();
    page.clock.advance(25_000);
    page.clock.advance(155_000);
    await push(aTradeBar(minuteOf(page.clock.nowMs()), { isClosed: false }));
    await painted();
    const now = minuteOf(page.clock.nowMs());
    expect(minutes(store.content().points).slice(-4)).toEqual([now - 3, now - 2, now - 1, now]);
  });

  test('hatches what cannot be read, and says so until it can', async () => {
    page.server.chart.bars = () => {
      throw new ApiError('UNAVAILABLE', 'the database is away');
    };
    await openChart();
    const store = TestBed.inject(FlowStore);
    await settle(() => store.troubles().length > 0);
    expect(store.troubles()[0]).toMatchObject({ what: 'takers', text: 'the database is away' });
    expect(store.content().label).toBe('not known now, see above');
    page.server.chart.bars = ({ from = 0, to = 0 }) => barsBetween(from, to);
    store.retry();
    await settle(() => store.troubles().length === 0);
    await painted();
    expect(store.content().points.length).toBeGreaterThan(0);
  });

  test('forgets what it knew of another market (S119)', async () => {
    const store = await open();
    page.server.chart.bars = () => [];
    TestBed.inject(PageAddress).change({ symbol: 'ETHUSDT' });
    await settle(() => page.server.chart.barFeeds.length === 2);
    expect(page.server.chart.barFeeds[0]?.feed.left).toBe(true);
    expect(store.content().points).toEqual([]);
  });
});
