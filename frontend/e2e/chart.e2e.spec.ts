import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { type Simulation } from '@orderfox/simulator';
import { waitFor } from '@orderfox/testing';
import { launchBrowser } from '@orderfox/testing/browser';
import { RunningBackend } from '@orderfox/testing/running-backend';
import { type Browser, type BrowserContext, type Page } from 'playwright-core';
import { openWatched, startQuietTerminal, stopTerminal } from './page-under-test.js';

const BTC = { venueSymbol: 'BTCUSDT', quantity: '0.014', price: '9900', averagePrice: '9910' } as const;

let browser: Browser;
let folder: string;
let simulation: Simulation;
let backend: RunningBackend;
let settings: Record<string, string>;
let context: BrowserContext;
let page: Page;
let problems: string[];

beforeAll(async () => {
  browser = await launchBrowser();
}, 120_000);
afterAll(() => browser.close());

beforeEach(async () => {
  ({ folder, simulation, backend, settings } = await startQuietTerminal());
}, 60_000);
afterEach(async () => {
  await context.close();
  await stopTerminal({ folder, simulation, backend });
}, 30_000);

async function open(widthPx = 1440, path = '/?symbol=BTCUSDT'): Promise<void> {
  ({ context, page, problems } = await openWatched(browser, `${backend.url}${path}`, widthPx));
  await shown();
  await waitFor(() => simulation.venues.of('binance').liquidationListeners() > 0, { withinMs: 20_000 });
}

async function allFeedsUp(): Promise<void> {
  await page.waitForFunction(
    () =>
      [...document.querySelectorAll('.pill-word')].filter((word) => /LIVE|QUIET/.test(word.textContent))
        .length === 3,
    undefined,
    { timeout: 20_000 },
  );
}

/** The chart is drawn: it has something to point at. */
function shown(): Promise<unknown> {
  return waitFor(
    async () =>
      (await page.locator('.chart-canvas canvas').count()) > 0 && (await pointAtNewest()) !== undefined,
    { withinMs: 20_000, describe: 'the chart' },
  );
}

/** What the tooltip says: its time, and its lines by label. */
async function tooltip(): Promise<{ time: string; lines: Record<string, string> } | undefined> {
  return page.evaluate(() => {
    const tip = document.querySelector('.chart-tooltip');
    if (tip === null) return undefined;
    const text = (element: Element | null) => element?.textContent.replace(/\s+/g, ' ').trim() ?? '';
    const lines = [...tip.querySelectorAll('dt')].map((label) => [
      text(label),
      text(label.nextElementSibling),
    ]);
    return {
      time: text(tip.querySelector('.tooltip-time')),
      lines: Object.fromEntries(lines) as Record<string, string>,
    };
  });
}

/** Points at the newest bar by the keyboard. */
async function pointAtNewest() {
  const chart = page.locator('.chart-canvas');
  await chart.focus();
  await chart.press('End');
  await chart.press('Escape');
  await chart.press('ArrowRight');
  return tooltip();
}

/** The instants at some places of the chart, which tell zoom and place in history. */
async function timesInView(): Promise<(string | undefined)[]> {
  const box = await page.locator('.chart-canvas').boundingBox();
  if (box === null) throw new Error('There is no chart');
  const times: (string | undefined)[] = [];
  for (const part of [0.2, 0.5, 0.8]) {
    await page.mouse.move(box.x + box.width * part, box.y + 60);
    await page.mouse.move(box.x + box.width * part + 1, box.y + 60);
    times.push((await tooltip())?.time);
  }
  await page.mouse.move(0, 0);
  return times;
}

/** How many pixels the lower pane has that are no background, in the column of the bar that is pointed at. */
function inkBelowCrosshair(barsBefore: number): Promise<number> {
  return page.evaluate((bars) => {
    const [main] = [
      ...document.querySelectorAll<HTMLCanvasElement>('.chart-canvas tr:nth-of-type(3) canvas'),
    ];
    const context = main?.getContext('2d');
    if (main === undefined || context === null || context === undefined) return 0;
    const ratio = main.width / main.clientWidth;
    const [margin, bar] = [4.5 * 6 * ratio, 6 * ratio];
    const left = Math.round(main.width - margin - bar / 2 - bars * bar);
    const { data } = context.getImageData(left, 0, Math.round(bar), main.height);
    const background = data.slice(0, 3).join();
    let ink = 0;
    for (let at = 0; at < data.length; at += 4) if (data.slice(at, at + 3).join() !== background) ink += 1;
    return ink;
  }, barsBefore);
}

