import { TestBed } from '@angular/core/testing';
import { ApiError, BufferOverflowError, NetworkError, type TradeFieldsFragment } from '@orderfox/client';
import { beforeEach, describe, expect, test } from 'vitest';
import { PageAddress } from '../../core/page-address.js';
import { preparePage, settle, type PageTest } from '../../testing/page-test.js';
import { aTrade, newestTrades } from '../../testing/trade-script.js';
import { Pause } from '../liquidation-table/pause.js';
import { TapePause } from './tape-pause.js';
import { MAX_TRADES, TradesStore } from './trades-store.js';

let page: PageTest;
beforeEach(() => (page = preparePage()));

/** The store of the market in the address, once it has its first answer. */
async function openStore(search = '?symbol=BTCUSDT'): Promise<TradesStore> {
  history.replaceState(null, '', `/${search}`);
  const store = TestBed.inject(TradesStore);
  await settle(() => page.server.trades.asked.length > 0);
  await painted();
  return store;
}

async function painted(): Promise<void> {
  await settle();
  page.clock.paint();
  await settle();
}

async function push(...trades: readonly TradeFieldsFragment[]): Promise<void> {
  page.server.trades.push(...trades);
  await painted();
}

/** Numbers of the trades shown, newest first, each with a question mark where some before it may be missing. */
const shown = (store: TradesStore) =>
  store.rows().map(({ trade, hole }) => `${trade.id.split(':')[2]}${hole === undefined ? '' : '?'}`);
const upTo = (newest: number) => () => newestTrades(1, newest);

async function reconnect(): Promise<void> {
  page.server.changeStatus({ state: 'reconnecting', sinceMs: page.clock.nowMs(), failures: 1 });
  page.server.changeStatus({ state: 'connected', sinceMs: page.clock.nowMs(), failures: 0 });
  await painted();
}

