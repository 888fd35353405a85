import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { waitFor } from '@orderfox/testing';
import { launchBrowser } from '@orderfox/testing/browser';
import { RunningBackend } from '@orderfox/testing/running-backend';
import { type Browser, type BrowserContext, type Page } from 'playwright-core';
import { openWatched, startQuietTerminal, stopTerminal, type QuietTerminal } from './page-under-test.js';

let browser: Browser;
let terminal: QuietTerminal;
let context: BrowserContext;
let page: Page;
let problems: string[];
let socketCount: number;

beforeAll(async () => {
  browser = await launchBrowser();
  terminal = await startQuietTerminal();
}, 120_000);
afterAll(async () => {
  await stopTerminal(terminal);
  await browser.close();
}, 60_000);
afterEach(() => context.close());

async function open(path = '/?symbol=BTCUSDT', widthPx = 1440): Promise<void> {
  ({ context, page, problems } = await openWatched(browser, `${terminal.backend.url}${path}`, widthPx));
  page.on('websocket', () => (socketCount += 1));
  await whole();
  // The page's own socket may be opened before the listener is there or after it: further ones are counted.
  socketCount = 0;
}

const pane = () => page.locator('of-order-book .pane');
const kind = () => pane().getAttribute('data-state');

/** The book is there, and live. */
function whole(): Promise<unknown> {
  return waitFor(async () => (await kind()) === 'ready' && (await page.locator('.book-level').count()) > 0, {
    withinMs: 30_000,
    describe: 'a live book',
  });
}

/** Exact prices and quantities of one side, as they are copied. */
function shown(side: 'bids' | 'asks'): Promise<string[][]> {
  return page
    .locator(`[data-side=${side}] .book-level`)
    .evaluateAll((rows) =>
      rows.map((row) =>
        [...row.querySelectorAll<HTMLElement>('[role=gridcell]')].map((cell) => cell.dataset.copy ?? ''),
      ),
    );
}

/** Exact to the last digit, whatever zeros it is written with. */
const plain = (decimal: string) => decimal.replace(/(\.\d*?)0+$/, '$1').replace(/\.$/, '');

/** What the venue has, the best first. */
function truth(side: 'bids' | 'asks', count: number): string[][] {
  const book = terminal.simulation.venues.bookOf('binance', 'BTCUSDT');
  return (book?.[side] ?? []).slice(0, count).map((level) => level.map(plain));
}

async function isTrue(count: number): Promise<boolean> {
  const read = await page.evaluate(() =>
    ['bids', 'asks'].map((side) =>
      [...document.querySelectorAll(`[data-side=${side}] .book-level`)].map((row) =>
        [...row.querySelectorAll<HTMLElement>('[role=gridcell]')]
          .slice(0, 2)
          .map((cell) => cell.dataset.copy ?? ''),
      ),
    ),
  );
  return JSON.stringify(read) === JSON.stringify([truth('bids', count), truth('asks', count)]);
}

