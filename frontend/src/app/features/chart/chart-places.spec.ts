import { TestBed } from '@angular/core/testing';
import { beforeEach, describe, expect, test } from 'vitest';
import { PageAddress } from '../../core/page-address.js';
import { everyMinute, minuteOf } from '../../testing/chart-script.js';
import { drawn, hatched, minutes, openChart } from '../../testing/chart-test.js';
import { preparePage, settle, type PageTest } from '../../testing/page-test.js';
import { aBucket, aCandle } from '../../testing/samples.js';

let page: PageTest;
let newest: number;
beforeEach(() => {
  page = preparePage();
  newest = minuteOf(page.clock.nowMs());
  page.server.chart.candles = everyMinute(() => newest);
});

const msOf = (minute: number) => aCandle(minute).timestamp;

/** A chart whose viewer has gone back to some minute. */
async function lookingAt(minute: number) {
  const chart = await openChart();
  chart.store.lookAt({ timeframe: '1m', position: minute - newest, rightMs: msOf(minute) });
  return chart;
}

async function change(
  view: Parameters<PageAddress['change']>[0],
  { store }: Awaited<ReturnType<typeof openChart>>,
) {
  TestBed.inject(PageAddress).change(view);
  TestBed.tick();
  await drawn(page, () => !store.isLoading());
  return minutes(store.content().candles);
}

/** Candles without a hole that show a minute with some to either side. */
function expectAround(shown: readonly number[], minute: number): void {
  const [first = 0] = shown;
  expect(shown).toEqual(shown.map((_, index) => first + index));
  expect(first).toBeLessThan(minute - 60);
  expect(shown.at(-1)).toBeGreaterThan(Math.min(minute + 60, newest - 1));
}