describe('TradesStore', () => {
  test('opens the stream before it asks, of the first venue that has trades', async () => {
    page.server.trades.newest = upTo(2);
    const store = await openStore();
    expect(page.server.trades.opened.map(({ question }) => question)).toEqual([{ symbol: 'BTCUSDT' }]);
    expect(page.server.trades.asked).toEqual([{ symbol: 'BTCUSDT', first: 500 }]);
    expect(shown(store)).toEqual(['2', '1']);
  });

  test('follows the filter of the page where it names one venue, as the order book does', async () => {
    page.server.trades.newest = upTo(2);
    const store = await openStore('?symbol=BTCUSDT&venues=okx');
    expect(page.server.trades.stream.question).toEqual({ symbol: 'BTCUSDT', venue: 'okx' });
    page.server.trades.newest = () => [];
    TestBed.inject(PageAddress).change({ venues: ['okx', 'bybit'] });
    await settle(() => page.server.trades.opened.length === 2);
    expect(page.server.trades.stream.question).toEqual({ symbol: 'BTCUSDT' });
    expect(page.server.trades.opened[0]?.feed.left).toBe(true);
    await painted();
    expect(shown(store)).toEqual([]);
  });

  test('joins the answer and the stream without a hole and without a double (S131, S132)', async () => {
    page.server.trades.newest = upTo(2);
    const store = await openStore();
    page.server.trades.newest = upTo(5);
    await push(aTrade(5), aTrade(6));
    expect(shown(store)).toEqual(['6', '5', '4', '3', '2', '1']);
    await push(aTrade(7));
    expect(shown(store).slice(0, 2)).toEqual(['7', '6']);
    expect(page.server.trades.asked.length).toBe(2);
  });

  test('asks for no more than the server keeps', async () => {
    page.server.trades.newest = ({ first }) => {
      if (first > 50) throw new ApiError('BAD_USER_INPUT', 'first: no', { argument: 'first', maxFirst: 50 });
      return newestTrades(1, 2);
    };
    const store = await openStore();
    await settle(() => store.isKnown());
    await painted();
    expect(page.server.trades.asked.map(({ first }) => first)).toEqual([500, 50]);
    expect(store.trouble()).toBeUndefined();
  });

  test('after a lost connection it asks for what was missed, and tells a hole that stays', async () => {
    page.server.trades.newest = upTo(2);
    const store = await openStore();
    page.server.trades.newest = upTo(3);
    await push(aTrade(3));
    page.server.trades.newest = () => newestTrades(4, 5);
    await reconnect();
    expect(shown(store)).toEqual(['5', '4?', '3', '2', '1']);
    page.server.trades.newest = upTo(8);
    await push(aTrade(8));
    expect(shown(store).slice(0, 4)).toEqual(['8', '7', '6', '5']);
  });

  test('a trade that comes at once after a loss finds the seam open', async () => {
    page.server.trades.newest = upTo(2);
    const store = await openStore();
    page.server.trades.newest = upTo(3);
    await push(aTrade(3));
    page.server.trades.newest = () => newestTrades(9, 9);
    // All in one turn, before the page gets to look.
    page.server.changeStatus({ state: 'reconnecting', sinceMs: 1, failures: 1 });
    page.server.changeStatus({ state: 'connected', sinceMs: 2, failures: 0 });
    await push(aTrade(9));
    expect(shown(store).slice(0, 2)).toEqual(['9?', '3']);
  });

  test('the server is silent until it has answered, not until the connection is back', async () => {
    page.server.trades.newest = upTo(2);
    const store = await openStore();
    page.server.changeStatus({ state: 'reconnecting', sinceMs: 7, failures: 1 });
    page.server.changeStatus({ state: 'reconnecting', sinceMs: 9, failures: 2 });
    await settle();
    expect(store.silentSinceMs()).toBe(7);
    let answer: (trades: ReturnType<typeof newestTrades>) => void = () => undefined;
    page.server.trades.newest = () => new Promise((resolve) => (answer = resolve));
    page.server.changeStatus({ state: 'connected', sinceMs: 11, failures: 0 });
    await settle();
    expect(store.silentSinceMs()).toBe(7);
    answer(newestTrades(1, 2));
    await painted();
    expect(store.silentSinceMs()).toBeUndefined();
  });

  test('tells that the venue cannot be reached, since when, and goes on by itself (S133)', async () => {
    page.server.trades.newest = upTo(2);
    const store = await openStore();
    const out = new ApiError('UNAVAILABLE', 'There are no trades now.', {
      venue: 'binance',
      since: page.clock.nowMs() - 30_000,
    });
    page.server.trades.newest = () => {
      throw out;
    };
    page.server.trades.stream.retried(out);
    await painted();
    expect(store.trouble()).toMatchObject({
      message: 'There are no trades now.',
      sinceMs: page.clock.nowMs() - 30_000,
      isAbsent: true,
      venue: 'binance',
    });
    expect(shown(store)).toEqual(['2', '1']);
    page.server.trades.newest = upTo(3);
    page.clock.advance(11_000);
    await painted();
    expect(store.trouble()).toBeUndefined();
    expect(shown(store)).toEqual(['3', '2', '1']);
  });

  test('live trades do not wait for an answer that cannot be had', async () => {
    page.server.trades.newest = upTo(2);
    const store = await openStore();
    page.server.trades.newest = () => {
      throw new NetworkError('no answer');
    };
    await reconnect();
    expect(store.trouble()?.message).toBe('no answer');
    await push(aTrade(9));
    expect(shown(store)).toEqual(['9?', '2', '1']);
    expect(store.trouble()).toBeUndefined();
  });

  test('a page that reads too slowly begins anew and loses nothing that is still kept', async () => {
    page.server.trades.newest = upTo(2);
    const store = await openStore();
    page.server.trades.newest = upTo(9);
    page.server.trades.stream.feed.fail(new BufferOverflowError(1_000));
    await settle(() => page.server.trades.opened.length === 2);
    await painted();
    expect(shown(store)).toEqual(['9', '8', '7', '6', '5', '4', '3', '2', '1']);
    expect(store.trouble()).toBeUndefined();
  });

  test('after a refusal for good nothing is asked until it is tried again', async () => {
    page.server.trades.newest = () => {
      throw new ApiError('UNKNOWN_SYMBOL', 'Invalid symbol', { suggestions: ['BTCUSDC', 7] });
    };
    const store = await openStore('?symbol=BTCUST');
    await settle(() => store.trouble() !== undefined);
    expect(store.trouble()).toMatchObject({ message: 'Invalid symbol', suggestions: ['BTCUSDC'] });
    expect(page.server.trades.stream.feed.left).toBe(true);
    page.server.trades.newest = upTo(1);
    store.retry();
    await painted();
    expect(store.trouble()).toBeUndefined();
    expect([page.server.retries, page.server.trades.opened.length]).toEqual([1, 2]);
  });

  test('ten thousand trades are one change, and no more rows than before', async () => {
    page.server.trades.newest = upTo(1);
    const store = await openStore();
    page.server.trades.newest = upTo(2);
    await push(aTrade(2));
    for (let seq = 3; seq <= 10_002; seq += 1) page.server.trades.push(aTrade(seq));
    await settle();
    expect(shown(store)).toEqual(['2', '1']);
    page.clock.paint();
    expect(store.rows().length).toBe(MAX_TRADES);
    expect(shown(store).slice(0, 2)).toEqual(['10002', '10001']);
    expect(shown(store).some((each) => each.endsWith('?'))).toBe(false);
  });

  test.each([
    ['the pause of the page', () => TestBed.inject(Pause).toggle()],
    ['its own', () => TestBed.inject(TapePause).toggle()],
    ['the pointer', () => TestBed.inject(TapePause).pointedAt.set(true)],
  ])('counts what comes while %s holds it, and shows it after (2.2.2)', async (_name, pause) => {
    page.server.trades.newest = upTo(2);
    const store = await openStore();
    page.server.trades.newest = upTo(3);
    pause();
    TestBed.tick();
    await push(aTrade(3), aTrade(4));
    expect([shown(store), store.heldCount()]).toEqual([['2', '1'], 2]);
    store.release();
    expect([shown(store), store.heldCount()]).toEqual([['4', '3', '2', '1'], 0]);
    await push(aTrade(5));
    expect(store.heldCount()).toBe(1);
  });

  test('shows what is held as soon as nothing pauses', async () => {
    page.server.trades.newest = upTo(2);
    const store = await openStore();
    const pause = TestBed.inject(TapePause);
    pause.focused.set(true);
    page.server.trades.newest = upTo(3);
    await push(aTrade(3));
    expect(shown(store)).toEqual(['2', '1']);
    pause.focused.set(false);
    TestBed.tick();
    expect(shown(store)).toEqual(['3', '2', '1']);
  });

  test('another market that is opened while the tape is paused is shown nevertheless', async () => {
    page.server.trades.newest = upTo(2);
    const store = await openStore();
    TestBed.inject(TapePause).toggle();
    TestBed.inject(PageAddress).change({ symbol: 'ETHUSDT' });
    await settle(() => page.server.trades.opened.length === 2);
    await painted();
    expect(shown(store)).toEqual(['2', '1']);
  });

  test('ends its stream when it goes (S120)', async () => {
    await openStore();
    TestBed.resetTestingModule();
    expect(page.server.trades.stream.feed.left).toBe(true);
    expect(page.server.watchers.size).toBe(0);
  });
});
