import { TestBed } from '@angular/core/testing';
import { beforeEach, describe, expect, test } from 'vitest';
import { PageAddress } from '../../core/page-address.js';
import { preparePage, settle, type PageTest } from '../../testing/page-test.js';
import { aBucket, aCandle, aSymbol, aVenue, FIRST_MINUTE_MS } from '../../testing/samples.js';
import { type BucketPoint, type CandlePoint } from './chart-points.js';
import { ChartStore } from './chart-store.js';

let page: PageTest;
let store: ChartStore;
beforeEach(() => {
  page = preparePage();
  page.server.symbols = [aSymbol('ETHUSDT', 'ETH'), aSymbol('BTCUSDT', 'BTC')];
});

interface Seen {
  redraws: number;
  annotations: number;
  readonly updates: { readonly candles: readonly CandlePoint[]; readonly buckets: readonly BucketPoint[] }[];
}

function observe(): Seen {
  const seen: Seen = { redraws: 0, annotations: 0, updates: [] };
  store.observe({
    redraw: () => (seen.redraws += 1),
    update: (candles, buckets) => seen.updates.push({ candles, buckets }),
    annotate: () => (seen.annotations += 1),
    goTo: () => undefined,
  });
  return seen;
}

async function open(address = '/?symbol=BTCUSDT'): Promise<Seen> {
  history.replaceState(null, '', address);
  store = TestBed.inject(ChartStore);
  const seen = observe();
  await settle(() => !store.isLoading());
  return seen;
}

const minutes = (points: readonly { readonly startMs: number }[]) =>
  points.map(({ startMs }) => (startMs - FIRST_MINUTE_MS) / 60_000);
const asked = (name: string) =>
  page.server.chart.asked.filter((each) => each.name === name).map(({ question }) => question);

