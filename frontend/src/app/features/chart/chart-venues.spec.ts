import { beforeEach, describe, expect, test } from 'vitest';
import { ApiError } from '@orderfox/client';
import { everyMinute, minuteOf } from '../../testing/chart-script.js';
import { drawn, openChart, reconnect } from '../../testing/chart-test.js';
import { preparePage, settle, type PageTest } from '../../testing/page-test.js';
import { aCandle } from '../../testing/samples.js';
import { type ChartStore } from './chart-store.js';

let page: PageTest;
let newest: number;
/** Venues that can be asked, the preferred one first. */
let venues: string[];
beforeEach(() => {
  page = preparePage();
  newest = minuteOf(page.clock.nowMs());
  venues = ['okx', 'binance'];
  page.server.chart.candles = (question) => {
    const venue = question.venue ?? venues[0] ?? '';
    if (!venues.includes(venue)) throw new ApiError('UNAVAILABLE', `No candles from ${venue} now`);
    return everyMinute(() => newest, { venue })(question);
  };
});

const venuesOf = (store: ChartStore) => [...new Set(store.content().candles.map(({ venue }) => venue))];

describe('the venue of the candles', () => {
  test('is that of the first answer, and older ones are asked of it', async () => {
    const { store } = await openChart();
    expect(store.candleVenue()).toBe('okx');
    venues = ['binance', 'okx'];
    const before = store.content().candles.length;
    store.loadOlder();
    await drawn(page, () => store.content().candles.length > before);
    expect(page.server.chart.questions('Candles').at(-1)).toMatchObject({ venue: 'okx' });
    expect(venuesOf(store)).toEqual(['okx']);
  });

  test('is another once the live candles are: all of them are asked for anew', async () => {
    const { store, seen } = await openChart();
    for (const volume of ['3', '4', '5']) {
      page.server.chart.pushCandle(aCandle(newest, { venue: 'binance', volume, isClosed: false }));
      await settle();
    }
    await drawn(page, () => store.candleVenue() === 'binance');
    expect(venuesOf(store)).toEqual(['binance']);
    expect(page.server.chart.questions('Candles')).toHaveLength(2);
    expect(seen.redraws).toBe(2);
    page.server.chart.pushCandle(aCandle(newest + 1, { venue: 'binance', volume: '0.1', isClosed: false }));
    await drawn(page, () => store.candleAt(aCandle(newest + 1).timestamp)?.volume === '0.1');
  });

  test('stays while the other cannot be asked, with what is shown, and says so', async () => {
    const { store } = await openChart();
    venues = ['okx'];
    page.server.chart.pushCandle(aCandle(newest, { venue: 'binance', isClosed: false }));
    await drawn(page, () => store.troubles().length > 0);
    expect(store.troubles()).toMatchObject([
      { what: 'prices', text: 'No candles from binance now', isFinal: false },
    ]);
    expect(venuesOf(store)).toEqual(['okx']);
    venues = ['okx', 'binance'];
    store.retry();
    await drawn(page, () => store.candleVenue() === 'binance');
    expect(venuesOf(store)).toEqual(['binance']);
    expect(store.troubles()).toEqual([]);
  });

  test('that is gone holds nothing up once there is another', async () => {
    const { store } = await openChart();
    venues = ['binance'];
    await reconnect(page);
    await settle();
    store.loadOlder();
    await drawn(page, () => store.troubles().length === 2);
    page.server.chart.pushCandle(aCandle(newest, { venue: 'binance', isClosed: false }));
    await drawn(page, () => store.candleVenue() === 'binance');
    expect(store.troubles()).toEqual([]);
    newest += 5;
    await reconnect(page, 5 * 60_000);
    await drawn(page, () => store.candleAt(aCandle(newest).timestamp) !== undefined);
    const before = store.content().candles.length;
    store.loadOlder();
    await drawn(page, () => store.content().candles.length > before);
    expect(store.troubles()).toEqual([]);
    expect(venuesOf(store)).toEqual(['binance']);
  });

  test('is the only one, also where older candles of another come late', async () => {
    const { store } = await openChart();
    const held = Promise.withResolvers<undefined>();
    page.server.chart.volume = async () => {
      await held.promise;
      return [];
    };
    store.loadOlder();
    await drawn(page, () => page.server.chart.questions('LiquidationVolume').length === 2);
    page.server.chart.volume = () => [];
    page.server.chart.pushCandle(aCandle(newest, { venue: 'binance', isClosed: false }));
    await drawn(page, () => store.candleVenue() === 'binance');
    held.resolve(undefined);
    await settle();
    expect(venuesOf(store)).toEqual(['binance']);
  });

  test('is what ends a history: nothing further back at another says nothing', async () => {
    const { store } = await openChart();
    const answer = page.server.chart.candles;
    page.server.chart.candles = (question) =>
      question.to === undefined ? answer(question) : question.venue === 'okx' ? answer(question) : [];
    const before = store.content().candles.length;
    store.loadOlder();
    await drawn(page, () => store.content().candles.length > before);
  });
});
