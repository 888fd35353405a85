import { beforeEach, describe, expect, test } from '@jest/globals';
import { parseTimeframe, type Candle } from '@orderfox/domain';
import { FakeClock, VenueError } from '@orderfox/feed';
import { CandleBoard } from './candle-board.js';
import { type CandleWatcher } from './candle-feed.js';
import { minuteCandle, minuteCandles, minuteSeries } from './candle-for-tests.js';
import { candleOf } from './candles-missed.js';

const MINUTE = 60_000;
const START = Date.UTC(2026, 10, 20, 12);
const at = (minute: number) => START + minute * MINUTE;
const FAILED = new VenueError('NETWORK', 'no answer');

let clock: FakeClock;
/** What the venue's history says now; undefined: it does not answer. */
let history: readonly Candle[] | undefined;
let watcher: CandleWatcher | undefined;
/** The starts that history was read from. */
let reads: number[];
let errors: unknown[];
let board: CandleBoard;

function makeBoard(timeframe: string): CandleBoard {
  return new CandleBoard({
    series: minuteSeries(),
    timeframe: parseTimeframe(timeframe),
    store: {
      read: (_series, fromMs) => {
        reads.push(fromMs);
        return history === undefined
          ? Promise.reject(FAILED)
          : Promise.resolve(history.filter(({ startMs }) => startMs >= fromMs));
      },
    },
    feed: {
      watch: (_series, given) => {
        watcher = given;
        return () => {
          watcher = undefined;
        };
      },
      carries: () => watcher !== undefined,
    },
    clock,
    onError: (error) => errors.push(error),
    onReleased: () => undefined,
  });
}

/** Lets everything happen that needs no time. */
const settled = () => new Promise((resolve) => setImmediate(resolve));

/** One who listens: the newest state of all that it was told, by start, and the keys as they came. */
function listen(to: CandleBoard) {
  const told = new Map<string, unknown>();
  const keys: string[] = [];
  const note = (key: string) => {
    keys.push(key);
    told.set(key, to.read(key));
  };
  const leave = to.subscribe(note);
  // As the topic does for who joins.
  for (const key of to.keys()) note(key);
  return { told, keys, leave, candle: (minute: number) => told.get(String(at(minute))) };
}

function live(minute: number, volume: string, isClosed = false): void {
  watcher?.onCandle(minuteCandle(at(minute), volume, isClosed));
}

beforeEach(() => {
  clock = new FakeClock(at(0) + 50_000);
  history = [...minuteCandles(at(-10), at(0)), minuteCandle(at(0), '0.5')];
  watcher = undefined;
  reads = [];
  errors = [];
});

