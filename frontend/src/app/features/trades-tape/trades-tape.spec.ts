import { TestBed } from '@angular/core/testing';
import { ApiError, type TradeFieldsFragment } from '@orderfox/client';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { Copier } from '../../core/copier.js';
import { marksOf, preparePage, settle, wordsOf, type PageTest } from '../../testing/page-test.js';
import { aSymbol, aVenue } from '../../testing/samples.js';
import { aTrade, newestTrades } from '../../testing/trade-script.js';
import { TradesTape } from './trades-tape.js';

let page: PageTest;
let element: HTMLElement;

beforeEach(() => {
  page = preparePage();
  page.server.venues = [aVenue('binance', 'Binance'), aVenue('okx', 'OKX')];
  page.server.symbols = [aSymbol('BTCUSDT', 'BTC')];
  Object.defineProperty(page.server.system, 'now', { get: () => page.clock.nowMs() });
});

const find = (selector: string) => element.querySelector<HTMLElement>(selector);
const all = (selector: string) => [...element.querySelectorAll<HTMLElement>(selector)];
const text = (selector: string) => wordsOf(find(selector));
const paneKind = () => find('.pane')?.dataset.state;

async function painted(): Promise<void> {
  await settle();
  page.clock.paint();
  await settle();
}

async function show(newest = newestTrades(1, 2), search = '?symbol=BTCUSDT'): Promise<void> {
  history.replaceState(null, '', `/${search}`);
  page.server.trades.newest = () => newest;
  element = TestBed.createComponent(TradesTape).nativeElement as HTMLElement;
  await settle(() => page.server.trades.asked.length > 0);
  await painted();
}

async function push(...trades: readonly TradeFieldsFragment[]): Promise<void> {
  page.server.trades.newest = () => trades.toReversed();
  page.server.trades.push(...trades);
  await painted();
}

function point(kind: 'pointerenter' | 'pointerleave'): void {
  const event = Object.assign(new Event(kind), { pointerType: 'mouse' });
  find('.trade-list')?.dispatchEvent(event);
  TestBed.tick();
}

