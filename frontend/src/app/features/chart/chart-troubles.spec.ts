import { TestBed } from '@angular/core/testing';
import { ApiError } from '@orderfox/client';
import { beforeEach, describe, expect, test } from 'vitest';
import { PageAddress } from '../../core/page-address.js';
import { everyMinute, minuteOf } from '../../testing/chart-script.js';
import { drawn, hatched, minutes, openChart } from '../../testing/chart-test.js';
import { preparePage, settle, type PageTest } from '../../testing/page-test.js';
import { aBucket, aCandle } from '../../testing/samples.js';
import { type ChartStore } from './chart-store.js';

let page: PageTest;
let newest: number;
beforeEach(() => {
  page = preparePage();
  newest = minuteOf(page.clock.nowMs());
  page.server.chart.candles = everyMinute(() => newest);
});

const busy = new ApiError('UNAVAILABLE', 'The database is away');
const refused = new ApiError('QUERY_TOO_COMPLEX', 'Too much at once');
const told = (store: ChartStore) => store.troubles().map(({ what, isFinal }) => [what, isFinal]);
function failing(error: Error) {
  return () => {
    throw error;
  };
}

describe('while liquidations cannot be read', () => {
  test.each([
    ['for now', busy, false],
    ['for good', refused, true],
  ])('%s, prices are shown and liquidations are not known, until they are', async (_how, error, isFinal) => {
    page.server.chart.volume = failing(error);
    const { store } = await openChart();
    expect(told(store)).toEqual([['liquidations', isFinal]]);
    expect(hatched(store)).toEqual([[minutes(store.content().candles)[0], newest]]);
    page.server.chart.volume = () => [aBucket(3)];
    store.retry();
    await drawn(page, () => store.content().buckets.length === 1);
    page.clock.paint();
    expect(told(store)).toEqual([]);
    expect(hatched(store)).toEqual([]);
  });

  test('another market is shown without anything of the one before', async () => {
    page.server.chart.volume = () => [aBucket(3)];
    const { store } = await openChart();
    expect(store.pointCount()).toBeGreaterThan(0);
    page.server.chart.candles = () => new Promise(() => undefined);
    page.server.chart.volume = failing(busy);
    TestBed.inject(PageAddress).change({ symbol: 'ETHUSDT' });
    TestBed.tick();
    expect(store.pointCount()).toBe(0);
    expect(store.content().candles).toEqual([]);
    expect(store.candleVenue()).toBeUndefined();
  });

  test('older ones are not asked for by every movement after they were refused for good', async () => {
    const { store } = await openChart();
    const answer = page.server.chart.candles;
    page.server.chart.candles = (question) =>
      question.to === undefined ? answer(question) : failing(refused)();
    store.loadOlder();
    await drawn(page, () => store.troubles().length > 0);
    const asked = page.server.chart.questions('Candles').length;
    for (let turn = 0; turn < 5; turn += 1) {
      store.loadOlder();
      await settle();
    }
    expect(page.server.chart.questions('Candles')).toHaveLength(asked);
    expect(told(store)).toEqual([['older-prices', true]]);
    page.server.chart.candles = answer;
    const before = store.content().candles.length;
    store.retry();
    await drawn(page, () => store.content().candles.length > before);
    expect(told(store)).toEqual([]);
  });
});

describe('without candles', () => {
  test('older liquidations are loaded all the same', async () => {
    page.server.chart.candles = failing(busy);
    page.server.chart.volume = ({ to }) => (to === undefined ? [aBucket(0)] : [aBucket(-700)]);
    const { store } = await openChart();
    store.loadOlder();
    await drawn(page, () => store.content().buckets.length === 2);
    expect(minutes(store.content().buckets)).toEqual([-700, 0]);
    expect(told(store)).toEqual([['prices', false]]);
  });

  test('live ones are shown by themselves, above all liquidations', async () => {
    page.server.chart.candles = failing(busy);
    page.server.chart.volume = () => [aBucket(0)];
    const { store } = await openChart();
    page.server.chart.pushCandle(aCandle(newest, { isClosed: false }));
    await drawn(page, () => store.content().candles.length === 1);
    expect(minutes(store.content().buckets)).toEqual([0]);
    page.server.chart.candles = everyMinute(() => newest);
    store.retry();
    await drawn(page, () => store.content().candles.length > 100);
    expect(told(store)).toEqual([]);
  });
});

