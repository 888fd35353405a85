import { TestBed } from '@angular/core/testing';
import { ApiError, NetworkError } from '@orderfox/client';
import { beforeEach, describe, expect, test } from 'vitest';
import { PageAddress } from '../../core/page-address.js';
import { preparePage, settle, type PageTest } from '../../testing/page-test.js';
import { aLiquidation } from '../../testing/samples.js';
import { LiquidationStore } from './liquidation-store.js';
import { Pause } from './pause.js';

let page: PageTest;
beforeEach(() => (page = preparePage()));

const seqs = (store: LiquidationStore) => store.rows().map(({ id }) => Number(id.replace('event-', '')));

async function openStore(rows = [aLiquidation(2), aLiquidation(1)]): Promise<LiquidationStore> {
  page.server.page = () => ({ liquidations: rows, cursor: 'cursor-2' });
  const store = TestBed.inject(LiquidationStore);
  await settle(() => page.server.streams.length > 0);
  return store;
}

async function push(...events: number[]): Promise<void> {
  for (const seq of events) page.server.stream.feed.push(aLiquidation(seq));
  await settle();
}

describe('LiquidationStore', () => {
  test('shows the newest rows and goes on exactly after them', async () => {
    const store = await openStore();
    expect(seqs(store)).toEqual([2, 1]);
    expect(page.server.stream.after).toBe('cursor-2');
    await push(3, 4);
    page.clock.paint();
    expect(seqs(store)).toEqual([4, 3, 2, 1]);
  });

  test('changes at most once per frame, however many events come', async () => {
    const store = await openStore();
    const before = store.rows();
    await push(...Array.from({ length: 30 }, (_, at) => at + 3));
    expect(store.rows()).toBe(before);
    page.clock.paint();
    expect(store.rows()).toHaveLength(32);
  });

  test('never holds more than 50 rows (S117)', async () => {
    const store = await openStore();
    await push(...Array.from({ length: 120 }, (_, at) => at + 3));
    page.clock.paint();
    expect(store.rows()).toHaveLength(50);
    expect(seqs(store)[0]).toBe(122);
  });

  test('sums exactly what it shows', async () => {
    const store = await openStore();
    expect(store.sumUsd()).toBe('277.48');
  });

  test('a change of symbol clears the rows and opens one stream, for the new symbol (S119, S126)', async () => {
    const store = await openStore();
    const old = page.server.stream;
    page.server.page = () => new Promise(() => undefined) as never;
    TestBed.inject(PageAddress).change({ symbol: 'ETHUSDT' });
    await settle();
    expect(store.rows()).toEqual([]);
    expect(store.isLoading()).toBe(true);
    expect(old.feed.left).toBe(true);
    old.feed.push(aLiquidation(99));
    await settle();
    page.clock.paint();
    expect(store.rows()).toEqual([]);
    expect(page.server.pages.at(-1)).toEqual({ symbols: ['ETHUSDT'] });
    expect(page.server.pages).toHaveLength(2);
  });

  test('what came for the old symbol but was not painted yet is not shown for the new one (S119)', async () => {
    const store = await openStore();
    await push(3);
    page.server.page = () => ({ liquidations: [], cursor: 'cursor-3' });
    TestBed.inject(PageAddress).change({ symbol: 'ETHUSDT' });
    await settle(() => page.server.streams.length === 2);
    page.clock.paint();
    expect(store.rows()).toEqual([]);
  });

  test('holds back what comes while paused, counts it, and shows it after', async () => {
    const store = await openStore();
    const pause = TestBed.inject(Pause);
    pause.toggle();
    await settle();
    await push(3, 4, 5);
    page.clock.paint();
    expect(seqs(store)).toEqual([2, 1]);
    expect(store.heldCount()).toBe(3);
    pause.toggle();
    await settle();
    expect(seqs(store)).toEqual([5, 4, 3, 2, 1]);
    expect(store.heldCount()).toBe(0);
  });

  test('shows what was held when asked, and stays paused', async () => {
    const store = await openStore();
    TestBed.inject(Pause).pointedAt.set(true);
    await settle();
    await push(3);
    page.clock.paint();
    store.release();
    expect(seqs(store)).toEqual([3, 2, 1]);
    await push(4);
    page.clock.paint();
    expect(store.heldCount()).toBe(1);
  });

  test('says what is wrong and since when while the server cannot be reached, and tries again by itself', async () => {
    page.server.page = () => {
      throw new NetworkError('The server cannot be reached');
    };
    const store = TestBed.inject(LiquidationStore);
    await settle(() => store.trouble() !== undefined);
    const since = page.clock.nowMs();
    page.clock.advance(1_000);
    await settle(() => page.server.pages.length === 2);
    expect(store.trouble()).toMatchObject({ message: 'The server cannot be reached', sinceMs: since });

    page.server.page = () => ({ liquidations: [aLiquidation(1)], cursor: 'cursor-1' });
    page.clock.advance(2_000);
    await settle(() => page.server.streams.length === 1);
    expect(store.trouble()).toBeUndefined();
    expect(seqs(store)).toEqual([1]);
  });

  test('offers what the server suggests instead of an unknown symbol, and does not ask again', async () => {
    page.server.page = () => {
      throw new ApiError('UNKNOWN_SYMBOL', 'Invalid symbol: BTCUST', { suggestions: ['BTCUSDT', 7] });
    };
    const store = TestBed.inject(LiquidationStore);
    await settle(() => store.trouble() !== undefined);
    page.clock.advance(60_000);
    await settle();
    expect(store.trouble()).toMatchObject({ message: 'Invalid symbol: BTCUST', suggestions: ['BTCUSDT'] });
    expect(page.server.pages).toHaveLength(1);
  });

  test('begins again from the newest rows when its place in the record is gone', async () => {
    const store = await openStore();
    page.server.page = () => ({ liquidations: [aLiquidation(9)], cursor: 'cursor-9' });
    page.server.stream.feed.fail(new ApiError('CURSOR_EXPIRED', 'gone'));
    await settle(() => page.server.streams.length === 2);
    expect(seqs(store)).toEqual([9]);
    expect(page.server.stream.after).toBe('cursor-9');
  });

  test('takes the newest rows instead of everything missed after a minute without connection (S268)', async () => {
    await openStore();
    page.server.changeStatus({ state: 'reconnecting', sinceMs: 1_000, failures: 3 });
    await settle();
    page.server.changeStatus({ state: 'connected', sinceMs: 62_000, failures: 0 });
    await settle(() => page.server.pages.length === 2);
    page.server.changeStatus({ state: 'reconnecting', sinceMs: 70_000, failures: 1 });
    await settle();
    page.server.changeStatus({ state: 'connected', sinceMs: 75_000, failures: 0 });
    await settle();
    expect(page.server.pages).toHaveLength(2);
  });

  test('leaves its stream when the page goes (S120)', async () => {
    await openStore();
    const { feed } = page.server.stream;
    TestBed.resetTestingModule();
    expect(feed.left).toBe(true);
  });
});
