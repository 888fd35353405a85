import { TestBed } from '@angular/core/testing';
import { beforeEach, describe, expect, test } from 'vitest';
import { PageAddress } from '../../core/page-address.js';
import { Settings } from '../../core/settings.js';
import { preparePage, settle, wordsOf, type PageTest } from '../../testing/page-test.js';
import { aBucket, aCandle } from '../../testing/samples.js';
import { PriceChart } from './price-chart.js';

let page: PageTest;
beforeEach(() => {
  page = preparePage();
  page.server.chart.candles = () => [aCandle(0), aCandle(1)];
  page.server.chart.volume = () => [aBucket(1)];
});

async function show(address = '/?symbol=BTCUSDT') {
  history.replaceState(null, '', address);
  const fixture = TestBed.createComponent(PriceChart);
  const element = fixture.nativeElement as HTMLElement;
  await settle(() => page.drawings[0]?.drawn.length === 1);
  const [drawing] = page.drawings;
  if (drawing === undefined) throw new Error('Nothing was drawn');
  const canvas = element.querySelector<HTMLElement>('.chart-canvas');
  const press = (key: string) => {
    canvas?.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }));
    TestBed.tick();
  };
  return { fixture, element, drawing, press };
}

const pressed = (element: Element, label: string) =>
  [...element.querySelectorAll(`[aria-label="${label}"] [aria-pressed="true"]`)].map((each) => wordsOf(each));

describe('PriceChart', () => {
  test('draws with the precision of the market, in the zone of the page', async () => {
    const { drawing } = await show();
    await settle(() => drawing.looks.at(-1)?.precision === 2);
    expect(drawing.looks.at(-1)).toMatchObject({ minMove: 0.01, zone: 'utc' });
    TestBed.inject(Settings).zone.set('local');
    TestBed.tick();
    expect(drawing.looks.at(-1)?.zone).toBe('local');
  });

  test('keys 1 to 7 and the buttons choose the timeframe, which the address keeps', async () => {
    const { element } = await show();
    expect(pressed(element, 'Timeframe')).toEqual(['1m']);
    document.body.dispatchEvent(new KeyboardEvent('keydown', { key: '5', bubbles: true }));
    await settle(() => page.server.chart.candleFeeds.at(-1)?.question.timeframe === '1h');
    expect(pressed(element, 'Timeframe')).toEqual(['1h']);
    expect(TestBed.inject(PageAddress).view().timeframe).toBe('1h');
    expect(location.search).toContain('tf=1h');
  });

  test('is drawn by one drawing through every change of market and timeframe', async () => {
    const { drawing } = await show();
    TestBed.inject(PageAddress).change({ symbol: 'ETHUSDT', timeframe: '5m' });
    await settle(() => drawing.drawn.length === 2);
    expect(page.drawings).toHaveLength(1);
    expect(drawing.drawn[1]?.timeframe).toBe('5m');
    expect(drawing.calls).not.toContain('destroy');
  });

  test('switches parts on and off', async () => {
    const { element, drawing } = await show();
    expect(pressed(element, 'Shown in the chart')).toEqual([
      'Volume',
      'Price line',
      'Liquidations',
      'Average',
    ]);
    const button = (name: string) =>
      [...element.querySelectorAll<HTMLElement>('[aria-label="Shown in the chart"] button')].find(
        (each) => wordsOf(each) === name,
      );
    button('Net')?.click();
    TestBed.tick();
    expect(drawing.looks.at(-1)?.choices.net).toBe(true);
    expect(wordsOf(element.querySelector('.chart-legend'))).toBe('Net liquidated, USD');
  });

  test('the arrows point, and what they point at is shown and said', async () => {
    const { element, drawing, press } = await show();
    press('ArrowLeft');
    expect(drawing.calls).toEqual(['step -1']);
    expect(wordsOf(element.querySelector('.chart-tooltip'))).toContain(
      '27 Jan 2026 14:01 UTC Shorts 3K 75 %',
    );
    expect(wordsOf(element.querySelector('[aria-live]'))).toContain('Shorts 3K 75 %, Longs 1K 25 %');
    press('Escape');
    expect(element.querySelector('.chart-tooltip')).toBeNull();
    press('+');
    press('End');
    expect(drawing.calls.slice(1)).toEqual(['unpoint', 'zoom 0.8', 'go to newest']);
  });

  test('loads older history when the drawing reaches its start', async () => {
    const { drawing } = await show();
    drawing.owner.reachedStart();
    await settle(() =>
      page.server.chart.asked.some(({ name, question }) => name === 'Candles' && question.to !== undefined),
    );
  });

  test('offers the way back to the newest bar only away from it', async () => {
    const { element, drawing } = await show();
    expect(element.querySelector('.chart-newest')).toBeNull();
    drawing.owner.following(false);
    TestBed.tick();
    element.querySelector<HTMLElement>('.chart-newest')?.click();
    expect(drawing.calls).toEqual(['go to newest']);
  });

  test('says which market it shows when none was chosen', async () => {
    const { element } = await show('/');
    expect(wordsOf(element.querySelector('.chart-header'))).toContain('BTCUSDT no symbol chosen');
  });

  test('tells in words what it shows, and names who made the chart', async () => {
    const { element } = await show();
    expect(wordsOf(element.querySelector('#chart-summary'))).toContain('2 candles of 1m');
    expect(element.querySelector('.chart-attribution')?.getAttribute('href')).toBe(
      'https://www.tradingview.com/',
    );
  });

  test('says what is missing while one part does not work', async () => {
    page.server.chart.candles = () => {
      throw new Error('No venue gives candles');
    };
    const { element } = await show();
    expect(wordsOf(element.querySelector('.pane-note'))).toBe('No prices No venue gives candles');
  });

  test('ends its drawing and its streams with itself', async () => {
    const { fixture, drawing } = await show();
    fixture.destroy();
    expect(drawing.calls).toContain('destroy');
    TestBed.resetTestingModule();
    expect(page.server.chart.candleFeeds[0]?.feed.left).toBe(true);
  });
});
