import { TestBed } from '@angular/core/testing';
import { ApiError } from '@orderfox/client';
import { beforeEach, describe, expect, test } from 'vitest';
import { PageAddress } from '../../core/page-address.js';
import { aBook, anAbsentBook } from '../../testing/book-script.js';
import { preparePage, settle, type PageTest } from '../../testing/page-test.js';
import { BookChoices } from './book-choices.js';
import { OrderBookStore } from './order-book-store.js';

let page: PageTest;
beforeEach(() => (page = preparePage()));

/** The store of the market in the address, once it has asked. */
async function openStore(search = '?symbol=BTCUSDT'): Promise<OrderBookStore> {
  history.replaceState(null, '', `/${search}`);
  const store = TestBed.inject(OrderBookStore);
  await settle(() => page.server.books.opened.length > 0);
  return store;
}

async function push(change: Parameters<typeof aBook>[0] = {}): Promise<void> {
  page.server.books.push(aBook(change));
  await settle();
  page.clock.paint();
}

const questions = () => page.server.books.opened.map(({ question }) => question);
const left = () => page.server.books.opened.map(({ feed }) => feed.left);

describe('OrderBookStore', () => {
  test('asks for the market in the address, of the first venue that has a book', async () => {
    const store = await openStore();
    expect(questions()).toEqual([{ symbol: 'BTCUSDT', limit: 20 }]);
    expect([store.news(), store.whole()]).toEqual([undefined, undefined]);
    await push();
    expect(store.whole()?.bids[0]?.price).toBe('100');
  });

  test('follows the filter of the page where it names one venue, and only then', async () => {
    const store = await openStore('?symbol=BTCUSDT&venues=okx');
    expect(questions()[0]).toEqual({ symbol: 'BTCUSDT', limit: 20, venue: 'okx' });
    await push({ venue: 'okx' });
    TestBed.inject(PageAddress).change({ venues: ['okx', 'bybit'] });
    await settle(() => page.server.books.opened.length === 2);
    expect(questions()[1]).toEqual({ symbol: 'BTCUSDT', limit: 20 });
    expect([store.news(), store.whole()]).toEqual([undefined, undefined]);
  });

  test('changes at most once per frame, to the newest', async () => {
    const store = await openStore();
    for (const mid of ['1', '2', '3']) page.server.books.push(aBook({ mid }));
    await settle();
    expect(store.whole()).toBeUndefined();
    page.clock.paint();
    expect(store.whole()?.mid).toBe('3');
  });

  test('another limit is another subscription, and the book that is there goes on until it speaks (S128)', async () => {
    const store = await openStore();
    await push();
    TestBed.inject(BookChoices).chooseLevels(50);
    await settle(() => page.server.books.opened.length === 2);
    expect(questions()[1]).toEqual({ symbol: 'BTCUSDT', limit: 50 });
    expect(left()).toEqual([false, false]);
    page.server.books.opened[0]?.feed.push({ orderBookUpdated: aBook({ mid: 'old' }) });
    await settle();
    page.clock.paint();
    expect(store.whole()?.mid).toBe('old');
    await push({ mid: 'new' });
    expect(store.whole()?.mid).toBe('new');
    expect(left()).toEqual([true, false]);
    page.server.books.opened[0]?.feed.push({ orderBookUpdated: aBook({ mid: 'old' }) });
    await settle();
    page.clock.paint();
    expect(store.whole()?.mid).toBe('new');
  });

  test('of several changes only the last is waited for', async () => {
    await openStore();
    await push();
    const choices = TestBed.inject(BookChoices);
    choices.chooseLevels(50);
    await settle();
    choices.chooseLevels(10);
    await settle(() => page.server.books.opened.length === 3);
    expect(left()).toEqual([false, true, false]);
  });

  test('rounds by tick sizes as soon as it knows them (S127)', async () => {
    const store = await openStore();
    await push();
    TestBed.inject(BookChoices).chooseStep(100);
    await settle(() => page.server.books.opened.length === 2);
    expect(questions()[1]).toEqual({ symbol: 'BTCUSDT', limit: 20, rounding: '10' });
    await push({ rounding: '10' });

    TestBed.inject(PageAddress).change({ symbol: 'ETHUSDT' });
    await settle(() => page.server.books.opened.length === 3);
    expect(questions()[2]).toEqual({ symbol: 'ETHUSDT', limit: 20 });
    // What tells the tick size is not rounded and not shown.
    await push({ symbol: 'ETHUSDT', tickSize: '0.01', rounding: '0.01' });
    expect(store.news()).toBeUndefined();
    await settle(() => page.server.books.opened.length === 4);
    expect(questions()[3]).toEqual({ symbol: 'ETHUSDT', limit: 20, rounding: '1' });
    await push({ symbol: 'ETHUSDT', tickSize: '0.01', rounding: '1' });
    expect(store.whole()?.rounding).toBe('1');
  });

  test('asks again with the new tick size when the venue has changed it', async () => {
    const store = await openStore();
    await push();
    TestBed.inject(BookChoices).chooseStep(10);
    await settle(() => page.server.books.opened.length === 2);
    page.server.books.stream.feed.fail(
      new ApiError('BAD_USER_INPUT', 'rounding: no', { argument: 'rounding', tickSize: '0.25' }),
    );
    await settle(() => page.server.books.opened.length === 3);
    expect(questions()[2]).toMatchObject({ rounding: '2.5' });
    expect(store.trouble()).toBeUndefined();
  });

  test('takes as many levels as the server gives (S130)', async () => {
    const store = await openStore();
    await settle();
    page.server.books.stream.feed.fail(
      new ApiError('BAD_USER_INPUT', 'limit: no', { argument: 'limit', maxLimit: 15 }),
    );
    await settle(() => page.server.books.opened.length === 2);
    expect(questions()[1]).toEqual({ symbol: 'BTCUSDT', limit: 15 });
    expect(store.trouble()).toBeUndefined();
  });

  test('keeps the last whole book beside the word that it is not whole any more', async () => {
    const store = await openStore();
    await push();
    await push(anAbsentBook());
    expect(store.news()?.state).toBe('RESYNCING');
    expect(store.whole()?.state).toBe('LIVE');
  });

  test('forgets what it knew of another symbol (S119, S126)', async () => {
    const store = await openStore();
    await push();
    page.server.books.push(aBook({ mid: 'old' }));
    await settle();
    TestBed.inject(PageAddress).change({ symbol: 'ETHUSDT' });
    await settle(() => page.server.books.opened.length === 2);
    page.clock.paint();
    expect([store.news(), store.whole(), store.tickSize()]).toEqual([undefined, undefined, undefined]);
    expect(left()).toEqual([true, false]);
  });

  test('tells what is tried again, and that it works once more', async () => {
    const store = await openStore();
    await push();
    page.server.books.stream.retried(new ApiError('UNAVAILABLE', 'No venue has a book'));
    expect(store.trouble()).toMatchObject({ message: 'No venue has a book', isAbsent: true });
    const since = store.trouble()?.sinceMs;
    page.clock.advance(5_000);
    page.server.books.stream.retried(new ApiError('UNAVAILABLE', 'No venue has a book'));
    expect(store.trouble()?.sinceMs).toBe(since);
    await push();
    expect(store.trouble()).toBeUndefined();
  });

  test('after a refusal for good nothing is shown until it is tried again', async () => {
    const store = await openStore();
    await push();
    await settle();
    page.server.books.stream.feed.fail(
      new ApiError('UNKNOWN_SYMBOL', 'Invalid symbol', { suggestions: ['BTCUSDC', 7] }),
    );
    await settle(() => store.trouble() !== undefined);
    expect(store.trouble()).toMatchObject({ message: 'Invalid symbol', suggestions: ['BTCUSDC'] });
    expect(store.whole()).toBeUndefined();
    store.retry();
    await settle();
    expect(store.trouble()).toBeUndefined();
    expect([page.server.retries, page.server.books.opened.length]).toEqual([1, 2]);
  });

  test('the server is silent until it says something about the book, not until the connection is back', async () => {
    const store = await openStore();
    await push();
    page.server.changeStatus({ state: 'reconnecting', sinceMs: 7, failures: 1 });
    await settle();
    page.server.changeStatus({ state: 'reconnecting', sinceMs: 9, failures: 2 });
    await settle();
    page.server.changeStatus({ state: 'connected', sinceMs: 11, failures: 0 });
    await settle();
    expect(store.silentSinceMs()).toBe(7);
    await push();
    expect(store.silentSinceMs()).toBeUndefined();
  });

  test('ends its subscriptions when it goes (S120)', async () => {
    await openStore();
    await push();
    TestBed.inject(BookChoices).chooseLevels(50);
    await settle(() => page.server.books.opened.length === 2);
    TestBed.resetTestingModule();
    expect(left()).toEqual([true, true]);
  });
});