describe('streams', () => {
  test('that are refused for now are told of until they work', async () => {
    const { store } = await openChart();
    page.server.chart.volumeFeeds[0]?.retried(busy);
    page.server.chart.candleFeeds[0]?.retried(busy);
    await settle();
    expect(told(store)).toEqual([
      ['live-liquidations', false],
      ['live-prices', false],
    ]);
    page.server.chart.pushBuckets([], false);
    page.server.chart.pushCandle(aCandle(newest));
    await settle();
    expect(told(store)).toEqual([]);
  });

  test('of prices that were away are followed by a look at what they left out', async () => {
    const { store } = await openChart();
    page.server.chart.candleFeeds[0]?.retried(busy);
    await settle();
    const asked = page.server.chart.questions('Candles').length;
    page.server.chart.pushCandle(aCandle(newest, { isClosed: false }));
    await drawn(page, () => page.server.chart.questions('Candles').length > asked);
    expect(page.server.chart.questions('Candles').at(-1)).toMatchObject({
      from: aCandle(newest - 1).timestamp,
    });
    expect(told(store)).toEqual([]);
  });

  test('of liquidations leave open what happens while they do not work', async () => {
    const { store } = await openChart();
    page.server.chart.pushBuckets([], false);
    await settle();
    page.server.chart.volumeFeeds[0]?.retried(busy);
    page.clock.advance(3 * 60_000);
    newest += 3;
    page.server.chart.pushCandle(aCandle(newest, { isClosed: false }));
    await drawn(page, () => store.content().candles.at(-1)?.startMs === aCandle(newest).timestamp);
    expect(hatched(store)).toEqual([[newest - 3, newest]]);
    page.server.chart.pushBuckets([], false);
    await drawn(page, () => hatched(store).length === 0);
  });

  test('that are refused for good are opened again when the viewer wants it', async () => {
    const { store } = await openChart();
    page.server.chart.volumeFeeds[0]?.feed.fail(refused);
    await drawn(page, () => store.troubles().length === 1);
    expect(told(store)).toEqual([['live-liquidations', true]]);
    store.retry();
    page.server.chart.pushBuckets([aBucket(newest)], false);
    await drawn(page, () => store.content().buckets.length === 1);
    expect(told(store)).toEqual([]);
    expect([page.server.chart.volumeFeeds.length, page.server.chart.candleFeeds.length]).toEqual([2, 1]);
  });

  test('that tell no price for long leave it to the chart to say how old the newest is', async () => {
    const { store } = await openChart();
    page.server.chart.pushCandle(aCandle(newest, { isClosed: false, volume: '20' }));
    await settle();
    const heardMs = page.clock.nowMs();
    page.clock.advance(119_000);
    await settle();
    expect(store.quietSinceMs()).toBeUndefined();
    // The same again is nothing new.
    page.server.chart.pushCandle(aCandle(newest, { isClosed: false, volume: '20' }));
    page.clock.advance(2_000);
    await settle();
    expect(store.quietSinceMs()).toBe(heardMs);
    page.server.chart.pushCandle(aCandle(newest, { isClosed: false, volume: '21' }));
    await settle();
    expect(store.quietSinceMs()).toBeUndefined();
  });

  test('that told no price for long before the chart was opened make it old from the beginning', async () => {
    page.server.chart.candles = everyMinute(() => newest - 30);
    const { store } = await openChart();
    expect(store.quietSinceMs()).toBe(aCandle(newest - 29).timestamp);
  });

  test('gaps that cannot be read are told of', async () => {
    page.server.chart.gaps = failing(busy);
    const { store } = await openChart();
    await drawn(page, () => store.troubles().length > 0);
    expect(told(store)).toEqual([['gaps', false]]);
  });
});
