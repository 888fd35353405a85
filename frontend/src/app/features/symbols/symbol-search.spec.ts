import { TestBed } from '@angular/core/testing';
import { beforeEach, describe, expect, test } from 'vitest';
import { PageAddress } from '../../core/page-address.js';
import { preparePage, settle, type PageTest } from '../../testing/page-test.js';
import { aSymbol } from '../../testing/samples.js';
import { SymbolSearch } from './symbol-search.js';

let page: PageTest;
let element: HTMLElement;
let input: HTMLInputElement;

beforeEach(async () => {
  page = preparePage();
  Element.prototype.scrollIntoView = () => undefined;
  page.server.symbols = [aSymbol('BTCUSDT', 'BTC', ['BTCUSDT', 'BTC-USDT-SWAP']), aSymbol('ETHUSDT', 'ETH')];
  element = TestBed.createComponent(SymbolSearch).nativeElement as HTMLElement;
  document.body.replaceChildren(element);
  await settle();
  input = element.querySelector('input')!;
});

const options = () =>
  [...element.querySelectorAll('[role="option"] .symbol-option-name')].map((o) => o.textContent);
const active = () => element.querySelector('[aria-selected="true"] .symbol-option-name')?.textContent;

async function type(text: string): Promise<void> {
  input.focus();
  input.value = text;
  input.dispatchEvent(new Event('input'));
  await settle();
}

async function press(key: string): Promise<void> {
  input.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true }));
  await settle();
}

describe('SymbolSearch', () => {
  test('/ focuses it and shows all symbols first, with their turnover', async () => {
    document.body.dispatchEvent(new KeyboardEvent('keydown', { key: '/', bubbles: true }));
    await settle();
    expect(document.activeElement).toBe(input);
    expect(options()).toEqual(['All symbols', 'BTC/USDT', 'ETH/USDT']);
    expect(element.querySelector('.symbol-option-volume.number')).not.toBeNull();
    expect(element.textContent).toContain('1M');
  });

  test('typing filters by any venue name, Enter chooses', async () => {
    await type('BTC-USDT-SW');
    expect(options()).toEqual(['BTC/USDT']);
    await press('Enter');
    expect(TestBed.inject(PageAddress).symbol()).toBe('BTCUSDT');
    expect(element.querySelector('[role="listbox"]')).toBeNull();
    expect(input.value).toBe('BTCUSDT');
  });

  test('arrows move around the list and tell which option is active', async () => {
    await type('');
    await press('ArrowDown');
    expect(active()).toBe('BTC/USDT');
    const id = element.querySelector('[aria-selected="true"]')?.id;
    expect(input.getAttribute('aria-activedescendant')).toBe(id);
    await press('ArrowUp');
    await press('ArrowUp');
    expect(active()).toBe('ETH/USDT');
  });

  test('Escape changes nothing and closes', async () => {
    await type('eth');
    await press('Escape');
    expect(TestBed.inject(PageAddress).symbol()).toBeUndefined();
    expect(input.getAttribute('aria-expanded')).toBe('false');
    expect(input.value).toBe('All symbols');
  });

  test('a press on All symbols shows every market again', async () => {
    TestBed.inject(PageAddress).change({ symbol: 'ETHUSDT' });
    await type('');
    element
      .querySelector('[role="option"]')
      ?.dispatchEvent(new MouseEvent('mousedown', { cancelable: true }));
    expect(TestBed.inject(PageAddress).symbol()).toBeUndefined();
  });

  test('says so when nothing fits', async () => {
    await type('xyz');
    expect(element.querySelector('.symbol-option-none')?.textContent).toContain('No symbol fits “xyz”');
  });
});