describe('the place in history', () => {
  test.each([-100, -800, -1_500, -50_000])(
    'of minute %i is shown in another market, and again in the first',
    async (minute) => {
      const chart = await lookingAt(minute);
      expectAround(await change({ symbol: 'ETHUSDT' }, chart), minute);
      expectAround(await change({ symbol: 'BTCUSDT' }, chart), minute);
    },
  );

  test('survives a market that is younger', async () => {
    const chart = await lookingAt(-1_500);
    page.server.chart.candles = everyMinute(() => newest, { first: -200 });
    expect((await change({ symbol: 'NEWUSDT' }, chart))[0]).toBe(-200);
    page.server.chart.candles = everyMinute(() => newest);
    expectAround(await change({ symbol: 'BTCUSDT' }, chart), -1_500);
  });

  test('has the liquidations and the holes of its time, and nothing of what comes live', async () => {
    const chart = await lookingAt(-50_000);
    page.server.chart.volume = ({ from = 0, to = Infinity }) =>
      [aBucket(-50_100), aBucket(newest)].filter(({ timestamp }) => from <= timestamp && timestamp < to);
    await change({ symbol: 'ETHUSDT' }, chart);
    page.server.chart.pushBuckets([aBucket(newest)], false);
    page.server.chart.pushCandle(aCandle(newest));
    await settle();
    page.clock.paint();
    const { candles, buckets } = chart.store.content();
    expect(minutes(buckets)).toEqual([-50_100]);
    expect(minutes(candles).at(-1)).toBeLessThan(-49_000);
    expect(hatched(chart.store)).toEqual([]);
    expect(chart.seen.updates).toEqual([]);
    expect(chart.store.quietSinceMs()).toBeUndefined();
    expect(chart.store.isAtPresent()).toBe(false);
    const gaps = page.server.chart.questions('ChartGaps').at(-1);
    expect(gaps).toMatchObject({ from: candles[0]?.startMs });
    expect(gaps?.to).toBeLessThan(msOf(-49_000));
  });

  test('does not make the prices of now old', async () => {
    const chart = await lookingAt(-50_000);
    await change({ symbol: 'ETHUSDT' }, chart);
    expect(chart.store.quietSinceMs()).toBeUndefined();
    const openedMs = page.clock.nowMs();
    page.clock.advance(121_000);
    await settle();
    expect(chart.store.quietSinceMs()).toBe(openedMs);
  });

  test('joins the present without a seam when it is scrolled there', async () => {
    const chart = await lookingAt(-1_500);
    const { store } = chart;
    const shown = await change({ symbol: 'ETHUSDT' }, chart);
    for (let pages = 0; minutes(store.content().candles).at(-1) !== newest; pages += 1) {
      expect(pages).toBeLessThan(10);
      const before = store.content().candles.length;
      store.loadNewer();
      store.loadNewer();
      await drawn(page, () => store.content().candles.length > before);
      page.clock.paint();
    }
    await settle();
    newest += 1;
    page.server.chart.pushCandle(aCandle(newest, { isClosed: false }));
    await drawn(page, () => store.candleAt(msOf(newest)) !== undefined);
    const all = minutes(store.content().candles);
    expect(all).toEqual(Array.from({ length: all.length }, (_, index) => (shown[0] ?? 0) + index));
    expect(all.at(-1)).toBe(newest);
    expect(chart.seen.redraws).toBe(2);
    expect(store.isAtPresent()).toBe(true);
  });

  test('misses nothing that comes while it joins the present', async () => {
    const chart = await lookingAt(-700);
    const { store } = chart;
    const [first = 0, ...others] = await change({ symbol: 'ETHUSDT' }, chart);
    store.loadNewer();
    await drawn(page, () => store.content().candles.length > others.length + 1);
    const held = Promise.withResolvers<undefined>();
    page.server.chart.volume = async () => {
      await held.promise;
      return [];
    };
    const asked = page.server.chart.questions('LiquidationVolume').length;
    store.loadNewer();
    await drawn(page, () => page.server.chart.questions('LiquidationVolume').length > asked);
    // Too late for the candles that were answered, too early to be drawn after them.
    newest += 2;
    page.clock.advance(120_000);
    page.server.chart.pushCandle(aCandle(newest, { isClosed: false }));
    await settle();
    held.resolve(undefined);
    await drawn(page, () => store.candleAt(msOf(newest)) !== undefined);
    const all = minutes(store.content().candles);
    expect(all).toEqual(all.map((_, index) => first + index));
  });

  test('is left for the newest bucket when the viewer goes there', async () => {
    const chart = await lookingAt(-50_000);
    await change({ symbol: 'ETHUSDT' }, chart);
    chart.store.wantNewest();
    await drawn(page, () => minutes(chart.store.content().candles).at(-1) === newest);
    expect(chart.seen.wentTo).toEqual(['newest']);
    const shown = await change({ symbol: 'BTCUSDT' }, chart);
    expect(shown.at(-1)).toBe(newest);
    expect(chart.seen.wentTo).toEqual(['newest']);
  });

  test('is left whole, also when more of it was about to be loaded', async () => {
    const chart = await lookingAt(-50_000);
    const { store } = chart;
    await change({ symbol: 'ETHUSDT' }, chart);
    const answers: (() => void)[] = [];
    const answer = page.server.chart.candles;
    page.server.chart.candles = async (question) => {
      await new Promise<void>((resolve) => answers.push(resolve));
      return answer(question);
    };
    store.wantNewest();
    store.loadNewer();
    store.loadOlder();
    await drawn(page, () => answers.length === 3);
    for (const go of answers) {
      go();
      await settle();
    }
    await drawn(page, () => store.isAtPresent());
    for (let turn = 0; turn < 5; turn += 1) await settle();
    const [first = 0, ...others] = minutes(store.content().candles);
    expect(others).toEqual(others.map((_, index) => first + index + 1));
    expect(others.at(-1)).toBe(newest);
    expect(store.isAtPresent()).toBe(true);
  });

  test('at the newest bucket is the newest bucket everywhere', async () => {
    const chart = await openChart();
    chart.store.lookAt({ timeframe: '1m', position: 4, rightMs: msOf(newest) });
    expect((await change({ symbol: 'ETHUSDT' }, chart)).at(-1)).toBe(newest);
    expect(page.server.chart.questions('Candles').every(({ to }) => to === undefined)).toBe(true);
  });
});
