import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { waitFor } from '@orderfox/testing';
import { launchBrowser } from '@orderfox/testing/browser';
import { type Browser, type BrowserContext, type Page } from 'playwright-core';
import { openWatched, startQuietTerminal, stopTerminal, type QuietTerminal } from './page-under-test.js';

let browser: Browser;
let terminal: QuietTerminal;
let context: BrowserContext;
let page: Page;
let problems: string[];

beforeAll(async () => {
  [browser, terminal] = await Promise.all([launchBrowser(), startQuietTerminal()]);
}, 120_000);
afterAll(async () => {
  await browser.close();
  await stopTerminal(terminal);
}, 30_000);
afterEach(() => context.close());

async function open(path = '/?symbol=BTCUSDT', widthPx = 1440): Promise<void> {
  ({ context, page, problems } = await openWatched(browser, `${terminal.backend.url}${path}`, widthPx));
  await waitFor(async () => (await rows().count()) > 3, { withinMs: 30_000, describe: 'live trades' });
}

const rows = () => page.locator('.trade-row');

/** Exact prices, quantities and instants of what is shown, newest first, and where something is missing. */
function shown(): Promise<string[]> {
  return page
    .locator('.trade-row, .trade-hole')
    .evaluateAll((found) =>
      found.map((row) =>
        row.classList.contains('trade-hole')
          ? 'hole'
          : [1, 2, 4]
              .map((at) => row.querySelectorAll<HTMLElement>('[role=gridcell]')[at]?.dataset.copy ?? '')
              .join(' '),
      ),
    );
}

/** Exact to the last digit, whatever zeros it is written with. */
const plain = (decimal: string) => decimal.replace(/(\.\d*?)0+$/, '$1').replace(/\.$/, '');

/** What was traded at the venue, newest first. */
function truth(): string[] {
  return terminal.simulation.venues
    .tradesOf('binance', 'BTCUSDT')
    .map(
      ({ price, quantity, timeMs }) => `${plain(price)} ${plain(quantity)} ${new Date(timeMs).toISOString()}`,
    )
    .toReversed();
}

/** Whether what is shown are trades of the venue one after the other, none left out and none twice. */
async function isUnbroken(): Promise<boolean> {
  const seen = await shown();
  const all = truth();
  const from = all.indexOf(seen[0] ?? '');
  return from !== -1 && seen.every((row, at) => row === all[from + at] || all[from + at] === undefined);
}

describe('the tape of trades', () => {
  test('shows every trade of the venue once, in order and to the last digit (S131, S132)', async () => {
    await open();
    await waitFor(isUnbroken, { withinMs: 30_000, describe: 'the trades of the venue' });
    const [newest] = await shown();
    await waitFor(async () => (await shown())[0] !== newest, { withinMs: 30_000 });
    await waitFor(isUnbroken, { withinMs: 30_000 });
    expect(await page.locator('of-trades-tape .display-filter').innerText()).toMatch(/BTCUSDT · Binance/);
    expect(problems).toEqual([]);
  }, 60_000);

  test('stands still while it is pointed at or paused, and counts what comes', async () => {
    await open();
    await rows().nth(2).hover();
    const before = await shown();
    await page.locator('.trades-held').waitFor({ timeout: 10_000 });
    expect(await shown()).toEqual(before);
    await page.mouse.move(2, 2);
    await waitFor(async () => (await shown())[0] !== before[0], { withinMs: 30_000 });
    await page.getByRole('button', { name: 'Pause the trades' }).press('Enter');
    const paused = await shown();
    await page.locator('.trades-held').waitFor({ timeout: 10_000 });
    expect(await shown()).toEqual(paused);
    await page.locator('.trades-held').press('Enter');
    await waitFor(async () => (await shown())[0] !== paused[0], { withinMs: 30_000 });
    await waitFor(isUnbroken, { withinMs: 30_000 });
  }, 60_000);

  test('says how many trades are missing where they cannot be had', async () => {
    await open();
    const faults = terminal.simulation.faults('binance');
    faults.set({ rest: { status: 503 } });
    expect(faults.lose('BTCUSDT', 'TRADES')).toBe(true);
    await page.locator('.trade-hole').waitFor({ timeout: 20_000 });
    faults.clear();
    expect(await page.locator('.trade-hole').first().innerText()).toMatch(/^\d+ trades? missing$/);
  }, 60_000);

  test.each([
    ['BTCUSDT', 390],
    ['BTCUSDT', 1200],
    ['BTCUSDT', 1440],
    ['PEPEUSDT', 1440],
  ])(
    'no figure of %s is cut at %i px, and nothing scrolls sideways',
    async (symbol, widthPx) => {
      await open(`/?symbol=${symbol}`, widthPx);
      // The line of open interest, funding and basis is the widest thing above the panes.
      await waitFor(async () => (await page.locator('of-market-line .line-age').count()) >= 6, {
        withinMs: 30_000,
        describe: 'figures in the line of the market',
      });
      // As wide as figures get: what is shown a moment later must not widen the page either.
      await page.locator('of-market-line .line-age').evaluateAll((ages) => {
        for (const age of ages) age.textContent = 'old, 59 min 59 s';
      });
      const cut = await page
        .locator('of-trades-tape [role=gridcell], of-trades-tape [role=columnheader]')
        .evaluateAll((parts) =>
          parts.filter((part) => part.scrollWidth > part.clientWidth + 1).map((part) => part.textContent),
        );
      expect(cut).toEqual([]);
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(widthPx);
    },
    60_000,
  );
});

describe('the panes of what takers did', () => {
  test('tell it in words and as rows, and go and come by their buttons', async () => {
    await open();
    const lines = () => page.locator('.chart-canvas tr').count();
    // Four panes, a line between each two of them, and the axis of time.
    await waitFor(async () => (await lines()) === 8, { withinMs: 30_000, describe: 'all panes' });
    await waitFor(
      async () => {
        await page.locator('.chart-canvas').press('ArrowLeft');
        return (await page.locator('.chart-tooltip').innerText()).includes('Taker buys');
      },
      { withinMs: 30_000, describe: 'what takers did in a bar' },
    );
    expect(await page.locator('.chart-tooltip').innerText()).toMatch(/CVD\s+-?[\d.]+[KM]?/);
    for (const name of ['Takers', 'CVD']) {
      const before = await lines();
      await page.getByRole('button', { name, exact: true }).click();
      await waitFor(async () => (await lines()) < before, { withinMs: 30_000 });
    }
    await page.reload();
    await waitFor(async () => (await lines()) === 4, {
      withinMs: 30_000,
      describe: 'the kept choice',
    });
  }, 60_000);
});
