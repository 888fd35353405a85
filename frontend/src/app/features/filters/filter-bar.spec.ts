import { TestBed } from '@angular/core/testing';
import { beforeEach, describe, expect, test } from 'vitest';
import { PageAddress } from '../../core/page-address.js';
import { marksOf, preparePage, settle } from '../../testing/page-test.js';
import { aVenue } from '../../testing/samples.js';
import { FilterBar } from './filter-bar.js';

let element: HTMLElement;
let address: PageAddress;

beforeEach(async () => {
  const { server } = preparePage();
  server.venues = [aVenue('binance', 'Binance'), aVenue('okx', 'OKX')];
  address = TestBed.inject(PageAddress);
  element = TestBed.createComponent(FilterBar).nativeElement as HTMLElement;
  await settle(() => element.querySelectorAll('.chip').length === 2);
});

async function press(label: string): Promise<void> {
  const button = [...element.querySelectorAll('button')].find((each) => each.textContent.includes(label));
  button?.click();
  await settle();
}

async function enter(text: string): Promise<void> {
  const input = element.querySelector('input')!;
  input.value = text;
  input.dispatchEvent(new Event('change'));
  await settle();
}

const pressed = () =>
  [...element.querySelectorAll('[aria-pressed="true"]')].map((each) => each.textContent.replace(/\W/g, ''));

describe('FilterBar', () => {
  test('begins with everything', () => {
    expect(pressed()).toEqual(['Binance', 'OKX', 'Bothsides', 'Any']);
  });

  test('switching a venue off leaves the others; switching the last one off brings all back', async () => {
    await press('Binance');
    expect(address.view().venues).toEqual(['okx']);
    await press('OKX');
    expect(address.view().venues).toEqual([]);
    expect(pressed()).toContain('Binance');
  });

  test('a venue that is on has a check mark, one that is off a plus', async () => {
    const chips = () => [...element.querySelectorAll('.chip')].map((chip) => marksOf(chip));
    expect(chips()).toEqual([['check'], ['check']]);
    await press('Binance');
    expect(chips()).toEqual([['plus'], ['check']]);
  });

  test('longs are marked down and shorts up', () => {
    const [both, longs, shorts] = element.querySelectorAll('[aria-label="Side"] .segment');
    expect([marksOf(both), marksOf(longs), marksOf(shorts)]).toEqual([[], ['down'], ['up']]);
  });

  test('side and size go into the view, and Clear takes them out', async () => {
    await press('Longs');
    await press('100K');
    expect(address.view()).toMatchObject({ side: 'long', minUsd: '100000' });
    await press('Clear');
    expect(address.isFiltered()).toBe(false);
  });

  test('takes an amount of one’s own and refuses what is none', async () => {
    await enter('25k');
    expect(address.view().minUsd).toBe('25000');
    expect(element.querySelector('input')?.value).toBe('25,000');
    await enter('a lot');
    expect(address.view().minUsd).toBe('25000');
    expect(element.querySelector('input')?.value).toBe('25,000');
    await enter('');
    expect(address.view().minUsd).toBeUndefined();
  });
});