describe('ChartStore', () => {
  test('asks for the liquidations of exactly the time its candles cover (S094, S095, S109)', async () => {
    page.server.chart.candles = () => [aCandle(0), aCandle(1), aCandle(2)];
    page.server.chart.volume = () => [aBucket(1)];
    await open();
    expect(asked('LiquidationVolume')).toEqual([
      { symbol: 'BTCUSDT', timeframe: '1m', from: FIRST_MINUTE_MS },
    ]);
    expect(minutes(store.content().candles)).toEqual([0, 1, 2]);
    expect(minutes(store.content().buckets)).toEqual([1]);
  });

  test('what comes before the chart is loaded waits and is not lost (S102)', async () => {
    const answer = Promise.withResolvers<ReturnType<typeof aCandle>[]>();
    page.server.chart.candles = () => answer.promise;
    history.replaceState(null, '', '/?symbol=BTCUSDT');
    store = TestBed.inject(ChartStore);
    const seen = observe();
    await settle(() => page.server.chart.volumeFeeds.length === 1);
    page.server.chart.pushBuckets([aBucket(2)], false);
    page.server.chart.pushCandle(aCandle(2, { isClosed: false }));
    await settle();
    expect(seen).toEqual({ redraws: 0, annotations: 0, updates: [] });
    answer.resolve([aCandle(0), aCandle(1)]);
    await settle(() => !store.isLoading());
    expect(seen.redraws).toBe(1);
    expect(minutes(store.content().candles)).toEqual([0, 1, 2]);
    expect(minutes(store.content().buckets)).toEqual([2]);
  });

  test('draws everything once and then only what changed, once per frame (S100, S101)', async () => {
    page.server.chart.candles = () => [aCandle(0), aCandle(1, { isClosed: false })];
    const seen = await open();
    for (let revision = 1; revision <= 100; revision += 1) {
      page.server.chart.pushBuckets([aBucket(1, { revision, count: revision })]);
      page.server.chart.pushCandle(aCandle(1, { isClosed: false, volume: String(20 + revision) }));
    }
    await settle(() => store.bucketAt(aBucket(1).timestamp)?.revision === 100);
    page.clock.paint();
    expect(seen.redraws).toBe(1);
    expect(seen.updates).toHaveLength(1);
    expect(minutes(seen.updates[0]?.buckets ?? [])).toEqual([1]);
    expect(seen.updates[0]?.candles[0]?.volume).toBe('120');
  });

  test('keeps older buckets through updates, and lets no late answer put an old state back (S090, S266)', async () => {
    page.server.chart.candles = () => [aCandle(0), aCandle(1)];
    page.server.chart.volume = () => [aBucket(0), aBucket(1)];
    await open();
    page.server.chart.pushBuckets([aBucket(1, { revision: 7, count: 9 })]);
    page.server.chart.pushBuckets([aBucket(1, { revision: 6, count: 8 })]);
    await settle();
    expect(store.content().buckets.map(({ count }) => count)).toEqual([4, 9]);
  });

  test('loads older history once per reach, until there is none (S135)', async () => {
    page.server.chart.candles = ({ to }) =>
      to === undefined
        ? [aCandle(10), aCandle(11)]
        : to > aCandle(5).timestamp
          ? [aCandle(5), aCandle(9)]
          : [];
    page.server.chart.volume = ({ from }) => (from === aCandle(5).timestamp ? [aBucket(6)] : [aBucket(10)]);
    const seen = await open();
    store.loadOlder();
    store.loadOlder();
    await settle(() => store.content().candles.length === 4);
    page.clock.paint();
    expect(minutes(store.content().candles)).toEqual([5, 9, 10, 11]);
    expect(minutes(store.content().buckets)).toEqual([6, 10]);
    expect(seen.redraws).toBe(1);
    const questions = asked('Candles').length;
    store.loadOlder();
    await settle(() => asked('Candles').length > questions);
    await settle();
    store.loadOlder();
    await settle();
    expect(asked('Candles')).toHaveLength(questions + 1);
  });

  test('asks for what it missed after a lost connection, and when a candle was skipped', async () => {
    page.server.chart.candles = ({ from }) =>
      from === undefined ? [aCandle(0), aCandle(1)] : [aCandle(2), aCandle(3)];
    await open();
    page.server.changeStatus({ state: 'reconnecting', sinceMs: 1, failures: 1 });
    TestBed.tick();
    page.server.changeStatus({ state: 'connected', sinceMs: 2, failures: 0 });
    await settle(() => store.content().candles.length >= 2 && asked('Candles').length === 2);
    await settle(() => store.candleAt(aCandle(3).timestamp) !== undefined);
    expect(asked('Candles').at(-1)).toMatchObject({ from: aCandle(0).timestamp });
    page.server.chart.pushCandle(aCandle(9));
    await settle(() => asked('Candles').length === 3);
    expect(asked('Candles').at(-1)).toMatchObject({ from: aCandle(2).timestamp });
  });

  test('another symbol or timeframe begins afresh, with nothing of the one before (S103, S268, S269)', async () => {
    page.server.chart.candles = ({ timeframe }) => (timeframe === '1m' ? [aCandle(0)] : [aCandle(60)]);
    page.server.chart.volume = () => [aBucket(0)];
    const seen = await open();
    const before = page.server.chart.volumeFeeds[0];
    page.server.chart.volume = () => [];
    TestBed.inject(PageAddress).change({ timeframe: '1h' });
    TestBed.tick();
    expect(store.isLoading()).toBe(true);
    await settle(() => !store.isLoading());
    expect(before?.feed.left).toBe(true);
    expect(page.server.chart.volumeFeeds.at(-1)?.question).toEqual({ symbol: 'BTCUSDT', timeframe: '1h' });
    expect(minutes(store.content().candles)).toEqual([60]);
    expect(store.content().buckets).toEqual([]);
    expect(seen.redraws).toBe(2);
  });

  test('shows the market with the highest turnover when none is chosen, and stays with it', async () => {
    page.server.chart.candles = () => [aCandle(0)];
    await open('/');
    expect([store.symbol(), store.isDefaultSymbol()]).toEqual(['ETHUSDT', true]);
    page.server.symbols = [aSymbol('BTCUSDT', 'BTC'), aSymbol('ETHUSDT', 'ETH')];
    page.clock.advance(300_000);
    await settle();
    expect(store.symbol()).toBe('ETHUSDT');
  });

  test('asks for the venues of the view, and hatches the holes of those alone', async () => {
    page.server.chart.candles = () => [aCandle(0), aCandle(5)];
    const why = { cause: 'DISCONNECTED', detail: 'The connection was lost' } as const;
    page.server.chart.gaps = [
      { venue: 'okx', stream: 'liquidations', from: aCandle(2).timestamp, to: aCandle(3).timestamp, ...why },
      { venue: 'bybit', stream: 'liquidations', from: aCandle(4).timestamp, to: null, ...why },
    ];
    const seen = await open('/?symbol=BTCUSDT&venues=okx');
    await settle(() => store.content().hatched.length > 0);
    expect(asked('LiquidationVolume')[0]?.venues).toEqual(['okx']);
    expect(page.server.chart.volumeFeeds[0]?.question.venues).toEqual(['okx']);
    expect(
      store
        .content()
        .hatched.map(({ firstMs, lastMs }) => minutes([{ startMs: firstMs }, { startMs: lastMs }])),
    ).toEqual([[2, 2]]);
    expect(seen.annotations).toBeGreaterThan(0);
  });

  test('hatches a hole soon after its venue told that it began', async () => {
    page.server.chart.candles = () => [aCandle(0), aCandle(5)];
    page.server.venues = [aVenue('okx', 'OKX')];
    await open();
    page.clock.advance(2_000);
    await settle();
    const questions = asked('ChartGaps').length;
    const [feed] = aVenue('okx', 'OKX').feeds;
    if (feed === undefined) throw new Error('The venue has no feed');
    page.server.venueFeed.push({
      venueStatusChanged: { ...aVenue('okx', 'OKX'), feeds: [{ ...feed, openGapSince: 1 }] },
    });
    await settle();
    page.clock.advance(1_000);
    await settle();
    expect(asked('ChartGaps')).toHaveLength(questions + 1);
  });

  test('shows liquidations while no venue gives prices, and says so', async () => {
    page.server.chart.candles = () => {
      throw new Error('No venue gives candles');
    };
    page.server.chart.volume = () => [aBucket(3)];
    await open();
    expect(minutes(store.content().buckets)).toEqual([3]);
    expect(store.troubles()).toMatchObject([{ what: 'prices', text: 'No venue gives candles' }]);
  });
});
