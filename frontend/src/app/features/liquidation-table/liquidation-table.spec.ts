import { type ComponentFixture, TestBed } from '@angular/core/testing';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { Copier } from '../../core/copier.js';
import { PageAddress } from '../../core/page-address.js';
import { marksOf, preparePage, settle, wordsOf, type PageTest } from '../../testing/page-test.js';
import { aLiquidation, aSymbol, aVenue } from '../../testing/samples.js';
import { LiquidationTable } from './liquidation-table.js';

let page: PageTest;
let fixture: ComponentFixture<LiquidationTable>;
let element: HTMLElement;

beforeEach(() => {
  page = preparePage();
  HTMLElement.prototype.checkVisibility = () => true;
  page.server.venues = [aVenue('binance', 'Binance'), aVenue('okx', 'OKX')];
  page.server.symbols = [aSymbol('BTCUSDT', 'BTC')];
});

async function show(rows = [aLiquidation(2, { liquidatedSide: 'SHORT', side: 'BUY' }), aLiquidation(1)]) {
  page.server.page = () => ({ liquidations: rows, cursor: 'cursor-2' });
  fixture = TestBed.createComponent(LiquidationTable);
  element = fixture.nativeElement as HTMLElement;
  await settle(() => page.server.streams.length > 0);
}

async function push(seq: number): Promise<void> {
  page.server.stream.feed.push(aLiquidation(seq));
  await settle();
  page.clock.paint();
  await settle();
}

const find = (selector: string) => element.querySelector<HTMLElement>(selector);
const all = (selector: string) => [...element.querySelectorAll<HTMLElement>(selector)];
const text = (selector: string) => find(selector)?.textContent.replace(/\s+/g, ' ').trim();

