import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { waitFor } from '@orderfox/testing';
import { launchBrowser } from '@orderfox/testing/browser';
import { RunningBackend } from '@orderfox/testing/running-backend';
import { type Browser, type BrowserContext, type Page } from 'playwright-core';
import {
  boxesOf,
  openWatched,
  startQuietTerminal,
  stopTerminal,
  type QuietTerminal,
} from './page-under-test.js';

const BTC = { venueSymbol: 'BTCUSDT', quantity: '0.014', price: '9900', averagePrice: '9910' } as const;

let browser: Browser;
let terminal: QuietTerminal;
let context: BrowserContext;
let page: Page;
let problems: string[];

beforeAll(async () => {
  browser = await launchBrowser();
}, 120_000);
afterAll(() => browser.close());

/** A page at this address and width, watched for errors and for requests that leave the machine. */
async function open(path = '/', widthPx = 1440): Promise<void> {
  ({ context, page, problems } = await openWatched(browser, `${terminal.backend.url}${path}`, widthPx));
}

function rows(): Promise<string[]> {
  return page
    .locator('.liquidation-item')
    .evaluateAll((items) =>
      items.map((item) =>
        [...item.querySelectorAll('[role=gridcell]')]
          .map((cell) => (cell as HTMLElement).innerText.replace(/\s+/g, ' ').trim())
          .join(' | '),
      ),
    );
}

