import { readFile } from 'node:fs/promises';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { waitFor } from '@orderfox/testing';
import { launchBrowser } from '@orderfox/testing/browser';
import { type Browser, type BrowserContext, type Page } from 'playwright-core';
import { openWatched, startQuietTerminal, stopTerminal, type QuietTerminal } from './page-under-test.js';

const MINUTE_MS = 60_000;

let browser: Browser;
let terminal: QuietTerminal;
let context: BrowserContext;
let page: Page;

beforeAll(async () => {
  browser = await launchBrowser();
  terminal = await startQuietTerminal();
}, 120_000);
afterAll(async () => {
  await stopTerminal(terminal);
  await browser.close();
}, 60_000);
afterEach(() => context.close());

const url = (query: string) => `${terminal.backend.url}/?symbol=BTCUSDT${query}`;

async function open(query = '', widthPx = 1440): Promise<void> {
  ({ context, page } = await openWatched(browser, url(query), widthPx));
  await shown();
}

/** The chart is drawn: its newest bar can be pointed at. */
function shown(): Promise<unknown> {
  const chart = page.locator('.chart-canvas');
  return waitFor(
    async () => {
      if ((await page.locator('.chart-canvas canvas').count()) === 0) return false;
      await chart.focus();
      await chart.press('End');
      await chart.press('Escape');
      await chart.press('ArrowRight');
      return (await pointedMs()) !== undefined;
    },
    { withinMs: 30_000, describe: 'the chart' },
  );
}

/** The instant that is pointed at once two frames have been painted. */
async function pointedMs(): Promise<number | undefined> {
  const text = await page.evaluate(
    () =>
      new Promise<string | undefined>((resolve) => {
        const read = () => resolve(document.querySelector('.tooltip-time')?.textContent);
        requestAnimationFrame(() => requestAnimationFrame(read));
      }),
  );
  return text === undefined ? undefined : Date.parse(text.replace('UTC', 'Z'));
}

describe('the keys of the chart', () => {
  test('point at the next bar over the left edge and back over the right one', async () => {
    await open();
    const chart = page.locator('.chart-canvas');
    // Few bars fit then, and the edge is near.
    for (let index = 0; index < 10; index += 1) await chart.press('+');
    let expected = await pointedMs();
    if (expected === undefined) throw new Error('Nothing is pointed at');
    for (const [key, step] of [
      ['ArrowLeft', -MINUTE_MS],
      ['ArrowRight', MINUTE_MS],
    ] as const) {
      for (let index = 0; index < 50; index += 1) {
        await chart.press(key);
        expected += step;
        expect(await pointedMs()).toBe(expected);
      }
    }
  }, 90_000);

  test('zoom around the bar that is pointed at, which stays the one', async () => {
    await open();
    const chart = page.locator('.chart-canvas');
    for (let index = 0; index < 8; index += 1) await chart.press('Shift+ArrowLeft');
    const before = await pointedMs();
    for (const key of ['+', '+', '+', '-', '-', '-', '-', '-']) {
      await chart.press(key);
      expect(await pointedMs()).toBe(before);
    }
  }, 60_000);

  test('a pointer takes over from the keys', async () => {
    await open();
    await page.locator('.chart-canvas').press('ArrowLeft');
    const byKey = await pointedMs();
    const box = await page.locator('.chart-canvas').boundingBox();
    if (box === null) throw new Error('There is no chart');
    await page.mouse.move(box.x + 300, box.y + 60);
    await page.mouse.move(box.x + 301, box.y + 60);
    expect(await pointedMs()).toBeLessThan(byKey ?? 0);
  }, 60_000);

  test('reset the zoom, and fill the screen and leave it', async () => {
    await open();
    const chart = page.locator('.chart-canvas');
    const newest = await pointedMs();
    const step = async () => {
      await chart.press('Escape');
      await chart.press('Shift+ArrowRight');
      return pointedMs();
    };
    await chart.press('Home');
    expect(await step()).toBeLessThan(newest ?? 0);
    await chart.press('0');
    expect(await step()).toBeGreaterThanOrEqual(newest ?? 0);

    await chart.press('f');
    await page.waitForFunction(() => document.fullscreenElement?.matches('.price-chart'));
    await chart.press('f');
    await page.waitForFunction(() => document.fullscreenElement === null);
  }, 60_000);
});

