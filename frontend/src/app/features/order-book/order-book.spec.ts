import { TestBed } from '@angular/core/testing';
import { ApiError } from '@orderfox/client';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { Copier } from '../../core/copier.js';
import { PageAddress } from '../../core/page-address.js';
import { aBook, anAbsentBook } from '../../testing/book-script.js';
import { preparePage, settle, wordsOf, type PageTest } from '../../testing/page-test.js';
import { aSymbol, aVenue } from '../../testing/samples.js';
import { OrderBookPane } from './order-book.js';

let page: PageTest;
let element: HTMLElement;

beforeEach(() => {
  page = preparePage();
  page.server.venues = [aVenue('binance', 'Binance'), aVenue('okx', 'OKX')];
  page.server.symbols = [aSymbol('BTCUSDT', 'BTC')];
});

const find = (selector: string) => element.querySelector<HTMLElement>(selector);
const all = (selector: string) => [...element.querySelectorAll<HTMLElement>(selector)];
const text = (selector: string) => wordsOf(find(selector));
const paneKind = () => find('.pane')?.dataset.state;

async function show(search = '?symbol=BTCUSDT'): Promise<void> {
  history.replaceState(null, '', `/${search}`);
  element = TestBed.createComponent(OrderBookPane).nativeElement as HTMLElement;
  await settle(() => page.server.books.opened.length > 0);
}

async function push(book = aBook()): Promise<void> {
  page.server.books.push(book);
  await settle();
  page.clock.paint();
  await settle();
}

function levels(side: string): (string | undefined)[] {
  return all(`[data-side="${side}"] .book-level`).map(wordsOf);
}

function choose(label: string, value: string): void {
  const field = all('label').find((each) => wordsOf(each)?.startsWith(label) === true);
  const select = field?.querySelector('select');
  if (!select) throw new Error(`There is no choice of ${label}`);
  select.value = value;
  select.dispatchEvent(new Event('change'));
}