function rowCount(count: number): Promise<unknown> {
  return waitFor(async () => (await rows()).length === count, {
    withinMs: 30_000,
    describe: `${count} rows on the page`,
  });
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

describe('the page', () => {
  beforeEach(async () => {
    terminal = await startQuietTerminal();
  }, 60_000);
  afterEach(async () => {
    await context.close();
    await stopTerminal(terminal);
  }, 30_000);

  test('shows a liquidation of each venue by word, colour and exact figure, newest first (S111-S114)', async () => {
    await open();
    await allFeedsUp();
    expect(await page.locator('.empty-state').innerText()).toContain('Waiting for liquidations');

    terminal.simulation.emit('binance', { ...BTC, side: 'SELL' });
    await rowCount(1);
    terminal.simulation.emit('okx', {
      venueSymbol: 'BTC-USDT-SWAP',
      side: 'BUY',
      quantity: '2',
      price: '10000',
    });
    await rowCount(2);
    terminal.simulation.emit('bybit', {
      venueSymbol: 'ETHUSDT',
      side: 'SELL',
      quantity: '1.5',
      price: '2000',
    });
    await rowCount(3);

    const [bybit, okx, binance] = await rows();
    expect(binance).toMatch(/LONG \| BTCUSDT \| 0\.0140* BTC \| [\d,.]+ \| 139 \| Binance \| \d\d:\d\d:\d\d/);
    expect(okx).toMatch(/SHORT \| BTCUSDT \| 0\.020* BTC \| 10,000\.0+ \| 200 \| OKX/);
    expect(bybit).toMatch(/LONG \| ETHUSDT \| 1\.50* ETH/);
    expect(await page.locator('.liquidation-item .liquidation-usd').last().getAttribute('title')).toContain(
      '138.74',
    );
    const colour = (selector: string) =>
      page
        .locator(selector)
        .first()
        .evaluate((element) => getComputedStyle(element).color);
    expect(await colour('.bid-price')).toBe('rgb(132, 204, 22)');
    expect(await colour('.ask-price')).toBe('rgb(244, 63, 94)');
    expect(problems).toEqual([]);
  }, 60_000);

  test('keeps fifty rows, and has the same ones after a reload (S117)', async () => {
    await open();
    await allFeedsUp();
    for (let index = 1; index <= 60; index += 1) {
      terminal.simulation.emit('binance', { ...BTC, side: 'BUY', averagePrice: String(9000 + index) });
    }
    await waitFor(async () => (await rows())[0]?.includes('9,060'), {
      withinMs: 30_000,
      describe: 'the newest row',
    });
    const before = await rows();
    expect(before).toHaveLength(50);

    await page.reload();
    await rowCount(50);
    expect(await rows()).toEqual(before);
    terminal.simulation.emit('binance', { ...BTC, side: 'BUY', averagePrice: '9061' });
    await waitFor(async () => (await rows())[0]?.includes('9,061'), {
      withinMs: 30_000,
      describe: 'the stream to go on',
    });
    expect((await rows()).slice(1)).toEqual(before.slice(0, 49));
  }, 60_000);

  test('clears the table on a change of symbol and shows only the new one (S119)', async () => {
    await open();
    await allFeedsUp();
    terminal.simulation.emit('binance', { ...BTC, side: 'SELL' });
    terminal.simulation.emit('bybit', {
      venueSymbol: 'ETHUSDT',
      side: 'SELL',
      quantity: '1.5',
      price: '2000',
    });
    await rowCount(2);

    await page.keyboard.press('/');
    await page.keyboard.type('ethu');
    await page.locator('.symbol-option', { hasText: 'ETH/USDT' }).first().waitFor();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('Enter');
    await rowCount(1);
    expect(new URL(page.url()).searchParams.get('symbol')).toBe('ETHUSDT');
    terminal.simulation.emit('binance', { ...BTC, side: 'SELL', averagePrice: '9911' });
    terminal.simulation.emit('binance', {
      venueSymbol: 'ETHUSDT',
      side: 'BUY',
      quantity: '2',
      price: '2001',
      averagePrice: '2000',
    });
    await rowCount(2);
    expect((await rows()).every((row) => row.includes('ETH'))).toBe(true);
  }, 60_000);

  test('says Disconnected within a second, and goes on without a hole when the server is back (S112, S220)', async () => {
    await open();
    await allFeedsUp();
    terminal.simulation.emit('binance', { ...BTC, side: 'SELL' });
    await rowCount(1);

    // The page and this test have one clock; looking from outside takes time of its own.
    await page.evaluate(() => {
      const look = () => {
        const isTold = document.body.innerText.includes('Disconnected');
        if (isTold) document.documentElement.dataset.toldMs = String(Date.now());
        else requestAnimationFrame(look);
      };
      look();
    });
    await terminal.backend.kill();
    const killedMs = Date.now();
    const toldMs = await waitFor(() => page.locator('html').getAttribute('data-told-ms'));
    expect(Number(toldMs) - killedMs).toBeLessThan(2_000);
    terminal = { ...terminal, backend: await RunningBackend.start(terminal.settings) };
    await page.getByText('Connected', { exact: true }).first().waitFor({ timeout: 20_000 });
    await waitFor(() => terminal.simulation.venues.of('binance').liquidationListeners() > 0, {
      withinMs: 30_000,
    });
    terminal.simulation.emit('binance', { ...BTC, side: 'BUY', averagePrice: '9920' });
    await rowCount(2);
    expect(problems.filter((problem) => !/ERR_|WebSocket|Failed to load/.test(problem))).toEqual([]);
  }, 90_000);

  test('tells per venue what is wrong when none can be reached, and how to try the demo', async () => {
    await terminal.simulation.stop();
    await open();
    await page.getByText('npm run demo').waitFor({ timeout: 20_000 });
    for (const venue of ['Binance', 'OKX', 'Bybit'])
      expect(await page.locator('main').innerText()).toContain(venue);
    expect(await page.locator('.pill-word', { hasText: /LIVE|QUIET/ }).count()).toBe(0);
  }, 60_000);
});

describe('the layout', () => {
  beforeAll(async () => {
    terminal = await startQuietTerminal();
    for (const venue of ['binance', 'bybit'] as const) {
      await waitFor(() => terminal.simulation.venues.of(venue).liquidationListeners() > 0);
    }
    terminal.simulation.emit('binance', { ...BTC, side: 'SELL' });
    terminal.simulation.emit('bybit', {
      venueSymbol: 'SHIB1000USDT',
      side: 'SELL',
      quantity: '12345678',
      price: '0.0123456',
    });
  }, 60_000);
  afterEach(() => context.close());
  afterAll(() => stopTerminal(terminal), 30_000);

  async function box(
    selector: string,
  ): Promise<{ left: number; right: number; top: number; bottom: number }> {
    return page.locator(selector).evaluate((element) => {
      const { left, right, top, bottom } = element.getBoundingClientRect();
      return { left, right, top, bottom };
    });
  }

  /** Rows that these tests look at, of which one has long figures. */
  async function openWithRows(widthPx: number): Promise<void> {
    await open('/', widthPx);
    await waitFor(async () => (await rows()).length >= 2, { describe: 'rows on the page' });
  }

  const fontPx = () =>
    page
      .locator('.liquidation-item')
      .first()
      .evaluate((row) => parseFloat(getComputedStyle(row).fontSize));

  test.each([320, 390, 1000, 1440])(
    'fits %i px without scrolling sideways',
    async (width) => {
      await openWithRows(width);
      await allFeedsUp();
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
      expect(await page.getByText('SIMULATED').first().isVisible()).toBe(true);
      expect(problems).toEqual([]);
    },
    60_000,
  );

  test('at 1440 px has book, trades and liquidations side by side below the chart (S111, S122)', async () => {
    await openWithRows(1440);
    const [chart, book, trades, table, summary, main] = await boxesOf(
      page,
      'of-price-chart',
      'of-order-book',
      'of-trades-tape',
      'of-liquidation-table',
      'of-tape-summary',
      'main',
    );
    expect(chart.bottom).toBeLessThanOrEqual(book.top);
    expect(book.right).toBeLessThanOrEqual(trades.left);
    expect(trades.right).toBeLessThanOrEqual(table.left);
    for (const { top, bottom } of [book, trades]) {
      expect(top).toBeCloseTo(table.top, 0);
      expect(bottom).toBeCloseTo(table.bottom, 0);
    }
    expect(table.bottom).toBeLessThanOrEqual(summary.top);
    expect(summary.bottom).toBeGreaterThan(main.bottom - 20);
    expect(book.right - book.left).toBeGreaterThanOrEqual(300);
    expect(trades.right - trades.left).toBeGreaterThanOrEqual(300);
    expect(table.right - table.left).toBeGreaterThanOrEqual(350);
    expect(await page.locator('.liquidation-time').first().isVisible()).toBe(true);
  }, 60_000);

  test('at 1000 px has book and trades side by side, and the liquidations below over the full width (S123)', async () => {
    await openWithRows(1000);
    const [book, trades, table, summary, main] = await boxesOf(
      page,
      'of-order-book',
      'of-trades-tape',
      'of-liquidation-table',
      'of-tape-summary',
      'main',
    );
    expect(book.right).toBeLessThanOrEqual(trades.left);
    expect(book.top).toBeCloseTo(trades.top, 0);
    expect(book.bottom).toBeLessThanOrEqual(table.top);
    expect(table.bottom).toBeLessThanOrEqual(summary.top);
    for (const { left, right } of [table, summary]) {
      expect(left).toBeLessThan(main.left + 20);
      expect(right).toBeGreaterThan(main.right - 20);
    }
    expect(main.right - main.left).toBeGreaterThan(980);
    expect(summary.bottom).toBeGreaterThan(main.bottom - 20);
    expect(await page.locator('.liquidation-time').first().isVisible()).toBe(true);
  }, 60_000);

  test('at 390 px is one column, without times and in a smaller font (S124)', async () => {
    await openWithRows(1000);
    const wide = await fontPx();
    await page.setViewportSize({ width: 390, height: 800 });
    const [table, summary, book, trades] = await boxesOf(
      page,
      'of-liquidation-table',
      'of-tape-summary',
      'of-order-book',
      'of-trades-tape',
    );
    expect(table.bottom).toBeLessThanOrEqual(summary.top);
    expect(summary.bottom).toBeLessThanOrEqual(book.top);
    expect(book.bottom).toBeLessThanOrEqual(trades.top);
    for (const { left, right } of [summary, book, trades]) {
      expect(left).toBeCloseTo(table.left, 0);
      expect(right).toBeCloseTo(table.right, 0);
    }
    expect(await page.locator('.liquidation-time:visible').count()).toBe(0);
    expect(await fontPx()).toBeLessThan(wide);
  }, 60_000);

  test.each([390, 1000, 1440])(
    'at %i px the rows scroll inside their own area, below headings that stay (S118)',
    async (width) => {
      await openWithRows(width);
      for (let index = 1; index < 50; index += 1) {
        terminal.simulation.emit('binance', { ...BTC, side: 'BUY', averagePrice: String(9000 + index) });
      }
      await rowCount(50);
      const list = page.locator('.liquidation-list');
      const { visible, whole } = await list.evaluate((element) => ({
        visible: element.clientHeight,
        whole: element.scrollHeight,
      }));
      expect(whole).toBeGreaterThan(visible + 100);
      const pageHeight = await page.evaluate(() => innerHeight);
      expect(visible).toBeLessThan(pageHeight);
      const heading = await box('.liquidation-header');
      const oldest = () =>
        page
          .locator('.liquidation-item')
          .last()
          .evaluate((row) => row.getBoundingClientRect().bottom);
      expect(await oldest()).toBeGreaterThan((await box('.liquidation-list')).bottom);
      await list.evaluate((element) => element.scrollTo(0, element.scrollHeight));
      expect(await oldest()).toBeLessThanOrEqual((await box('.liquidation-list')).bottom + 1);
      expect(await box('.liquidation-header')).toEqual(heading);
      expect(await page.evaluate(() => scrollY)).toBe(0);
    },
    60_000,
  );
});
