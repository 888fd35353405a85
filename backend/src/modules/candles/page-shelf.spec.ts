import { describe, expect, test } from '@jest/globals';
import { parseDecimal, parseTimeframe, type Candle } from '@orderfox/domain';
import { CandlePage } from './candle-page.js';
import { PageShelf } from './page-shelf.js';

const MINUTE = 60_000;
const TIMEFRAME = parseTimeframe('1m');

function candle(startMs: number): Candle {
  const one = parseDecimal('1');
  const prices = { open: one, high: one, low: one, close: one, volume: one, volumeUsd: one };
  return { venue: 'okx', symbol: 'BTCUSDT', timeframe: TIMEFRAME, startMs, ...prices, isClosed: true };
}

/** A page of ten minutes. */
const make = (n: number) => () =>
  new CandlePage(TIMEFRAME, { startMs: n * 10 * MINUTE, endMs: (n + 1) * 10 * MINUTE });

function fill(shelf: PageShelf, n: number, count: number): void {
  const entry = shelf.at(String(n), make(n));
  const { startMs, endMs } = entry.page.span;
  const candles = Array.from({ length: count }, (_, index) => candle(startMs + index * MINUTE));
  shelf.write(entry, (page) => page.take(candles, startMs, endMs, endMs + 60 * MINUTE));
}

describe('PageShelf', () => {
  test('keeps no more pages than its bound, written on or not', () => {
    const shelf = new PageShelf({ candles: 1_000, pages: 3 });
    for (let n = 0; n < 20; n += 1) {
      shelf.at(String(n), make(n));
      expect(shelf.pages).toBeLessThanOrEqual(3);
    }
  });

  test('lets those go that nobody has used for longest, until there is room for the candles', () => {
    const shelf = new PageShelf({ candles: 25, pages: 100 });
    for (const n of [0, 1, 2]) fill(shelf, n, 10);
    expect([shelf.pages, shelf.candles]).toEqual([2, 20]);
    // Used again, so the other one goes.
    const first = shelf.at('1', make(1));
    expect(first.page.size).toBe(10);
    fill(shelf, 3, 10);
    expect(shelf.at('1', make(1))).toBe(first);
    expect(shelf.at('2', make(2)).page.size).toBe(0);
  });

  test('counts nothing for a page that has had to go while it was asked for', () => {
    const shelf = new PageShelf({ candles: 1_000, pages: 1 });
    const gone = shelf.at('0', make(0));
    shelf.at('1', make(1));
    shelf.write(gone, (page) => page.take([candle(0)], 0, MINUTE, MINUTE));
    expect([gone.page.size, shelf.candles, shelf.pages]).toEqual([1, 0, 1]);
  });

  test('keeps what is known to be empty, and nothing that is not known at all', () => {
    const shelf = new PageShelf({ candles: 1_000, pages: 100 });
    fill(shelf, 0, 0);
    shelf.dropBlank(shelf.at('0', make(0)));
    expect(shelf.pages).toBe(1);
    const blank = shelf.at('1', make(1));
    blank.asked = Promise.resolve();
    shelf.dropBlank(blank);
    expect(shelf.pages).toBe(2);
    blank.asked = undefined;
    shelf.dropBlank(blank);
    expect(shelf.pages).toBe(1);
  });
});
