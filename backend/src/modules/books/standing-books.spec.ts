import { beforeEach, describe, expect, test } from '@jest/globals';
import { FakeClock } from '@orderfox/feed';
import { ApiError } from '../../core/graphql-errors.js';
import { bookMarket } from './book-double-for-tests.js';
import { bookKey, type BookMarket } from './book-market.js';
import { StandingBooks } from './standing-books.js';

let listed: readonly BookMarket[];
let followed: Set<string>;
let full: boolean;
let problems: unknown[];
let listeners: Set<() => void>;
let clock: FakeClock;
let standing: StandingBooks;

beforeEach(() => {
  listed = [];
  followed = new Set();
  full = false;
  problems = [];
  listeners = new Set();
  clock = new FakeClock();
  standing = new StandingBooks({
    symbols: ['BTCUSDT'],
    catalog: {
      onChange: (listener) => {
        const own = () => listener('binance');
        listeners.add(own);
        return () => void listeners.delete(own);
      },
    },
    questions: { marketsOf: () => listed },
    streams: {
      stand: (market) => {
        if (full) throw new ApiError('UNAVAILABLE', 'too many');
        followed.add(bookKey(market));
        return () => void followed.delete(bookKey(market));
      },
    },
    clock,
    onError: (error) => problems.push(error),
  });
});

const changed = () => {
  for (const listener of listeners) listener();
};

describe('StandingBooks', () => {
  test('follows what is listed, once, and lets go of what is not any more', () => {
    standing.start();
    expect(followed.size).toBe(0);
    listed = [bookMarket('binance'), bookMarket('okx')];
    changed();
    changed();
    standing.start();
    expect([...followed]).toEqual(['binance|BTCUSDT', 'okx|BTCUSDT']);
    listed = [bookMarket('okx')];
    changed();
    expect([...followed]).toEqual(['okx|BTCUSDT']);
    standing.stop();
    expect([followed.size, listeners.size]).toEqual([0, 0]);
  });

  test('tries again with the next change what could not be followed', () => {
    listed = [bookMarket('binance')];
    full = true;
    standing.start();
    expect([followed.size, problems.length]).toEqual([0, 1]);
    full = false;
    changed();
    expect([...followed]).toEqual(['binance|BTCUSDT']);
  });

  test('tries again by itself until it can be followed, and tells of the trouble once', () => {
    listed = [bookMarket('binance')];
    full = true;
    standing.start();
    clock.advance(35_000);
    expect([followed.size, problems.length]).toEqual([0, 1]);
    full = false;
    clock.advance(10_000);
    expect([...followed]).toEqual(['binance|BTCUSDT']);
    expect(clock.pendingDelaysMs()).toEqual([]);
  });

  test('tries no more when it is stopped, or when the market is not listed any more', () => {
    listed = [bookMarket('binance')];
    full = true;
    standing.start();
    listed = [];
    changed();
    expect(clock.pendingDelaysMs()).toEqual([]);
    listed = [bookMarket('okx')];
    changed();
    expect(clock.pendingDelaysMs()).toHaveLength(1);
    standing.stop();
    expect(clock.pendingDelaysMs()).toEqual([]);
  });
});
