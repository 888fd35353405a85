import { TestBed } from '@angular/core/testing';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { PageAddress } from '../../core/page-address.js';
import { Settings } from '../../core/settings.js';
import { preparePage, settle, wordsOf, type PageTest } from '../../testing/page-test.js';
import { aBucket, aCandle, aTradeBar, aVenue, FIRST_MINUTE_MS } from '../../testing/samples.js';
import { PriceChart } from './price-chart.js';

let page: PageTest;
beforeEach(() => {
  page = preparePage();
  page.server.chart.candles = () => [aCandle(0), aCandle(1)];
  page.server.chart.volume = () => [aBucket(1)];
});
afterEach(() => vi.unstubAllGlobals());

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

const buttonOf = (element: Element, name: string) =>
  [...element.querySelectorAll<HTMLButtonElement>('button')].find(
    (button) => (button.getAttribute('aria-label') ?? wordsOf(button)) === name,
  );
const key = (name: string) => {
  document.body.dispatchEvent(new KeyboardEvent('keydown', { key: name, bubbles: true }));
  TestBed.tick();
};

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

  test('says that what draws could not be loaded, and goes on trying', async () => {
    page.isDrawingAway = true;
    const fixture = TestBed.createComponent(PriceChart);
    const element = fixture.nativeElement as HTMLElement;
    const said = () => wordsOf(element.querySelector('of-pane')) ?? '';
    await settle(() => said().includes('that draws charts could not be loaded'));
    page.clock.advance(3_000);
    await settle();
    expect([said().includes('could not be loaded'), page.drawings.length]).toEqual([true, 0]);
    page.isDrawingAway = false;
    page.clock.advance(3_000);
    await settle(() => page.drawings[0]?.drawn.length === 1);
    expect(said()).not.toContain('could not be loaded');
  });

  test('tries at once to load what draws when told to, and no more when it has gone', async () => {
    page.isDrawingAway = true;
    const fixture = TestBed.createComponent(PriceChart);
    const element = fixture.nativeElement as HTMLElement;
    await settle(() => buttonOf(element, 'Try again') !== undefined);
    page.isDrawingAway = false;
    buttonOf(element, 'Try again')?.click();
    await settle(() => page.drawings.length === 1);
    page.clock.advance(3_000);
    await settle();
    expect(page.drawings).toHaveLength(1);
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
      'Takers',
      'CVD',
    ]);
    buttonOf(element, 'Net')?.click();
    TestBed.tick();
    expect(drawing.looks.at(-1)?.choices.net).toBe(true);
    expect(wordsOf(element.querySelector('.chart-legend'))).toBe('Net liquidated, USD');
    // A difference has no averages of its sides.
    expect(buttonOf(element, 'Average')?.disabled).toBe(true);
    buttonOf(element, 'Net')?.click();
    TestBed.tick();
    expect(buttonOf(element, 'Average')?.disabled).toBe(false);
  });

  test('tells what takers did in a bar, where a pane shows it', async () => {
    page.server.chart.bars = () => [aTradeBar(1)];
    const { element, drawing } = await show();
    await settle(() => page.server.chart.questions('TradeGaps').length > 0);
    await settle();
    page.clock.paint();
    const pointed = (minute: number) => {
      drawing.owner.pointed({ startMs: FIRST_MINUTE_MS + minute * 60_000, x: 10, y: 10 });
      TestBed.tick();
      return wordsOf(element.querySelector('.chart-tooltip'));
    };
    expect(pointed(1)).toContain(
      'Taker buys 3K 75 % Taker sells 1K 25 % Delta 2K USD CVD -12.6K Trades 7 exact',
    );
    expect(pointed(0)).toContain('Takers no trade');
    buttonOf(element, 'Takers')?.click();
    TestBed.tick();
    expect(pointed(1)).toContain('Taker buys');
    buttonOf(element, 'CVD')?.click();
    TestBed.tick();
    expect(pointed(1)).not.toContain('Taker');
  });

  test('explains the hatch, which goes with the liquidations', async () => {
    page.server.chart.volume = () => [aBucket(1, { quality: 'PARTIAL' })];
    const { element } = await show();
    expect(wordsOf(element.querySelector('.legend-hatch'))).toBe('liquidations not recorded or not known');
    buttonOf(element, 'Liquidations')?.click();
    TestBed.tick();
    expect(wordsOf(element.querySelector('.chart-legend'))).toBe('');
  });

  test('says whose prices and whose liquidations it shows', async () => {
    page.server.venues = [aVenue('binance', 'Binance'), aVenue('okx', 'OKX')];
    const { element } = await show('/?symbol=BTCUSDT&venues=okx');
    await settle(
      () => wordsOf(element.querySelector('.chart-source')) === 'prices: Binance · liquidations: OKX',
    );
  });

  test('takes any other timeframe from its field, and says what is none', async () => {
    const { element } = await show('/?symbol=BTCUSDT&tf=7m');
    const field = element.querySelector<HTMLInputElement>('.chart-other');
    if (field === null) throw new Error('There is no field');
    expect(field.value).toBe('7m');
    expect(pressed(element, 'Timeframe')).toEqual([]);
    const type = (text: string) => {
      field.value = text;
      field.dispatchEvent(new Event('input'));
      field.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true }));
      TestBed.tick();
    };
    type('7 weeks');
    expect(field.getAttribute('aria-invalid')).toBe('true');
    expect(wordsOf(element.querySelector('#timeframe-refused'))).toContain('such as 7m, 2h or 3d');
    expect(TestBed.inject(PageAddress).view().timeframe).toBe('7m');
    type('120m');
    expect(element.querySelector('#timeframe-refused')).toBeNull();
    expect(TestBed.inject(PageAddress).view().timeframe).toBe('2h');
    expect(field.value).toBe('2h');
    type('60m');
    expect(pressed(element, 'Timeframe')).toEqual(['1h']);
    expect(field.value).toBe('');
  });

  test('gives liquidations as much of the height as was dragged, pressed or typed', async () => {
    const { element, drawing } = await show();
    const share = () => drawing.looks.at(-1)?.shares.liquidations;
    drawing.owner.split({ liquidations: 0.5 });
    TestBed.tick();
    expect(share()).toBe(0.5);
    buttonOf(element, 'Liquidations taller')?.click();
    TestBed.tick();
    expect(share()).toBe(0.55);
    element
      .querySelector('.chart-canvas')
      ?.dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowDown', shiftKey: true, bubbles: true }));
    TestBed.tick();
    expect(share()).toBe(0.5);
  });

  test('goes back to the zoom of the beginning by button and by key', async () => {
    const { element, drawing } = await show();
    buttonOf(element, 'Reset the zoom')?.click();
    key('0');
    expect(drawing.calls).toEqual(['reset', 'reset']);
  });

  test('points at nothing while another market is on its way', async () => {
    const { element, drawing, press } = await show();
    press('ArrowLeft');
    expect(element.querySelector('.chart-tooltip')).not.toBeNull();
    page.server.chart.candles = () => new Promise(() => undefined);
    TestBed.inject(PageAddress).change({ symbol: 'ETHUSDT' });
    await settle(() => element.querySelector('.chart-loading') !== null);
    expect(element.querySelector('.chart-tooltip')).toBeNull();
    // What is still drawn is the market before.
    drawing.owner.pointed({ startMs: Date.UTC(2026, 0, 27, 14, 1), x: 10, y: 10 });
    press('ArrowLeft');
    expect(element.querySelector('.chart-tooltip')).toBeNull();
    expect(drawing.calls.filter((call) => call.startsWith('step'))).toHaveLength(1);
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

  test('says what is missing, since when and why, and tries again when asked', async () => {
    page.server.chart.candles = () => {
      throw new Error('No venue gives candles');
    };
    const { element } = await show();
    expect(wordsOf(element.querySelector('.pane-note'))).toContain(
      'Prices cannot be read since 14:27:40 UTC (0 s) : No venue gives candles. Try again',
    );
    expect(element.querySelector('.pane-note [role="status"]')).not.toBeNull();
    page.clock.advance(61_000);
    TestBed.tick();
    expect(wordsOf(element.querySelector('.pane-note'))).toContain('since 14:27:40 UTC (1 min)');
    page.server.chart.candles = () => [aCandle(27), aCandle(28)];
    buttonOf(element, 'Try again')?.click();
    await settle(() => element.querySelector('.pane-note') === null);
    expect(page.server.retries).toBe(1);
  });

  test('does not say that there are no prices where only older ones are missing', async () => {
    page.server.chart.candles = ({ to }) => {
      if (to !== undefined) throw new Error('Banned until 15:00');
      return [aCandle(26), aCandle(27)];
    };
    const { element, drawing } = await show();
    expect(element.querySelector('.pane-note')).toBeNull();
    drawing.owner.reachedStart();
    await settle(() => element.querySelector('.pane-note') !== null);
    expect(wordsOf(element.querySelector('.pane-note strong'))).toBe('Older prices cannot be read');
  });

  test('ends its drawing and its streams with itself', async () => {
    const { fixture, drawing } = await show();
    fixture.destroy();
    expect(drawing.calls).toContain('destroy');
    TestBed.resetTestingModule();
    expect(page.server.chart.candleFeeds[0]?.feed.left).toBe(true);
  });
});

