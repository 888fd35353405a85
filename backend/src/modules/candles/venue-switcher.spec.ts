import { beforeEach, describe, expect, test } from '@jest/globals';
import { parseTimeframe } from '@orderfox/domain';
import { FakeClock, VenueError } from '@orderfox/feed';
import { CandleBoard } from './candle-board.js';
import { minuteCandle, minuteSeries } from './candle-for-tests.js';
import { type CandleSeries } from './candle-market.js';
import { type CandleNews } from './candles-missed.js';
import { VenueSwitcher } from './venue-switcher.js';

const NOW = Date.UTC(2026, 10, 20, 12, 0, 50);
const ALL = [minuteSeries('binance'), minuteSeries('okx', 'BTC-USDT-SWAP'), minuteSeries('bybit')];

let clock: FakeClock;
/** Venues whose live candles would come now. */
let reached: Set<string>;
/** Venues that have no history. */
let blank: Set<string>;
/** Venues that refuse to be followed. */
let refusing: Set<string>;
/** Venues that are followed now. */
let followed: Set<string>;
let errors: unknown[];
let isReleased: boolean;
let switcher: VenueSwitcher;

/** A real board, whose venue begins with a candle of this minute. */
function boardOf(series: CandleSeries): CandleBoard {
  const venue = series.venue.id;
  const candle = { ...minuteCandle(NOW - 50_000, '1'), venue };
  return new CandleBoard({
    series,
    timeframe: parseTimeframe('1m'),
    store: { read: () => Promise.resolve(blank.has(venue) ? [] : [candle]) },
    feed: {
      watch: () => {
        if (refusing.has(venue)) throw new VenueError('REFUSED', 'a test network');
        followed.add(venue);
        return () => followed.delete(venue);
      },
      carries: () => reached.has(venue),
    },
    clock,
    onError: (error) => errors.push(error),
    onReleased: () => undefined,
  });
}

beforeEach(() => {
  clock = new FakeClock(NOW);
  reached = new Set(['binance', 'okx', 'bybit']);
  refusing = new Set();
  blank = new Set();
  followed = new Set();
  errors = [];
  isReleased = false;
  switcher = new VenueSwitcher(
    {
      all: ALL,
      boardOf,
      clock,
      onError: (error) => errors.push(error),
      onReleased: () => {
        isReleased = true;
      },
    },
    0,
  );
});

/** Lets seconds pass one after the other, and what happens in each. */
async function pass(seconds: number): Promise<void> {
  for (let second = 0; second < seconds; second += 1) {
    clock.advance(1_000);
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** The venues of what is told, each time it is another. */
function listen() {
  const venues: string[] = [];
  const note = (news: CandleNews | undefined) => {
    if (news !== undefined && 'venue' in news && venues.at(-1) !== news.venue) venues.push(news.venue);
  };
  const leave = switcher.subscribe((key) => note(switcher.read(key)));
  return { venues, leave };
}

describe('VenueSwitcher', () => {
  test('stays with its venue while that is away for less than a minute at a time', async () => {
    const { venues } = listen();
    for (let turn = 0; turn < 5; turn += 1) {
      await pass(10);
      reached.delete('binance');
      await pass(50);
      reached.add('binance');
    }
    await pass(10);
    expect(venues).toEqual(['binance']);
    expect([...followed]).toEqual(['binance']);
  });

  test('moves to the next that is reached, leaves the old one, and moves on when that is lost too', async () => {
    const { venues } = listen();
    await pass(1);
    reached.delete('binance');
    await pass(80);
    expect(venues).toEqual(['binance', 'okx']);
    expect(switcher.index).toBe(1);
    expect([...switcher.keys()]).toEqual([String(NOW - 50_000)]);
    await pass(60);
    expect([...followed]).toEqual(['okx']);
    reached.delete('okx');
    await pass(80);
    expect(venues).toEqual(['binance', 'okx', 'bybit']);
  });

  test('passes over venues that are away themselves, or refuse', async () => {
    const { venues } = listen();
    await pass(1);
    reached.delete('binance');
    reached.delete('okx');
    await pass(120);
    expect(venues).toEqual(['binance', 'bybit']);
    reached = new Set(['okx']);
    refusing.add('okx');
    await pass(200);
    expect(venues).toEqual(['binance', 'bybit']);
    refusing.clear();
    await pass(100);
    expect(venues).toEqual(['binance', 'bybit', 'okx']);
    expect(errors).toEqual([]);
  });

  test('passes over venues that have history alone, or the stream alone', async () => {
    const { venues } = listen();
    await pass(1);
    reached = new Set(['bybit']);
    blank.add('bybit');
    await pass(200);
    expect(venues).toEqual(['binance']);
    blank.clear();
    await pass(100);
    expect(venues).toEqual(['binance', 'bybit']);
  });

  test('keeps what it has where no venue is reached, and goes on when its own is back', async () => {
    const { venues } = listen();
    await pass(1);
    reached.clear();
    await pass(300);
    expect(venues).toEqual(['binance']);
    expect([...switcher.keys()]).toHaveLength(1);
    reached.add('binance');
    await pass(60);
    expect(switcher.index).toBe(0);
    expect([...followed]).toEqual(['binance']);
  });

  test('follows nothing once nobody listens, whatever it was about to try', async () => {
    const one = listen();
    const other = listen();
    await pass(1);
    reached.clear();
    await pass(70);
    expect(followed.size).toBe(2);
    one.leave();
    one.leave();
    expect(isReleased).toBe(false);
    other.leave();
    expect(isReleased).toBe(true);
    await pass(60);
    expect(followed.size).toBe(0);
    expect(clock.pendingDelaysMs()).toEqual([]);
  });
});