describe('the chart', () => {
  test('has prices and liquidations on the same instants at every timeframe (S098, S099, S267)', async () => {
    await open();
    simulation.emit('binance', { ...BTC, side: 'SELL' });
    simulation.emit('okx', { venueSymbol: 'BTC-USDT-SWAP', side: 'BUY', quantity: '2', price: '10000' });
    for (const [key, timeframe] of ['1m', '5m', '15m', '30m', '1h', '4h', '1d'].entries()) {
      await page.locator('body').press(String(key + 1));
      await waitFor(async () => (await pointAtNewest())?.lines.Liquidations === '2', {
        withinMs: 15_000,
        describe: `liquidations at ${timeframe}`,
      });
      const tip = await tooltip();
      expect(tip?.lines).toMatchObject({ Shorts: '200 59 %', Longs: '139 41 %' });
      expect(tip?.lines.Close).toMatch(/^[\d,.]+( so far)?$/);
    }
    expect(new URL(page.url()).searchParams.get('tf')).toBe('1d');
    expect(problems).toEqual([]);
  }, 90_000);

  test('keeps zoom and place through updates, a lost server, another symbol and back (S100, S266, S268)', async () => {
    await open();
    const chart = page.locator('.chart-canvas');
    await chart.press('Home');
    await chart.press('+');
    await chart.press('+');
    await chart.press('Escape');
    // What lies further back may still be on its way, and does not move anything when it comes.
    const before = await timesInView();
    expect(before.every((time) => time?.endsWith('UTC'))).toBe(true);

    for (let index = 0; index < 200; index += 1) {
      simulation.emit('binance', { ...BTC, side: 'BUY', averagePrice: String(9000 + index) });
    }
    await page.locator('.liquidation-item').nth(49).waitFor({ timeout: 20_000 });
    expect(await timesInView()).toEqual(before);

    await backend.kill();
    await page.getByText('Disconnected').first().waitFor({ timeout: 5_000 });
    backend = await RunningBackend.start(settings);
    await page.getByText('Connected', { exact: true }).first().waitFor({ timeout: 20_000 });
    expect(await timesInView()).toEqual(before);

    for (const symbol of ['ethusdt', 'btcusdt']) {
      await page.locator('body').press('/');
      await page.keyboard.type(symbol);
      await page.locator('.symbol-option').first().waitFor();
      await page.keyboard.press('Enter');
      await page.locator('.price-chart h2', { hasText: symbol.toUpperCase() }).waitFor();
      await page.locator('.chart-stage[aria-busy=false]').waitFor({ timeout: 20_000 });
      expect(await timesInView()).toEqual(before);
    }
    expect(problems.filter((problem) => !/ERR_|WebSocket|Failed to load/.test(problem))).toEqual([]);
  }, 120_000);

  test('loads what lies further back while it is scrolled there', async () => {
    await open();
    const chart = page.locator('.chart-canvas');
    const oldest = async () => {
      await chart.press('Home');
      await chart.press('Escape');
      return Date.parse((await timesInView())[0]?.replace('UTC', 'Z') ?? '');
    };
    const first = await oldest();
    await waitFor(async () => (await oldest()) < first - 3_600_000, {
      withinMs: 20_000,
      describe: 'older candles',
    });
  }, 60_000);

  test('hatches the buckets that the feeds did not hear, and does not call them empty', async () => {
    await open();
    expect(await page.locator('.legend-hatch').count()).toBe(0);
    const plain = await inkBelowCrosshair(0);
    await allFeedsUp();
    simulation.faults('okx').drop('ABRUPT');
    await page.locator('.legend-hatch').waitFor({ timeout: 40_000 });
    await waitFor(
      async () => {
        // A minute may have begun since.
        const [newest, before] = [await pointAtNewest(), await stepBack()];
        return [newest, before].some((tip) => tip?.lines.Liquidations === 'not known');
      },
      { withinMs: 20_000, describe: 'a bucket that is not known' },
    );
    expect(Math.max(await inkBelowCrosshair(0), await inkBelowCrosshair(1))).toBeGreaterThan(plain + 20);
  }, 120_000);

  async function stepBack() {
    await page.locator('.chart-canvas').press('ArrowLeft');
    return tooltip();
  }
});

describe('the place of the chart', () => {
  async function box(selector: string) {
    const found = await page.locator(selector).boundingBox();
    if (found === null) throw new Error(`${selector} is not shown`);
    return { top: found.y, bottom: found.y + found.height, height: found.height, width: found.width };
  }

  test('is on top, with at least 45 % of the height at 1440 px', async () => {
    await open(1440);
    const [chart, table, summary] = [
      await box('of-price-chart'),
      await box('of-liquidation-table'),
      await box('of-tape-summary'),
    ];
    expect(chart.height).toBeGreaterThanOrEqual(0.45 * 900);
    expect(chart.bottom).toBeLessThanOrEqual(Math.min(table.top, summary.top));
    expect(chart.width).toBeGreaterThan(1400);
  }, 60_000);

  test.each([320, 390, 1000])(
    'is on top at %i px, and nothing scrolls sideways',
    async (width) => {
      await open(width);
      const [chart, table] = [await box('of-price-chart'), await box('of-liquidation-table')];
      expect(chart.bottom).toBeLessThanOrEqual(table.top);
      expect(chart.height).toBeGreaterThan(300);
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
    },
    60_000,
  );
});
