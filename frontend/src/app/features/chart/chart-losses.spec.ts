import { TestBed } from '@angular/core/testing';
import { beforeEach, describe, expect, test } from 'vitest';
import { Now } from '../../core/now.js';
import { everyMinute, minuteOf } from '../../testing/chart-script.js';
import { drawn, hatched, minutes, openChart, reconnect } from '../../testing/chart-test.js';
import { preparePage, settle, type PageTest } from '../../testing/page-test.js';
import { aBucket, aCandle } from '../../testing/samples.js';
import { type ChartStore } from './chart-store.js';

const MINUTE_MS = 60_000;

let page: PageTest;
let newest: () => number;
beforeEach(() => {
  page = preparePage();
  newest = () => minuteOf(page.clock.nowMs());
  page.server.chart.candles = everyMinute(() => newest());
});

const last = (store: ChartStore) => minutes(store.content().candles).at(-1);

/** No minute is missing between the first and the last candle. */
function expectWhole(store: ChartStore): void {
  const [first = 0, ...others] = minutes(store.content().candles);
  expect(others).toEqual(Array.from({ length: others.length }, (_, index) => first + index + 1));
}

/** The stream begins with the newest 500 buckets, as the server's does. */
function snapshot(buckets: readonly number[] = []): void {
  page.server.chart.pushBuckets(
    buckets.map((minute) => aBucket(minute)),
    false,
  );
}

describe('after a loss', () => {
  test.each([1, 10, 449, 451, 600, 2_000])(
    'of %i buckets not one candle is missing, and liquidations are known of all of them',
    async (lost) => {
      const { store } = await openChart();
      snapshot();
      await settle();
      const first = minutes(store.content().candles)[0];
      const missed = newest() + 3;
      page.server.chart.volume = ({ from = 0, to = Infinity }) =>
        from <= aBucket(missed).timestamp && aBucket(missed).timestamp < to ? [aBucket(missed)] : [];
      await reconnect(page, lost * MINUTE_MS);
      snapshot(missed > newest() - 490 && missed <= newest() ? [missed] : []);
      await drawn(page, () => last(store) === newest());
      await drawn(page, () => hatched(store).length === 0);
      expectWhole(store);
      expect(minutes(store.content().candles)[0]).toBe(first);
      expect(minutes(store.content().buckets)).toEqual(missed <= newest() ? [missed] : []);
      expect(store.troubles()).toEqual([]);
    },
  );

  test('of very many buckets the view begins anew, whole, and says nothing of before', async () => {
    const { store, seen } = await openChart();
    snapshot();
    await settle();
    await reconnect(page, 5_000 * MINUTE_MS);
    snapshot();
    await drawn(page, () => last(store) === newest() && seen.redraws === 2);
    expectWhole(store);
    expect(minutes(store.content().candles)[0]).toBeGreaterThan(1_000);
    expect(hatched(store)).toEqual([]);
  });

  test('of many buckets it is known at once which are not known', async () => {
    const { store } = await openChart();
    snapshot();
    await settle();
    const before = newest();
    page.server.chart.volume = () => new Promise(() => undefined);
    await reconnect(page, 600 * MINUTE_MS);
    snapshot();
    await drawn(page, () => last(store) === newest());
    const [range] = hatched(store);
    expect(range?.[0]).toBe(before);
    expect(range?.[1]).toBeGreaterThan(before + 95);
    expect(range?.[1]).toBeLessThan(before + 110);
  });

  test('is known what was told before it, and not what happens during it', async () => {
    const { store } = await openChart();
    snapshot();
    page.clock.advance(5 * MINUTE_MS);
    page.server.chart.pushCandle(aCandle(newest(), { isClosed: false }));
    await settle();
    const heard = newest();
    page.server.chart.volume = () => new Promise(() => undefined);
    page.server.changeStatus({ state: 'reconnecting', sinceMs: page.clock.nowMs(), failures: 1 });
    page.clock.advance(3 * MINUTE_MS);
    await settle();
    expect(hatched(store)).toEqual([[heard, newest()]]);
  });

  test('the time is the server’s, however wrong the viewer’s clock', async () => {
    const { store } = await openChart();
    const now = TestBed.inject(Now);
    const aheadMs = 3_000 * MINUTE_MS;
    newest = () => minuteOf(page.clock.nowMs() + aheadMs);
    now.synchronise(page.clock.nowMs() + aheadMs, page.clock.nowMs(), page.clock.nowMs());
    await reconnect(page);
    await drawn(page, () => last(store) === newest());
    expectWhole(store);
    expect(store.troubles()).toEqual([]);
  });

  test('a clock that is behind and not yet set hides nothing once a candle came', async () => {
    const { store } = await openChart();
    const aheadMs = 1_200 * MINUTE_MS;
    newest = () => minuteOf(page.clock.nowMs() + aheadMs);
    await reconnect(page);
    page.server.chart.pushCandle(aCandle(newest(), { isClosed: false }));
    await drawn(page, () => store.content().candles.length > 1_300);
    await settle();
    expectWhole(store);
    expect(store.troubles()).toEqual([]);
  });

  test('a second one while the first is caught up leaves no hole either', async () => {
    const { store } = await openChart();
    const answers: (() => void)[] = [];
    const answer = everyMinute(() => newest());
    page.server.chart.candles = async (question) => {
      await new Promise<void>((resolve) => answers.push(resolve));
      return answer(question);
    };
    await reconnect(page, 30 * MINUTE_MS);
    await drawn(page, () => answers.length === 1);
    page.clock.advance(20 * MINUTE_MS);
    page.server.chart.pushCandle(aCandle(newest(), { isClosed: false }));
    page.clock.advance(20 * MINUTE_MS);
    page.server.chart.pushCandle(aCandle(newest(), { isClosed: false }));
    await drawn(page, () => {
      answers.shift()?.();
      return last(store) === newest();
    });
    for (let turn = 0; turn < 5; turn += 1) {
      await settle();
      answers.shift()?.();
    }
    await settle();
    expectWhole(store);
  });

  test('buckets that changed before the newest 500 are asked for again', async () => {
    page.server.chart.volume = () => [aBucket(-480)];
    const { store } = await openChart();
    snapshot();
    await settle();
    page.server.chart.volume = () => [aBucket(-480, { revision: 9, count: 77 })];
    await reconnect(page);
    snapshot();
    await drawn(page, () => store.content().buckets[0]?.count === 77);
  });
});