describe('a board of candles that the venue has itself', () => {
  beforeEach(() => {
    board = makeBoard('1m');
  });

  test('tells each candle to its end after an outage over many borders', async () => {
    const client = listen(board);
    await settled();
    live(0, '0.6');
    await settled();
    clock.advance(9 * MINUTE + 15_000);
    history = [...minuteCandles(at(-10), at(10)), minuteCandle(at(10), '0.1')];
    live(10, '0.1');
    watcher?.onGap();
    await settled();
    for (let minute = 0; minute < 10; minute += 1) {
      expect(client.candle(minute)).toMatchObject({ volume: '1', isClosed: true });
    }
    expect(client.candle(10)).toMatchObject({ isClosed: false });
    expect([...board.keys()]).toEqual([String(at(9)), String(at(10))]);
    // What was known to its end is not told again.
    expect(client.keys.filter((key) => key === String(at(-1)))).toHaveLength(1);
  });

  test('fills a hole that no lost connection has announced', async () => {
    const client = listen(board);
    await settled();
    live(0, '1', true);
    await settled();
    clock.advance(3 * MINUTE);
    history = [...minuteCandles(at(-10), at(3)), minuteCandle(at(3), '0.1')];
    live(3, '0.1');
    clock.advance(3_000);
    await settled();
    expect([1, 2].map((minute) => client.candle(minute))).toMatchObject([
      { volume: '1', isClosed: true },
      { volume: '1', isClosed: true },
    ]);
  });

  test('does not let go of the bucket of its beginning while history cannot be read', async () => {
    history = undefined;
    const client = listen(board);
    await settled();
    clock.advance(25_000);
    live(1, '0.2');
    await settled();
    clock.advance(3 * MINUTE);
    await settled();
    history = minuteCandles(at(-10), at(4));
    clock.advance(5 * MINUTE);
    await settled();
    expect([-1, 0, 1].map((minute) => client.candle(minute))).toMatchObject([
      { isClosed: true },
      { isClosed: true },
      { isClosed: true },
    ]);
    expect(errors).toEqual([]);
  });

  test('says that candles were missed, and begins anew, after an outage longer than candles are kept', async () => {
    const client = listen(board);
    await settled();
    clock.advance(70 * MINUTE);
    history = [...minuteCandles(at(-10), at(70)), minuteCandle(at(70), '0.1')];
    client.keys.length = 0;
    watcher?.onGap();
    await settled();
    const [first, ...others] = client.keys;
    expect(() => candleOf(client.told.get(first ?? '') as Candle)).toThrow(/Read `candles` again/);
    expect(others.slice(-2)).toEqual([String(at(69)), String(at(70))]);
    expect(client.candle(0)).toBeUndefined();
    expect(client.candle(50)).toBeUndefined();
    // Who comes now has missed nothing.
    expect(listen(board).keys).toEqual([String(at(69)), String(at(70))]);
  });

  test('asks ever more seldom where history does not close a hole', async () => {
    listen(board);
    await settled();
    history = [minuteCandle(at(0), '0.6')];
    live(3, '1');
    await settled();
    reads.length = 0;
    for (let second = 0; second < 600; second += 1) {
      clock.advance(1_000);
      live(3 + Math.floor(second / 60), String(2 + second));
      await settled();
    }
    expect(reads.length).toBeGreaterThan(3);
    expect(reads.length).toBeLessThan(10);
    expect(new Set(reads)).toEqual(new Set([at(0)]));
  });

  test('knows since when nobody looks', () => {
    const { leave } = listen(board);
    expect(board.unwatchedSinceMs).toBeUndefined();
    clock.advance(1_000);
    leave();
    expect(board.unwatchedSinceMs).toBe(1_000);
    listen(board);
    expect(board.unwatchedSinceMs).toBeUndefined();
  });
});

describe('a board of candles that are joined', () => {
  beforeEach(() => {
    // Its buckets begin at 12:00, 12:04, ...
    board = makeBoard('4m');
    clock.advance(2 * MINUTE);
  });

  test('shows nobody the half that has come live before history was read', async () => {
    history = undefined;
    const first = listen(board);
    live(2, '0.1');
    const second = listen(board);
    await settled();
    live(2, '0.2');
    expect([...first.keys, ...second.keys]).toEqual([]);
    history = [...minuteCandles(at(-10), at(2)), minuteCandle(at(2), '0.1')];
    clock.advance(5_000);
    await settled();
    expect(second.candle(0)).toMatchObject({ timeframe: '4m', volume: '2.2', isClosed: false });
    expect(second.candle(-4)).toMatchObject({ volume: '4', isClosed: true });
    live(2, '0.3');
    expect(first.candle(0)).toMatchObject({ volume: '2.3' });
  });

  test('tells nothing of a bucket that began while the connection was lost before history answers', async () => {
    history = [...minuteCandles(at(-10), at(2)), minuteCandle(at(2), '0.1')];
    const client = listen(board);
    await settled();
    live(2, '0.2');
    await settled();
    client.keys.length = 0;
    clock.advance(3 * MINUTE);
    history = undefined;
    watcher?.onGap();
    live(5, '0.1');
    await settled();
    live(5, '0.2');
    expect(client.keys).toEqual([]);
    expect(listen(board).candle(4)).toBeUndefined();
    history = [...minuteCandles(at(-10), at(5)), minuteCandle(at(5), '0.1')];
    clock.advance(5_000);
    await settled();
    expect(client.candle(0)).toMatchObject({ volume: '4', isClosed: true });
    expect(client.candle(4)).toMatchObject({ volume: '1.2', isClosed: false });
  });
});
