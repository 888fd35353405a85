import { TestBed } from '@angular/core/testing';
import { type Liquidation } from '@orderfox/client';
import { beforeEach, describe, expect, test } from 'vitest';
import { marksOf, preparePage, settle, wordsOf, type PageTest } from '../../testing/page-test.js';
import { aLiquidation, aVenue } from '../../testing/samples.js';
import { TapeSummary } from './tape-summary.js';

const long = aLiquidation(10, { notionalUsd: '300' });
const short = aLiquidation(40, { notionalUsd: '200', liquidatedSide: 'SHORT', side: 'BUY' });

let page: PageTest;
beforeEach(() => {
  page = preparePage();
  page.server.venues = [aVenue('binance', 'Binance')];
});

async function show(...rows: readonly Liquidation[]): Promise<HTMLElement> {
  page.server.page = () => ({ liquidations: rows, cursor: 'cursor' });
  const element = TestBed.createComponent(TapeSummary).nativeElement as HTMLElement;
  await settle(() => page.server.streams.length > 0);
  return element;
}

describe('TapeSummary', () => {
  test('marks longs down and shorts up, beside the words', async () => {
    const element = await show(short, long);
    const sides = [...element.querySelectorAll('.side-name')];
    expect(sides.map((side) => [wordsOf(side), ...marksOf(side)])).toEqual([
      ['Longs', 'down'],
      ['Shorts', 'up'],
    ]);
    expect(marksOf(element.querySelector('.card-symbols'))).toEqual(['down']);
  });

  test.each([
    ['LONG', 'down', long],
    ['SHORT', 'up', short],
  ])('the largest is marked by its side: %s %s', async (word, mark, row) => {
    const largest = (await show(row)).querySelector('.largest-what');
    expect(wordsOf(largest)).toBe(`${word} BTCUSDT Binance`);
    expect(marksOf(largest)).toEqual([mark]);
  });

  test('marks every sum that holds a row of a venue that leaves some out, and no other', async () => {
    page.server.venues = [
      { ...aVenue('bybit', 'Bybit'), completeness: 'FULL' },
      { ...aVenue('binance', 'Binance'), completeness: 'SAMPLED' },
      { ...aVenue('okx', 'OKX'), completeness: 'UNKNOWN' },
    ];
    const element = await show(
      aLiquidation(1, { venue: 'bybit', notionalUsd: '4', symbol: 'ETHUSDT' }),
      aLiquidation(2, { venue: 'bybit', notionalUsd: '3' }),
      aLiquidation(3, { venue: 'okx', notionalUsd: '2', liquidatedSide: 'SHORT', side: 'BUY' }),
    );
    const words = (selector: string) => [...element.querySelectorAll(selector)].map(wordsOf);
    expect(words('.side-usd')).toEqual(['7', '≥ at least 2']);
    expect(words('[aria-labelledby=card-venues] td:nth-of-type(2)')).toEqual(['7', '0', '≥ at least 2']);
    expect(words('.card-symbols td:nth-of-type(2)')).toEqual(['≥ at least 5', '4']);
    expect(words('[aria-labelledby=card-venues] .card-foot')[0]).toContain(
      'a venue that samples, or does not say what it leaves out',
    );
  });

  test('says what the time below the sums is, once there are two rows to lie apart', async () => {
    const foot = (element: HTMLElement) =>
      element.querySelector('.card-foot')?.textContent.replace(/\s+/g, ' ').trim();
    expect(foot(await show(short, long))).toBe('USD · the rows shown span 30 s');
    TestBed.resetTestingModule();
    page = preparePage();
    expect(foot(await show(long))).toBe('USD');
  });
});
