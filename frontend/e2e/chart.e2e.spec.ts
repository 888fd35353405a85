import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { waitFor } from '@orderfox/testing';
import { launchBrowser } from '@orderfox/testing/browser';
import { RunningBackend } from '@orderfox/testing/running-backend';
import { type Browser, type BrowserContext, type Page } from 'playwright-core';
import { barsDrawn, barsDrawnAtOnce, hatchedBars, middle } from './chart-pixels.js';
import {
  boxesOf,
  openWatched,
  startQuietTerminal,
  stopTerminal,
  type QuietTerminal,
} from './page-under-test.js';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const BTC = { venueSymbol: 'BTCUSDT', quantity: '0.014', price: '9900', averagePrice: '9910' } as const;

let browser: Browser;
/** One for all: each test looks at a market in which no other makes anything happen. */
let terminal: QuietTerminal;
let context: BrowserContext;
let page: Page;
let problems: string[];

beforeAll(async () => {
  browser = await launchBrowser();
  terminal = await startQuietTerminal();
}, 120_000);
afterAll(async () => {
  await stopTerminal(terminal);
  await browser.close();
}, 60_000);
afterEach(() => context.close());

async function open(widthPx = 1440, path = '/?symbol=BTCUSDT', at = terminal): Promise<void> {
  ({ context, page, problems } = await openWatched(browser, `${at.backend.url}${path}`, widthPx));
  await shown();
  await waitFor(() => at.simulation.venues.of('binance').liquidationListeners() > 0, { withinMs: 30_000 });
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
    { withinMs: 30_000, describe: 'the chart' },
  );
}