describe('the table of the chart', () => {
  const cells = (row: Element | undefined) =>
    [...(row?.querySelectorAll('[role="gridcell"]') ?? [])].map((cell) => wordsOf(cell));
  const rowsOf = (element: Element) => [...element.querySelectorAll('.bar-table tbody tr')];

  test('lists the bars in view with exact values, newest first', async () => {
    page.server.chart.bars = () => [aTradeBar(1)];
    const { element } = await show();
    await settle(() => page.server.chart.questions('TradeGaps').length > 0);
    await settle();
    page.clock.paint();
    key('t');
    expect(rowsOf(element).map((row) => cells(row))).toEqual([
      [
        ...['27 Jan 2026 14:01 UTC', '100', '110.5', '99', '105.25', '12.5', '1,000', '3,000.5', '4'],
        ...['3,000.5', '1,000', '-12,649.5', 'a floor'],
      ],
      [
        ...['27 Jan 2026 14:00 UTC', '100', '110.5', '99', '105.25', '12.5', '0', '0', '0'],
        ...['0', '0', '–', 'none'],
      ],
    ]);
    expect(wordsOf(element.querySelector('.bar-table-words'))).toContain('it was at least this much');
    expect(element.querySelector('.chart-drawn')?.hasAttribute('inert')).toBe(true);
  });

  test('copies the exact value of a cell', async () => {
    const written: string[] = [];
    Object.defineProperty(navigator, 'clipboard', {
      configurable: true,
      value: { writeText: (text: string) => Promise.resolve(written.push(text)) },
    });
    const { element } = await show();
    key('t');
    element.querySelector<HTMLElement>('.bar-table tbody tr td:nth-of-type(8)')?.click();
    await settle(() => written.length > 0);
    Reflect.deleteProperty(navigator, 'clipboard');
    expect(written).toEqual(['3000.5']);
  });

  test('takes the focus, and gives it back to what opened it', async () => {
    const { fixture, element, press } = await show();
    document.body.append(element);
    const canvas = element.querySelector<HTMLElement>('.chart-canvas');
    canvas?.focus();
    press('ArrowLeft');
    press('Enter');
    await settle();
    expect(wordsOf(document.activeElement)).toBe('27 Jan 2026 14:01 UTC');
    document.activeElement?.dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape', bubbles: true }));
    await settle(() => element.querySelector('.bar-table') === null);
    expect(document.activeElement).toBe(canvas);
    fixture.destroy();
  });

  test('follows what comes in, once a second', async () => {
    const { element } = await show();
    key('t');
    page.server.chart.pushCandle(aCandle(2, { close: '777.7', isClosed: false }));
    await settle(() => {
      page.clock.paint();
      page.clock.advance(1_000);
      return rowsOf(element).length === 3;
    });
    expect(cells(rowsOf(element)[0])[4]).toBe('777.7');
  });

  test('is left when another market is chosen', async () => {
    const { element } = await show();
    key('t');
    expect(element.querySelector('.bar-table')).not.toBeNull();
    TestBed.inject(PageAddress).change({ symbol: 'ETHUSDT' });
    await settle(() => element.querySelector('.bar-table') === null);
  });

  test('is saved as CSV with the rows that it shows', async () => {
    const blobs: Blob[] = [];
    const names: string[] = [];
    vi.stubGlobal(
      'URL',
      Object.assign(URL, {
        createObjectURL: (blob: Blob) => `blob:${blobs.push(blob)}`,
        revokeObjectURL: () => undefined,
      }),
    );
    const click = vi.spyOn(HTMLAnchorElement.prototype, 'click').mockImplementation(function (
      this: HTMLAnchorElement,
    ) {
      names.push(this.download);
    });
    const { element } = await show();
    key('t');
    buttonOf(element, 'Save as CSV')?.click();
    click.mockRestore();
    expect(names).toEqual(['BTCUSDT-1m-2026-01-27T140000.000Z.csv']);
    const lines = (await blobs[0]?.text())?.split('\r\n');
    expect(lines?.[1]).toBe(
      '2026-01-27T14:01:00.000Z,100,110.5,99,105.25,12.5,1000,3000.5,4,floor,binance,0,0,',
    );
    expect(lines).toHaveLength(4);
  });
});
