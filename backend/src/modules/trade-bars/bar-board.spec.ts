import { beforeEach, describe, expect, test } from '@jest/globals';
import { parseTimeframe } from '@orderfox/domain';
import { FakeClock } from '@orderfox/feed';
import { endOfTurn } from '../../core/turns.js';
import { tradeMarket } from '../trades/trade-double-for-tests.js';
import { BarBoard } from './bar-board.js';
import { BarsOut } from './bar-news.js';
import { BarReader } from './bar-reader.js';
import { barTrade } from './bars-for-tests.js';
import { MarketBars } from './market-bars.js';
import { groupAt, storedOf } from './stored-bars-for-tests.js';
import { type StoredBars } from './trade-bar.repository.js';

const MINUTE = 60_000;
const START = Date.parse('2026-11-21T12:00:00Z');

let clock: FakeClock;
let live: MarketBars;
/** What the store says now; undefined: it is away. */
let stored: StoredBars | undefined;
let reads: number;
let board: BarBoard;
let told: string[];
let errors: unknown[];

/** Follows the market from a bar of this minute on; `writes`: this process is the one that records it. */
async function begin(timeframe: string, writes = true): Promise<void> {
  if (writes)
    live.begin({ version: 1, writer: 'one', coveredMs: START, lastKey: 1, lastTimeMs: START, lastGap: 0 });
  const reader = new BarReader(
    {
      stored: () => {
        reads += 1;
        return stored === undefined ? Promise.reject(new Error('away')) : Promise.resolve(stored);
      },
    },
    { marketOf: () => live },
    () => undefined,
  );
  board = new BarBoard({
    market: tradeMarket(),
    timeframe: parseTimeframe(timeframe),
    reader,
    clock,
    keep: () => () => undefined,
    onError: (error) => errors.push(error),
    onReleased: () => undefined,
  });
  board.subscribe((key) => told.push(key));
  await pass(250);
}

async function pass(ms: number): Promise<void> {
  for (let left = ms; left > 0; left -= 250) {
    clock.advance(250);
    for (let turn = 0; turn < 3; turn += 1) await endOfTurn();
  }
}

const trade = (afterMs: number, id: number) =>
  live.onTrade(barTrade(START + afterMs, { id, price: '10', quantity: '1', isSell: false }), undefined);
const newest = () => [...board.keys()].map((key) => board.read(key));

beforeEach(() => {
  clock = new FakeClock(START);
  live = new MarketBars({
    series: { venue: 'double', venueSymbol: 'BTCUSDT', symbol: 'BTCUSDT' },
    clock,
    writer: 'one',
  });
  live.follow({ market: tradeMarket(), provenMs: () => clock.nowMs(), past: () => Promise.resolve([]) });
  stored = storedOf({ coveredMs: START, groups: [groupAt(START)] });
  [reads, told, errors] = [0, [], []];
});

describe('a board of bars', () => {
  test('goes on from memory while the store is away, over the end of the bucket', async () => {
    await begin('1m');
    trade(500, 2);
    await pass(1_000);
    expect(newest()).toMatchObject([{ startMs: START, count: 2, isClosed: false }]);
    stored = undefined;
    await pass(MINUTE);
    trade(MINUTE + 500, 3);
    await pass(3_000);
    expect(errors.length).toBeGreaterThan(0);
    expect(newest()).toMatchObject([
      { startMs: START, count: 2, isClosed: true },
      { startMs: START + MINUTE, count: 1, isClosed: false },
    ]);
    expect(told).not.toContain('out');
  });

  test('says that there are none while the store is away from the beginning, and tells them after', async () => {
    const found = stored;
    stored = undefined;
    await begin('1m');
    const [out] = newest();
    expect(out).toBeInstanceOf(BarsOut);
    expect((out as BarsOut).error.extensions).toMatchObject({ code: 'UNAVAILABLE', since: START + 250 });
    await pass(20_000);
    expect(told).toEqual(['out']);
    expect(errors.length).toBeLessThan(6);
    stored = found;
    await pass(6_000);
    expect(newest()).toMatchObject([{ startMs: START, count: 1 }]);
    expect(told.slice(1)).toEqual(['out', String(START)]);
    expect(board.read('out')).toBeUndefined();
  });

  test('says so where memory does not join what was read', async () => {
    await begin('1m');
    live.drop();
    stored = undefined;
    await pass(12_000);
    expect(newest()).toEqual([expect.any(BarsOut)]);
    stored = storedOf({ coveredMs: START, groups: [groupAt(START)] });
    await pass(12_000);
    expect(told.slice(-2)).toEqual(['out', String(START)]);
  });

  test('looks every ten seconds at what another process writes, however long a bucket is', async () => {
    await begin('1h', false);
    expect(newest()).toMatchObject([{ startMs: START, count: 1 }]);
    const group = groupAt(START);
    stored = storedOf({ coveredMs: START, groups: [{ ...group, bar: { ...group.bar, count: 5 } }] });
    await pass(11_000);
    expect(newest()).toMatchObject([{ startMs: START, count: 5 }]);
    const before = reads;
    await pass(60_000);
    expect(reads - before).toBeLessThan(8);
  });
});