/** What the tooltip says: its time, and its lines by label. */
async function tooltip(): Promise<{ time: string; lines: Record<string, string> } | undefined> {
  return page.evaluate(async () => {
    // What is pointed at is known with the next frame, and shown with the one after.
    for (let frame = 0; frame < 2; frame += 1) await new Promise((resolve) => requestAnimationFrame(resolve));
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

/**
 * The instants at some distances from the right edge, which tell zoom and place in history. The scale of prices beside it is
 * as wide as prices are long, so no other place of the chart stays where it is in another market.
 */
async function timesInView(): Promise<(string | undefined)[]> {
  const pane = await page.locator('.chart-canvas tr:nth-of-type(1) canvas').first().boundingBox();
  if (pane === null) throw new Error('There is no chart');
  const times: (string | undefined)[] = [];
  for (const distance of [1_000, 600, 250]) {
    const x = pane.x + pane.width - distance;
    await page.mouse.move(x, pane.y + 60);
    await page.mouse.move(x + 1, pane.y + 60);
    times.push((await tooltip())?.time);
  }
  await page.mouse.move(0, 0);
  return times;
}

/** The view is where it was once all panes are drawn again: a wider price axis moves it for a moment. */
async function inPlace(times: readonly (string | undefined)[]): Promise<void> {
  let seen: readonly (string | undefined)[] = [];
  const isThere = async () => {
    seen = await timesInView();
    return JSON.stringify(seen) === JSON.stringify(times);
  };
  await waitFor(isThere, {
    withinMs: 15_000,
    describe: () => `${times.join(', ')} in view, not ${seen.join(', ')}`,
  });
}

async function ask<T>(query: string): Promise<T> {
  const response = await fetch(`${terminal.backend.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query }),
  });
  return ((await response.json()) as { data: T }).data;
}

/** Starts of the newest candles and buckets, as the API tells them. */
async function instants(timeframe: string): Promise<{ candles: number[]; buckets: number[] }> {
  const { candles, liquidationVolume } = await ask<Record<string, { timestamp: number }[]>>(
    `{ candles(symbol: "BTCUSDT", timeframe: "${timeframe}", limit: 3) { timestamp }
       liquidationVolume(symbol: "BTCUSDT", timeframe: "${timeframe}") { timestamp } }`,
  );
  const starts = (points: { timestamp: number }[] = []) => points.map(({ timestamp }) => timestamp);
  return { candles: starts(candles), buckets: starts(liquidationVolume) };
}

const msOf = (time: string | undefined) => Date.parse(time?.replace('UTC', 'Z') ?? '');

/** Another timeframe, by its key, drawn. */
async function press(key: string, timeframe: string): Promise<void> {
  await page.locator('body').press(key);
  const summary = page.locator('#chart-summary', { hasText: ` of ${timeframe} from ` });
  await summary.waitFor({ state: 'attached', timeout: 20_000 });
  await page.locator('.chart-stage[aria-busy=false]').waitFor({ timeout: 20_000 });
}

describe('the chart', () => {
  /** Of a test that disturbs everything. */
  let own: QuietTerminal | undefined;

  afterEach(async () => {
    if (own !== undefined) await stopTerminal(own);
    own = undefined;
  }, 60_000);

  test('draws liquidations below the candle of the same instant at every timeframe (S098, S099, S267)', async () => {
    await open();
    // Both events belong to one minute, which is the newest when it is looked at, or the one before.
    await waitFor(() => Date.now() % 60_000 < 45_000, { withinMs: 30_000 });
    terminal.simulation.emit('binance', { ...BTC, side: 'SELL' });
    terminal.simulation.emit('okx', {
      venueSymbol: 'BTC-USDT-SWAP',
      side: 'BUY',
      quantity: '2',
      price: '10000',
    });
    for (const part of ['Price line', 'Average']) {
      await page.getByRole('button', { name: part, exact: true }).click();
    }
    for (const timeframe of ['1m', '5m', '15m', '30m', '1h', '4h', '1d', '1w', '1M', '7m', '44m', '36h']) {
      await page.goto(`${terminal.backend.url}/?symbol=BTCUSDT&tf=${timeframe}`);
      const tip = await waitFor(
        async () =>
          [await pointAtNewest(), await stepBack()].findLast((place) => place?.lines.Liquidations === '2'),
        { withinMs: 30_000, describe: `liquidations at ${timeframe}` },
      );
      expect(tip.lines).toMatchObject({ Shorts: '200 59 %', Longs: '139 41 %' });
      expect(tip.lines.Close).toMatch(/^[\d,.]+( so far)?$/);
      // What is drawn: the only bar below stands below a candle, of which two are 14 px apart.
      const chart = page.locator('.chart-canvas');
      await chart.press('Escape');
      for (let zoom = 0; zoom < 4; zoom += 1) await chart.press('+');
      let drawn: readonly number[] = [];
      const isBelow = async () => {
        const [candles = [], bars = []] = await barsDrawnAtOnce(page, [1, 3]);
        const [bar] = bars.map(middle);
        const apart = Math.min(...candles.map((candle) => Math.abs(middle(candle) - (bar ?? NaN))));
        drawn = [bars.length, apart];
        return bars.length === 1 && apart <= 2;
      };
      // A wider price axis moves everything for a moment.
      await waitFor(isBelow, {
        withinMs: 5_000,
        describe: () => `one bar below a candle of ${timeframe}, not ${drawn.join(' bars, px apart: ')}`,
      });
      // What the API tells: the bucket starts with a candle, at the instant that the tooltip says.
      const told = await instants(timeframe);
      expect(told.buckets).toHaveLength(1);
      expect(told.candles).toEqual(expect.arrayContaining(told.buckets));
      expect(told.buckets).toEqual([msOf(tip.time)]);
    }
    expect(problems).toEqual([]);
  }, 120_000);

  test('keeps zoom, place and older history through 10,000 updates, a lost server, other markets and timeframes (S100, S266, S268)', async () => {
    own = await startQuietTerminal();
    const { simulation, settings } = own;
    await open(1440, '/?symbol=BTCUSDT', own);
    const chart = page.locator('.chart-canvas');
    const [loaded] = await inSummary(/([\d,]+) candles/);
    await chart.press('Home');
    await waitFor(async () => (await inSummary(/([\d,]+) candles/))[0] !== loaded, { withinMs: 30_000 });
    await chart.press('+');
    await chart.press('+');
    await chart.press('Escape');
    let before: (string | undefined)[] = [];
    await waitFor(async () => (before = await timesInView()).every((time) => time?.endsWith('UTC')), {
      withinMs: 15_000,
      describe: 'three bars under the pointer',
    });

    const updates = 10_000;
    for (let index = 0; index < updates; index += 1) {
      simulation.emit('binance', { ...BTC, side: 'BUY', averagePrice: (9_000 + index / 100).toFixed(2) });
      if (index % 250 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    // 0.014 coins at 9,000.00, 9,000.01 and so on; the sentence is made anew every ten seconds.
    const sum = Math.round((14 * (900_000 * updates + (updates * (updates - 1)) / 2)) / 100_000);
    const shorts = sum.toLocaleString('en');
    await waitFor(async () => (await inSummary(/shorts ([\d,]+) USD/))[0] === shorts, {
      withinMs: 60_000,
      describe: `shorts of ${shorts} USD`,
    });
    expect(await timesInView()).toEqual(before);

    await own.backend.kill();
    await page.getByText('Disconnected').first().waitFor({ timeout: 20_000 });
    own = { ...own, backend: await RunningBackend.start(settings) };
    await page.getByText('Connected', { exact: true }).first().waitFor({ timeout: 20_000 });
    await inPlace(before);

    for (const symbol of ['ethusdt', 'btcusdt']) {
      await page.locator('body').press('/');
      await page.keyboard.type(symbol);
      await page.locator('.symbol-option').first().waitFor();
      await page.keyboard.press('Enter');
      await page.locator('.price-chart h2', { hasText: symbol.toUpperCase() }).waitFor();
      await page.locator('.chart-stage[aria-busy=false]').waitFor({ timeout: 20_000 });
      await inPlace(before);
    }
    for (const [key, timeframe] of [
      ['5', '1h'],
      ['2', '5m'],
      ['1', '1m'],
    ] as const) {
      await press(key, timeframe);
    }
    await inPlace(before);

    // The bar of the updates is drawn where it belongs.
    await waitFor(
      async () => {
        const tips = [await pointAtNewest(), await stepBack(), await stepBack()];
        return tips.some((tip) => /^[\d,]{5,}$/.test(tip?.lines.Liquidations ?? ''));
      },
      { withinMs: 30_000, describe: 'the bar of the updates' },
    );
    await chart.press('Escape');
    expect(await barsDrawn(page, 3)).not.toEqual([]);
    expect(problems.filter((problem) => !/ERR_|WebSocket|Failed to load/.test(problem))).toEqual([]);
  }, 180_000);

  test('shows the same time in a timeframe in which it lies far back, and from there the newest', async () => {
    await open(1440, '/?symbol=ETHUSDT');
    terminal.simulation.emit('binance', { ...BTC, venueSymbol: 'ETHUSDT', side: 'SELL' });
    await press('7', '1d');
    const chart = page.locator('.chart-canvas');
    await chart.press('Home');
    await chart.press('Escape');
    const days = await timesInView();
    const edge = (await pointed())?.time;
    expect(Date.now() - msOf(edge)).toBeGreaterThan(100 * DAY_MS);
    await press('5', '1h');
    const hours = (await timesInView()).map(msOf);
    expect(Math.max(...hours) - Math.min(...hours)).toBeLessThan(20 * DAY_MS);
    expect(msOf((await pointed())?.time)).toBe(msOf(edge));
    await press('7', '1d');
    expect(await timesInView()).toEqual(days);
    await press('5', '1h');
    await page.getByRole('button', { name: 'To the newest' }).click();
    await waitFor(
      async () => {
        const newest = await pointAtNewest();
        return Date.now() - msOf(newest?.time) < 2 * HOUR_MS && newest?.lines.Liquidations === '1';
      },
      { withinMs: 30_000, describe: 'the newest hour' },
    );
    await chart.press('Escape');
    expect(await barsDrawn(page, 3)).toHaveLength(1);
  }, 90_000);

  test('loads what lies further back while it is scrolled there', async () => {
    await open();
    const chart = page.locator('.chart-canvas');
    const oldest = async () => {
      await chart.press('Home');
      await chart.press('Escape');
      return msOf((await timesInView())[0]);
    };
    const first = await oldest();
    await waitFor(async () => (await oldest()) < first - HOUR_MS, {
      withinMs: 30_000,
      describe: 'older candles',
    });
  }, 60_000);

  test('hatches the buckets before the record and those that the feeds did not hear, and calls no other not known', async () => {
    await open(1440, '/?symbol=SOLUSDT');
    await allFeedsUp();
    await page.locator('.legend-hatch').waitFor();
    await chartKey('Home');
    expect((await pointed())?.lines.Liquidations).toBe('not known');
    expect(await hatchedBars(page, 3)).toEqual([true, true, true]);
    // A minute that was listened to from its beginning.
    const heardMs = await waitFor(async () => (await newestBars()).find(({ isKnown }) => isKnown)?.startMs, {
      withinMs: 80_000,
      describe: 'a bucket without liquidations',
    });
    terminal.simulation.faults('okx').drop('ABRUPT');
    const after = await waitFor(
      async () => {
        const bars = (await newestBars()).filter(({ startMs }) => startMs >= heardMs);
        return bars.some(({ isKnown }) => !isKnown) ? bars : undefined;
      },
      { withinMs: 60_000, describe: 'a bucket that is not known' },
    );
    // The connection is back at once: those of the next minutes are known, and at most an edge lies in between.
    expect(after.filter(({ isKnown }) => !isKnown).length).toBeLessThanOrEqual(2);
  }, 180_000);

  async function chartKey(key: string): Promise<void> {
    await page.locator('.chart-canvas').press(key);
  }

  /** Points at the bar at the right edge. */
  async function pointed() {
    await chartKey('Escape');
    await chartKey('ArrowLeft');
    return tooltip();
  }

  /** What is said of the newest bars, the newest first, once they are drawn like that: no other than those not known are hatched. */
  function newestBars() {
    return waitFor(
      async () => {
        const newest = await pointAtNewest();
        const told = [newest, await stepBack(), await stepBack(), await stepBack()];
        const hatched = await hatchedBars(page, told.length);
        // Another minute may have begun meanwhile.
        if ((await pointAtNewest())?.time !== newest?.time) return undefined;
        const bars = told.map((tip) => ({
          startMs: msOf(tip?.time),
          isKnown: tip?.lines.Liquidations === 'none',
        }));
        return bars.every(({ isKnown }, at) => hatched[at] === !isKnown) ? bars : undefined;
      },
      { withinMs: 30_000, describe: 'bars that are hatched where they are not known' },
    );
  }

  /** What a part of the sentence about the chart says, which is made anew every ten seconds. */
  async function inSummary(pattern: RegExp): Promise<readonly string[]> {
    const text = await page.locator('#chart-summary').textContent();
    return pattern.exec(text ?? '')?.slice(1) ?? [];
  }

  async function stepBack() {
    await page.locator('.chart-canvas').press('ArrowLeft');
    return tooltip();
  }
});

describe('the place of the chart', () => {
  test('is on top, with at least 45 % of the height at 1440 px', async () => {
    await open(1440);
    const [chart, table, summary] = await boxesOf(
      page,
      'of-price-chart',
      'of-liquidation-table',
      'of-tape-summary',
    );
    expect(chart.height).toBeGreaterThanOrEqual(0.45 * 900);
    expect(chart.bottom).toBeLessThanOrEqual(Math.min(table.top, summary.top));
    expect(chart.width).toBeGreaterThan(1400);
  }, 60_000);

  test.each([320, 390, 1000])(
    'is on top at %i px, and nothing scrolls sideways',
    async (width) => {
      await open(width);
      const [chart, table] = await boxesOf(page, 'of-price-chart', 'of-liquidation-table');
      expect(chart.bottom).toBeLessThanOrEqual(table.top);
      expect(chart.height).toBeGreaterThan(300);
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
    },
    60_000,
  );
});