describe('TradesTape', () => {
  test('shows the newest trade on top with side, price, quantity, USD and time (S131)', async () => {
    await show([
      aTrade(2, { takerSide: 'SELL', notionalUsd: '12649.9', priceFormatted: '65,000.10' }),
      aTrade(1),
    ]);
    expect(all('.trade-row').map(wordsOf)).toEqual([
      'Sell 65,000.10 0.500 12.6K 14:27:00',
      'Buy 100.10 0.500 50 14:27:00',
    ]);
    expect(all('.trade-row').map((row) => marksOf(row))).toEqual([['down'], ['up']]);
    expect(text('.display-filter')).toBe('BTCUSDT · Binance');
    expect(wordsOf(find('.trade-head'))).toBe('Taker Price USDT Qty BTC USD Time');
    expect(paneKind()).toBe('ready');
  });

  test('marks sizes by the thresholds that its legend states, never by colour alone', async () => {
    await show(
      ['2000000', '150000', '10000', '9999'].map((notionalUsd, at) => aTrade(9 - at, { notionalUsd })),
    );
    expect(all('.trade-row').map(({ dataset }) => dataset.tier)).toEqual(['3', '2', '1', '0']);
    expect(all('.trade-row .trade-marks').length).toBe(4);
    expect(text('.trades-legend')).toBe(
      'USD 1 of 3 marks: from 10K 2 of 3 marks: from 100K 3 of 3 marks: from 1M',
    );
  });

  test('a hole is a row of its own, in its place', async () => {
    await show([
      aTrade(30, { isAfterGap: true }),
      aTrade(20, { isAfterGap: true, missedBefore: 12 }),
      aTrade(7),
    ]);
    expect(
      all('[role="row"]')
        .slice(1)
        .map((row) => wordsOf(row)?.split(' 14')[0]),
    ).toEqual([
      'Buy 100.10 0.500 50',
      'Some may be missing',
      'Buy 100.10 0.500 50',
      '12 trades missing',
      'Buy 100.10 0.500 50',
    ]);
  });

  test('stands still while it is pointed at, and counts what comes meanwhile', async () => {
    await show();
    point('pointerenter');
    await push(aTrade(3), aTrade(4));
    expect(all('.trade-row').length).toBe(2);
    expect(text('.held')).toBe('2 new');
    find('.held')?.click();
    await settle();
    expect(all('.trade-row').length).toBe(4);
    expect(find('.held')).toBeNull();
    await push(aTrade(5));
    point('pointerleave');
    await settle();
    expect(all('.trade-row').length).toBe(5);
  });

  test('a button pauses, says so, and goes on', async () => {
    await show();
    const button = find('.trades-pause');
    button?.click();
    await push(aTrade(3));
    expect([button?.getAttribute('aria-pressed'), text('.held'), all('.trade-row').length]).toEqual([
      'true',
      '1 new',
      2,
    ]);
    button?.click();
    await settle();
    expect([button?.getAttribute('aria-pressed'), all('.trade-row').length]).toEqual(['false', 3]);
  });

  test('copies exact values by click and Enter; it is one stop of Tab', async () => {
    const copy = vi.spyOn(TestBed.inject(Copier), 'copy').mockResolvedValue();
    await show();
    const cells = all('.trade-row:nth-child(2) [role="gridcell"]');
    cells[1]?.click();
    cells[2]?.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true }));
    for (const cell of cells.slice(3)) cell.click();
    expect(copy.mock.calls.flat()).toEqual(['100.1', '0.5', '50.05', '2026-01-27T14:27:00.200Z']);
    expect(all('[role="gridcell"][tabindex="0"]').length).toBe(1);
  });

  test('tells nobody of every trade: what listens is switched off', async () => {
    await show();
    expect(find('[role="log"]')?.getAttribute('aria-live')).toBe('off');
    expect(all('[aria-live="polite"], [aria-live="assertive"]')).toEqual([]);
  });

  test('columns grow with their figures and do not shrink again', async () => {
    await show();
    const columns = () => find('.trade-list')?.style.getPropertyValue('--columns');
    expect(columns()).toBe('46px minmax(0, 8fr) minmax(0, 6fr) minmax(52px, 8fr) 60px');
    await push(aTrade(3, { quantityFormatted: '1,234,567.8' }));
    const wide = '46px minmax(0, 8fr) minmax(0, 11fr) minmax(52px, 8fr) 60px';
    expect(columns()).toBe(wide);
    expect(find('.long-rows')).toBeNull();
    await push(...Array.from({ length: 100 }, (_, at) => aTrade(4 + at)));
    expect(columns()).toBe(wide);
  });

  test('has two lines for each trade where its figures are long', async () => {
    await show([aTrade(1, { priceFormatted: '0.0000041315', quantityFormatted: '437,042,000' })]);
    expect(find('.long-rows')).not.toBeNull();
  });

  test('greys trades while the venue cannot be reached, and says why and since when (S133)', async () => {
    await show();
    const since = page.clock.nowMs() - 2_000;
    const out = new ApiError('UNAVAILABLE', 'There are no trades now.', { since, venue: 'binance' });
    page.server.trades.newest = () => {
      throw out;
    };
    page.server.trades.stream.retried(out);
    await painted();
    expect(text('.pane-stale')).toBe('Stale There are no trades now. (since 14:27:38 UTC, 2 s)');
    expect(all('.trade-row').length).toBe(2);
  });

  test('shows no trade where none can be had, but what is wrong and since when (S133)', async () => {
    history.replaceState(null, '', '/?symbol=BTCUSDT');
    const since = page.clock.nowMs() - 2_000;
    page.server.trades.newest = () => {
      throw new ApiError('UNAVAILABLE', 'There are no trades now.', { since, venue: 'binance' });
    };
    element = TestBed.createComponent(TradesTape).nativeElement as HTMLElement;
    await settle(() => paneKind() === 'empty');
    expect(text('.empty-state')).toBe('No trades There are no trades now. It is so since 14:27:38 UTC, 2 s.');
    expect(text('.display-filter')).toBe('BTCUSDT · Binance');
    expect(find('.pane-body')?.hidden).toBe(true);
  });

  test('does not claim that there are no trades where the lists of contracts are not loaded', async () => {
    history.replaceState(null, '', '/?symbol=BTCUSDT');
    const message =
      'The list of contracts of Binance is not loaded, so it is not known who has trades of BTCUSDT.';
    page.server.trades.newest = () => {
      throw new ApiError('UNAVAILABLE', message, { venues: ['binance'] });
    };
    element = TestBed.createComponent(TradesTape).nativeElement as HTMLElement;
    await settle(() => paneKind() === 'error');
    expect(text('of-pane')).toContain(message);
    expect(text('of-pane')).not.toContain('No trades');
  });

  test('greys trades when the server is lost, after a second (S220)', async () => {
    await show();
    page.server.changeStatus({ state: 'reconnecting', sinceMs: page.clock.nowMs(), failures: 1 });
    page.clock.advance(999);
    await settle();
    expect(paneKind()).toBe('ready');
    page.clock.advance(1_001);
    await settle();
    expect(text('.pane-stale')).toContain('Nothing has been heard from the server (since 14:27:40 UTC, 2 s)');
  });

  test('says that it waits where no trade is known', async () => {
    await show([]);
    expect(paneKind()).toBe('empty');
    expect(text('.empty-state')).toContain('Waiting for trades… The venue is heard');
  });

  test('offers what the server suggests instead of an unknown symbol', async () => {
    history.replaceState(null, '', '/?symbol=BTCUST');
    page.server.trades.newest = () => {
      throw new ApiError('UNKNOWN_SYMBOL', 'Invalid symbol: BTCUST', { suggestions: ['BTCUSDT'] });
    };
    element = TestBed.createComponent(TradesTape).nativeElement as HTMLElement;
    await settle(() => find('.suggestions button') !== null);
    find('.suggestions button')?.click();
    await settle(() => page.server.trades.opened.length === 2);
    expect(page.server.trades.stream.question).toEqual({ symbol: 'BTCUSDT' });
  });
});