describe('the order book', () => {
  test("shows the venue's book to the last digit and follows it, without an error (S127, S143)", async () => {
    await open();
    expect(await page.locator('of-order-book .display-filter').innerText()).toMatch(/BTCUSDT · Binance/);
    for (let round = 0; round < 3; round += 1) {
      const mark = terminal.simulation.venues.of('binance').markPrice('BTCUSDT') ?? 0;
      terminal.simulation.setMark('binance', 'BTCUSDT', mark * 1.0004);
      await waitFor(() => isTrue(20), { withinMs: 30_000, describe: 'the true book' });
    }
    expect(problems).toEqual([]);
  }, 60_000);

  test('another step and number of levels take effect on the same connection, and stay chosen (S128)', async () => {
    await open();
    await page.getByLabel('Levels').selectOption('10');
    await waitFor(async () => (await shown('bids')).length === 10, { withinMs: 30_000 });
    await page.getByLabel('Step').selectOption({ label: '10' });
    await waitFor(
      async () =>
        (await shown('bids')).every(([price = '']) => Number(price) % 10 === 0) &&
        (await shown('asks')).every(([price = '']) => Number(price) % 10 === 0),
      { withinMs: 30_000, describe: 'prices in tens' },
    );
    expect(socketCount).toBe(0);
    expect(await kind()).toBe('ready');
    await page.reload();
    await whole();
    await waitFor(async () => (await shown('asks')).length === 10, { withinMs: 30_000 });
    expect(await page.getByLabel('Step').inputValue()).toBe('100');
  }, 60_000);

  test('follows the venue that the page is filtered for', async () => {
    await open('/?symbol=BTCUSDT&venues=okx');
    expect(await page.locator('.book-venue').innerText()).toBe('OKX');
    await page.getByRole('button', { name: 'Binance', exact: true }).click();
    await waitFor(async () => (await page.locator('.book-venue').innerText()) === 'Binance', {
      withinMs: 30_000,
    });
    await whole();
  }, 60_000);

  test('greys a book that has missed a change, and says so and since when; then it is whole again (S133)', async () => {
    await open();
    // Without whole books it cannot be mended.
    terminal.simulation.faults('binance').set({ rest: { status: 503, only: 'DEPTH' } });
    expect(terminal.simulation.faults('binance').lose('BTCUSDT', 'BOOK')).toBe(true);
    await waitFor(async () => (await kind()) === 'stale', { withinMs: 30_000, describe: 'a grey book' });
    expect(await page.locator('of-order-book .pane-stale').innerText()).toMatch(
      /Not in sync: .+ \(since \d\d:\d\d:\d\d UTC, \d+ s\)/,
    );
    terminal.simulation.faults('binance').clear();
    await waitFor(async () => (await kind()) === 'ready', { withinMs: 30_000 });
    await waitFor(() => isTrue(20), { withinMs: 30_000 });
  }, 90_000);

  test('is grey while the server is away, with its age, and live again with it', async () => {
    await open();
    await terminal.backend.kill();
    await waitFor(async () => (await kind()) === 'stale', { withinMs: 30_000 });
    expect(await page.locator('of-order-book .pane-stale').innerText()).toMatch(
      /server \(since .+ UTC, \d+ s\)/,
    );
    terminal = { ...terminal, backend: await RunningBackend.start(terminal.settings) };
    await whole();
  }, 60_000);

  test('can be read and copied with the keyboard alone', async () => {
    await open();
    await context.grantPermissions(['clipboard-read', 'clipboard-write']);
    const first = page.locator('[data-side=bids] [role=gridcell][tabindex="0"]');
    expect(await first.count()).toBe(1);
    await first.focus();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowRight');
    const focused = () => page.evaluate(() => (document.activeElement as HTMLElement).dataset.copy ?? '');
    expect(await focused()).toMatch(/^\d+(\.\d+)?$/);
    await page.keyboard.press('Enter');
    await page.locator('.toast.shown').waitFor();
    const copied = await page.evaluate(() => navigator.clipboard.readText());
    expect(await page.locator('.toast').innerText()).toBe(`Copied ${copied}`);
  }, 60_000);

  /** What does not fit into its place, where the columns are, and how high the parts are. */
  const measure = () =>
    page.locator('of-order-book').evaluate((element) => {
      const parts = (selector: string) => [...element.querySelectorAll<HTMLElement>(selector)];
      return {
        cut: parts('[role=gridcell], .copy-number, .book-spread > div')
          .filter((part) => part.scrollWidth > part.clientWidth + 1)
          .map((part) => part.innerText),
        places: parts('.book-level:nth-child(2) > [role=gridcell], .book-spread > div').map(
          (part) => part.getBoundingClientRect().left,
        ),
        heights: parts('.book-spread, .book-header, .book-head').map(
          (part) => part.getBoundingClientRect().height,
        ),
      };
    });

  test.each([390, 1000, 1440])(
    'at %i px nothing moves when digits change, and no figure is cut',
    async (widthPx) => {
      await open('/?symbol=BTCUSDT', widthPx);
      await page.locator('of-order-book').scrollIntoViewIfNeeded();
      const before = await measure();
      expect(before.cut).toEqual([]);
      const mark = terminal.simulation.venues.of('binance').markPrice('BTCUSDT') ?? 0;
      terminal.simulation.setMark('binance', 'BTCUSDT', mark * 1.001);
      await waitFor(() => isTrue(20), { withinMs: 30_000 });
      expect(await measure()).toEqual(before);
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(widthPx);
    },
    60_000,
  );

  test.each([320, 390, 1200, 1440])(
    'at %i px figures of thirteen digits are not cut',
    async (widthPx) => {
      await open('/?symbol=PEPEUSDT', widthPx);
      expect((await measure()).cut).toEqual([]);
    },
    60_000,
  );
});
