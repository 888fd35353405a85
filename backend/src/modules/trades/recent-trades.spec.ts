import { expect, test } from '@jest/globals';
import { RecentTrades } from './recent-trades.js';
import { trade } from './trade-double-for-tests.js';

const taped = (position: number) => ({ ...trade(position), position, isAfterGap: false });
const ids = (trades: readonly { readonly tradeId: string }[]) => trades.map(({ tradeId }) => Number(tradeId));

function kept(limit: number, from: number, to: number): RecentTrades {
  const recent = new RecentTrades(limit, from - 1);
  for (let position = from; position <= to; position += 1) recent.add(taped(position));
  return recent;
}

test('gives the newest first, at most as many as are kept', () => {
  for (let last = 101; last < 140; last += 1) {
    const recent = kept(10, 101, last);
    expect(recent.size).toBe(Math.min(10, last - 100));
    const all = Array.from({ length: recent.size }, (_, index) => last - index);
    expect(ids(recent.newest(500))).toEqual(all);
    expect(ids(recent.newest(3))).toEqual(all.slice(0, 3));
  }
});

test('knows whether it holds all that was told after a position', () => {
  const recent = kept(10, 101, 125);
  const covered = Array.from({ length: 30 }, (_, index) => 96 + index).filter((at) => recent.coversAfter(at));
  const from = covered[0] ?? 0;
  expect(125 - from).toBeGreaterThanOrEqual(10);
  expect(ids(recent.between(from, 125, 100))).toEqual(
    Array.from({ length: 125 - from }, (_, index) => from + 1 + index),
  );
  expect(recent.coversAfter(from - 1)).toBe(false);
  expect(ids(recent.between(120, 124, 3))).toEqual([121, 122, 123]);
});

test('says nothing of what was told before it began', () => {
  const recent = new RecentTrades(10, 50);
  expect([recent.coversAfter(49), recent.coversAfter(50)]).toEqual([false, true]);
});

test('takes older trades as far as there is room, and does not tell them again', () => {
  const recent = kept(5, 101, 102);
  const older = [1, 2, 3, 4].map((id) => ({ ...trade(id), position: 0, isAfterGap: false }));
  recent.addOlder(older);
  expect(ids(recent.newest(10))).toEqual([102, 101, 4, 3, 2]);
  expect(ids(recent.between(0, 200, 10))).toEqual([101, 102]);
});