describe('the height of liquidations', () => {
  const height = () =>
    page
      .locator('.chart-canvas tr:nth-of-type(3)')
      .boundingBox()
      .then((box) => box?.height ?? 0);

  test('is set by keys and by dragging, and kept over a reload and while they are not shown', async () => {
    await open();
    const first = await height();
    await page.locator('.chart-canvas').press('Shift+ArrowUp');
    await waitFor(async () => (await height()) > first + 10, { describe: 'taller liquidations' });

    const pane = await page.locator('.chart-canvas tr:nth-of-type(3)').boundingBox();
    if (pane === null) throw new Error('There is no lower pane');
    await page.mouse.move(pane.x + 300, pane.y);
    await page.mouse.down();
    await page.mouse.move(pane.x + 300, pane.y - 60, { steps: 5 });
    await page.mouse.up();
    const dragged = await height();
    expect(dragged).toBeGreaterThan(first + 50);

    const toggle = page.getByRole('button', { name: 'Liquidations', exact: true });
    const rows = await page.locator('.chart-canvas tr').count();
    await toggle.click();
    await waitFor(async () => (await page.locator('.chart-canvas tr').count()) < rows);
    await toggle.click();
    await waitFor(async () => Math.abs((await height()) - dragged) < 4, { describe: 'the same height' });
    await page.reload();
    await shown();
    await waitFor(async () => Math.abs((await height()) - dragged) < 4, { describe: 'the kept height' });
  }, 60_000);
});

describe('the table of the chart', () => {
  test('is opened by a key, holds no more rows than it may, and is saved as it is shown', async () => {
    await open();
    const chart = page.locator('.chart-canvas');
    for (let index = 0; index < 12; index += 1) await chart.press('-');
    await chart.press('Enter');
    await page.locator('.bar-table [role="gridcell"]:focus').waitFor();
    expect(await page.locator('.bar-table tbody tr').count()).toBeLessThanOrEqual(300);

    await page.locator('.bar-table tbody tr').first().locator('td').nth(1).focus();
    await page.keyboard.press('ArrowDown');
    const second = await page.locator('.bar-table :focus').getAttribute('data-copy');
    const downloading = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Save as CSV' }).click();
    const csv = await readFile(await (await downloading).path(), 'utf8');
    const lines = csv.trimEnd().split('\r\n');
    expect(lines).toHaveLength((await page.locator('.bar-table tbody tr').count()) + 1);
    expect(lines[2]?.split(',')[1]).toBe(second);

    await page.keyboard.press('Escape');
    await page.locator('.bar-table').waitFor({ state: 'detached' });
    expect(await page.evaluate(() => document.activeElement?.className)).toBe('chart-canvas');
  }, 60_000);

  test('does not widen a small page', async () => {
    await open('', 320);
    await page.getByRole('button', { name: 'View as table' }).click();
    await page.locator('.bar-table').waitFor();
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(320);
  }, 60_000);
});

describe('the time axis', () => {
  test('says which day it is where no bar begins at midnight for the viewer', async () => {
    context = await browser.newContext({
      viewport: { width: 1440, height: 900 },
      locale: 'en-US',
      timezoneId: 'Asia/Kolkata',
    });
    page = await context.newPage();
    // What is written on a canvas can be read nowhere else.
    await page.addInitScript(() => {
      const written = new Set<string>();
      const { prototype } = CanvasRenderingContext2D;
      const write = Reflect.get(prototype, 'fillText') as (this: object, ...place: unknown[]) => void;
      prototype.fillText = function (text, ...place) {
        written.add(text);
        write.call(this, text, ...place);
      };
      Object.assign(globalThis, { written });
    });
    await page.goto(url('&tf=4h'));
    await page.getByRole('button', { name: 'Times are shown in UTC' }).click();
    await shown();
    const labels = () =>
      page.evaluate(() => [...(globalThis as unknown as { written: Set<string> }).written]);
    await waitFor(async () => (await labels()).some((text) => /^\d{1,2} [A-Z][a-z]{2} 05:30$/.test(text)), {
      withinMs: 30_000,
      describe: 'days on the axis',
    });
  }, 60_000);
});

test('what stands further down on the page is reached later by keys (768-1199 px)', async () => {
  await open('', 1000);
  const tops = await Promise.all(
    ['of-price-chart', 'of-liquidation-table', 'of-tape-summary'].map(async (part) => {
      const box = await page.locator(part).boundingBox();
      return box?.y ?? 0;
    }),
  );
  expect(tops).toEqual([...tops].sort((left, right) => left - right));
}, 60_000);