describe('LiquidationTable', () => {
  test('carries the names of the seed documents (S112, S113, S121)', async () => {
    await show();
    expect(element.matches('.orderfox-liquidation-display.orderfox-display-base')).toBe(true);
    expect(text('.display-header .display-title')).toBe('Liquidations');
    for (const part of ['header', 'list', 'item', 'side', 'quantity', 'price', 'time']) {
      expect(find(`.liquidation-${part}`), part).not.toBeNull();
    }
    const headers = all('[role="columnheader"]').map((header) => header.textContent.trim());
    expect(headers).toEqual(['Side', 'Symbol', 'Quantity', 'Price', 'USD', 'Venue', 'Time']);
  });

  test('names the quote currency once a symbol is chosen, and leaves the symbol column out', async () => {
    TestBed.inject(PageAddress).change({ symbol: 'BTCUSDT' });
    await show();
    const headers = all('[role="columnheader"]').map((header) => header.textContent.trim());
    expect(headers).toEqual(['Side', 'Quantity', 'Price (USDT)', 'USD (USDT)', 'Venue', 'Time']);
  });

  test('tells sides apart by mark, word and class (S114)', async () => {
    await show();
    const [buy, sell] = all('.liquidation-item');
    expect(wordsOf(buy?.querySelector('.bid-price'))).toBe('SHORT');
    expect(marksOf(buy)).toEqual(['up']);
    expect(wordsOf(sell?.querySelector('.ask-price'))).toBe('LONG');
    expect(marksOf(sell)).toEqual(['down']);
  });

  test('waits for liquidations until the first one (S115)', async () => {
    await show([]);
    expect(text('.empty-state .pane-title')).toBe('Waiting for liquidations…');
    expect(text('.empty-state')).toContain('The last one was 3 s ago on Binance');
    await push(1);
    expect(find('.empty-state')).toBeNull();
    expect(all('.liquidation-item')).toHaveLength(1);
  });

  test('only rows that came live slide in (S116)', async () => {
    await show();
    await push(3);
    expect(all('.liquidation-item').map((row) => row.classList.contains('live'))).toEqual([
      true,
      false,
      false,
    ]);
  });

  test('says what the rows are of and what they come to', async () => {
    TestBed.inject(PageAddress).change({ symbol: 'BTCUSDT', venues: ['okx'], side: 'long', minUsd: '10000' });
    await show();
    expect(text('.display-filter')).toBe('BTCUSDT · OKX · longs only · from 10,000 USD');
    expect(wordsOf(find('.display-sum'))).toBe('2 shown, together ≥ at least 277 USD');
  });

  test.each([
    ['FULL', 'exact', '277 USD', /^Exact sum of the rows shown;/],
    ['SAMPLED', 'a floor', '≥ at least 277 USD', /^Exact for the rows shown; a floor of what was/],
    ['UNKNOWN', 'a floor', '≥ at least 277 USD', /^Exact for the rows shown; a floor of what was/],
  ] as const)('with a row of a venue that is %s the sum is %s', async (completeness, _, words, hint) => {
    page.server.venues = [
      { ...aVenue('okx', 'OKX'), completeness: 'FULL' },
      { ...aVenue('binance', 'Binance'), completeness },
    ];
    await show([aLiquidation(2, { venue: 'okx' }), aLiquidation(1)]);
    expect(wordsOf(find('.display-sum button'))).toBe(words);
    expect(find('.display-sum button')?.title).toMatch(hint);
  });

  test('pauses while pointed at and shows how many are new', async () => {
    await show();
    find('.liquidation-list')?.dispatchEvent(new MouseEvent('pointerenter'));
    await settle();
    await push(3);
    expect(all('.liquidation-item')).toHaveLength(2);
    expect(text('.held')).toBe('1 new');
    expect(marksOf(find('.held'))).toEqual(['up']);
    find('.held')?.click();
    await settle();
    expect(all('.liquidation-item')).toHaveLength(3);
    expect(find('.held')).toBeNull();
  });

  test('a click or Enter copies the exact value', async () => {
    const copy = vi.spyOn(TestBed.inject(Copier), 'copy').mockResolvedValue();
    await show();
    find('.liquidation-item .liquidation-usd')?.click();
    find('.liquidation-item .liquidation-price')?.dispatchEvent(
      new KeyboardEvent('keydown', { key: 'Enter', bubbles: true }),
    );
    expect(copy.mock.calls).toEqual([['138.74'], ['9910']]);
  });

  test('arrow keys move from cell to cell, and one cell can be reached with Tab', async () => {
    await show();
    document.body.append(element);
    const cell = (row: number, name: string) =>
      all('.liquidation-item')[row]?.querySelector(`.liquidation-${name}`);
    const press = (key: string) =>
      document.activeElement?.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true }));
    const [first] = all('[role="gridcell"][tabindex="0"]');
    expect(all('[role="gridcell"][tabindex="0"]')).toHaveLength(1);
    first?.focus();
    press('ArrowDown');
    press('ArrowRight');
    expect(document.activeElement).toBe(cell(1, 'symbol'));
    press('End');
    expect(document.activeElement).toBe(cell(1, 'time'));
    press('ArrowDown');
    press('ArrowUp');
    expect(document.activeElement).toBe(cell(0, 'time'));
    expect(all('[role="gridcell"][tabindex="0"]')).toHaveLength(1);
  });

  test('is silent for screen readers but for a summary every ten seconds', async () => {
    await show();
    expect(find('[role="log"]')?.getAttribute('aria-live')).toBe('off');
    await push(3);
    await push(4);
    expect(text('[aria-live="polite"]')).toBe('');
    page.clock.advance(10_000);
    await settle();
    expect(text('[aria-live="polite"]')).toBe('2 liquidations, at least 277 USD, in the last 10 seconds');
    page.clock.advance(10_000);
    await settle();
    expect(text('[aria-live="polite"]')).toBe('');
  });

  test('says what is wrong with every venue and how to try the demo when none delivers', async () => {
    page.server.venues = [aVenue('binance', 'Binance', 'GEO_BLOCKED', 'The venue answers 451.')];
    await show([]);
    expect(text('of-venue-troubles')).toContain('Binance GEO BLOCKED The venue answers 451.');
    expect(text('of-venue-troubles')).toContain('npm run demo');
  });

  test('names the venues that are missing while others deliver', async () => {
    page.server.venues = [aVenue('binance', 'Binance'), aVenue('okx', 'OKX', 'SILENT', 'No message came.')];
    await show();
    expect(text('.pane-note')).toContain('OKX cannot deliver now');
  });

  test('greys rows whose connection is lost and says since when (S220)', async () => {
    await show();
    page.server.changeStatus({ state: 'reconnecting', sinceMs: page.clock.nowMs(), failures: 1 });
    page.clock.advance(2_000);
    await settle();
    expect(find('.pane')?.dataset.state).toBe('stale');
    expect(text('.pane-stale')).toContain('since 14:27:40 UTC, 2 s');
    expect(all('.liquidation-item')).toHaveLength(2);
  });

  test('offers to try again after an error', async () => {
    page.server.page = () => {
      throw new Error('Something broke');
    };
    fixture = TestBed.createComponent(LiquidationTable);
    element = fixture.nativeElement as HTMLElement;
    await settle(() => find('[role="alert"]') !== null);
    expect(marksOf(find('[role="alert"]'))).toEqual(['cross']);
    page.server.page = () => ({ liquidations: [aLiquidation(1)], cursor: 'cursor-1' });
    find('[role="alert"] button')?.click();
    await settle(() => page.server.streams.length > 0);
    expect(all('.liquidation-item')).toHaveLength(1);
    expect(page.server.retries).toBe(1);
  });

  test('shows what venues send as text, never as markup (T26)', async () => {
    await show([aLiquidation(1, { symbol: '<img src=x onerror=alert(1)>', venue: '<b>evil</b>' })]);
    expect(element.querySelector('.liquidation-item img, .liquidation-item b')).toBeNull();
    expect(text('.liquidation-symbol.liquidation-symbol:not([role="columnheader"])')).toBe(
      '<img src=x onerror=alert(1)>',
    );
  });
});