describe('OrderBookPane', () => {
  test('shows both sides from the best level on, in the words of the server', async () => {
    await show();
    await push();
    expect(levels('bids')).toEqual(['100.00 1.000 1.000', '99.90 1.000 2.000']);
    expect(levels('asks')).toEqual(['100.10 1.000 1.000', '100.20 1.000 2.000', '100.30 1.000 3.000']);
    expect(all('[role="grid"]').map((grid) => grid.getAttribute('aria-label'))).toEqual([
      'Bids, the highest first',
      'Asks, the lowest first',
    ]);
    expect(text('.display-filter')).toBe('BTCUSDT · Binance');
    expect(paneKind()).toBe('ready');
  });

  test('bars of both sides have one scale: all up to and with their level', async () => {
    await show();
    await push();
    expect(all('.book-bar').map((bar) => bar.style.getPropertyValue('--depth'))).toEqual([
      '0.333',
      '0.667',
      '0.333',
      '0.667',
      '1',
    ]);
  });

  test('says middle, spread and what lies within ten basis points (S144)', async () => {
    await show();
    await push();
    expect(text('.book-spread')).toBe('Mid 100.05 Spread 0.1 9.995 bps USD ± 10 bps bid 200 ask 100');
  });

  test('tells exact values when pointed at, and copies them by click and Enter', async () => {
    const copy = vi.spyOn(TestBed.inject(Copier), 'copy').mockResolvedValue();
    await show();
    await push();
    const [price, quantity, total] = all('[data-side="asks"] .book-level:nth-child(3) [role="gridcell"]');
    expect([price?.title, quantity?.title, total?.title]).toEqual([
      '100.2 USDT',
      '1 BTC',
      '2 BTC up to and with this level',
    ]);
    price?.click();
    total?.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true }));
    for (const button of all('.book-spread button')) button.click();
    expect(copy.mock.calls.flat()).toEqual([
      '100.2',
      '2',
      '100.05',
      '0.1',
      '9.995002498750624',
      '199.9',
      '100.1',
    ]);
  });

  test('marks what is bid or offered near the middle where the book ends before that', async () => {
    await show();
    await push();
    const near = () => text('.book-near dd');
    expect(near()).toBe('bid 200 ask 100');
    const depth10Bps = aBook().depth10Bps;
    if (depth10Bps === null) throw new Error('no depth');
    await push(aBook({ depth10Bps: { ...depth10Bps, isAskFloor: true } }));
    expect(near()).toBe('bid 200 ask ≥ at least 100');
    const [bid, ask] = all('.book-near button').map((button) => button.title);
    expect(bid).toMatch(/^199\.9 USD bid within 10 basis points/);
    expect(ask).toMatch(/^At least: the venue tells of no prices as far .*\. 100\.1 USD offered within/);
  });

  test('each side is one stop of Tab, also after the number of levels has changed', async () => {
    await show();
    await push();
    const stops = () => all('[role="gridcell"][tabindex="0"]').length;
    expect(stops()).toBe(2);
    const cell = find('[data-side="asks"] .book-level:last-child .book-price');
    const first = find('[data-side="asks"] .book-level .book-price');
    if (cell && first) [cell.tabIndex, first.tabIndex] = [0, -1];
    choose('Levels', '10');
    await settle(() => page.server.books.opened.length === 2);
    await push(aBook({ asks: aBook().asks?.slice(0, 1) ?? [] }));
    expect(stops()).toBe(2);
  });

  test('columns grow with their figures and do not shrink again', async () => {
    await show();
    await push();
    const columns = () => all('.book-side').map((side) => side.style.getPropertyValue('--columns'));
    expect(columns()[1]).toBe('minmax(0, 9fr) minmax(0, 7fr) minmax(0, 5fr)');
    await push(
      aBook({ bids: aBook().bids?.map((level) => ({ ...level, totalFormatted: '12,345.000' })) ?? [] }),
    );
    const wide = [
      'minmax(0, 10fr) minmax(0, 7fr) minmax(0, 9fr)',
      'minmax(0, 9fr) minmax(0, 7fr) minmax(0, 10fr)',
    ];
    expect(columns()).toEqual(wide);
    await push();
    expect(columns()).toEqual(wide);
    expect(find('.long-rows')).not.toBeNull();
    TestBed.inject(PageAddress).change({ symbol: 'ETHUSDT' });
    await settle(() => page.server.books.opened.length === 2);
    await push(aBook({ symbol: 'ETHUSDT' }));
    expect(find('.long-rows')).toBeNull();
  });

  test('writes only what has changed', async () => {
    await show();
    await push();
    const before = all('.book-level, .book-level *');
    await push(aBook({ bids: aBook().bids?.map((level) => ({ ...level, quantityFormatted: '7' })) ?? [] }));
    expect(all('.book-level, .book-level *')).toEqual(before);
    expect(levels('bids')[1]).toBe('99.90 7 2.000');
  });

  test('offers steps of the prices and numbers of levels (S127, S128)', async () => {
    await show();
    await push();
    const [steps, counts] = all('select').map((select) => [...select.children].map(wordsOf));
    expect([steps, counts]).toEqual([
      ['0.1', '1', '10', '100'],
      ['10', '20', '50'],
    ]);
    choose('Step', '10');
    choose('Levels', '50');
    await settle(() => page.server.books.opened.length === 2);
    expect(page.server.books.stream.question).toEqual({ symbol: 'BTCUSDT', limit: 50, rounding: '1' });
    expect(paneKind()).toBe('ready');
  });

  test('greys a book that is not whole any more, and says why and since when (S133)', async () => {
    Object.defineProperty(page.server.system, 'now', { get: () => page.clock.nowMs() });
    await show();
    await push();
    await push(anAbsentBook({ since: page.clock.nowMs() - 2_000 }));
    expect(paneKind()).toBe('stale');
    expect(text('.pane-stale')).toBe(
      'Stale Not in sync: changes were missed; waiting for the whole book (since 14:27:38 UTC, 2 s)',
    );
    page.clock.advance(60_000);
    await settle();
    expect(paneKind()).toBe('empty');
    expect(text('.empty-state')).toBe(
      'Order book not in sync Binance: RESYNCING since 14:27:38 UTC, 1 min: changes were missed; waiting for the whole book',
    );
    expect(find('.pane-body')?.hidden).toBe(true);
    await push();
    expect(paneKind()).toBe('ready');
  });

  test('shows no levels where there never were any, but the state of the venue (S133)', async () => {
    await show();
    const until = page.clock.nowMs() + 60_000;
    await push(anAbsentBook({ state: 'BANNED', reason: 'The venue answers 418.', until }));
    expect(text('.empty-state')).toContain('Binance: BANNED until 14:28:40 UTC since 14:27:00 UTC, 40 s');
    expect(all('.book-level')).toEqual([]);
  });

  test('says that no venue has a book', async () => {
    await show();
    page.server.books.stream.retried(
      new ApiError('UNAVAILABLE', 'No venue has an order book of BTCUSDT now.'),
    );
    await settle();
    expect(text('.empty-state')).toBe('No order book No venue has an order book of BTCUSDT now.');
  });

  test('does not claim that there is no book where the lists of contracts are not loaded', async () => {
    await show();
    const message =
      'The list of contracts of Binance is not loaded, so it is not known who has an order book of BTCUSDT.';
    page.server.books.stream.retried(new ApiError('UNAVAILABLE', message, { venues: ['binance'] }));
    await settle();
    expect(text('of-pane')).toContain(message);
    expect(text('of-pane')).not.toContain('No order book');
  });

  test('greys the book when the server is lost, and shows it no more after a minute (S220)', async () => {
    await show();
    await push();
    page.server.changeStatus({ state: 'reconnecting', sinceMs: page.clock.nowMs(), failures: 1 });
    page.clock.advance(999);
    await settle();
    expect(paneKind()).toBe('ready');
    page.clock.advance(1_001);
    await settle();
    expect(text('.pane-stale')).toContain('Nothing has been heard from the server (since 14:27:40 UTC, 2 s)');
    page.clock.advance(58_000);
    await settle();
    expect(paneKind()).toBe('error');
  });

  test('offers what the server suggests instead of an unknown symbol', async () => {
    await show('?symbol=BTCUST');
    await settle();
    page.server.books.stream.feed.fail(
      new ApiError('UNKNOWN_SYMBOL', 'Invalid symbol: BTCUST', { suggestions: ['BTCUSDT'] }),
    );
    await settle(() => find('.suggestions button') !== null);
    find('.suggestions button')?.click();
    await settle(() => page.server.books.opened.length === 2);
    expect(TestBed.inject(PageAddress).symbol()).toBe('BTCUSDT');
  });

  test('says which venue it is before the book is there, where one was chosen', async () => {
    await show('?symbol=BTCUSDT&venues=okx');
    await settle(() => text('.book-venue') === 'OKX');
    expect(find('.book-venue')?.title).toContain('filtered for');
  });
});
