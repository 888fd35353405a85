import { beforeEach, describe, expect, test } from '@jest/globals';
import { type Trade } from '@orderfox/domain';
import { FakeClock } from '@orderfox/feed';
import { tradeMarket } from '../trades/trade-double-for-tests.js';
import { barTrade } from './bars-for-tests.js';
import { MarketBars } from './market-bars.js';

const START_MS = Date.parse('2026-11-21T12:00:00Z');
const MINUTE_MS = 60_000;
const LOST = { missing: undefined, reason: 'the connection was lost' };

let clock: FakeClock;
let bars: MarketBars;
let provenMs: number | undefined;

beforeEach(() => {
  [clock, provenMs] = [new FakeClock(START_MS), undefined];
  bars = new MarketBars({
    series: { venue: 'double', venueSymbol: 'BTCUSDT', symbol: 'BTCUSDT' },
    clock,
    writer: 'this process',
  });
  bars.follow({
    market: tradeMarket(),
    provenMs: () => provenMs,
    past: () => Promise.resolve([]),
  });
});

/** A trade so long after the start by the venue's clock, that came `lateMs` later by ours. */
function trade(afterMs: number, id: number | string, lateMs = 0): Trade {
  const made = barTrade(START_MS + afterMs, { id, price: '10', quantity: '1', isSell: false });
  return { ...made, receivedTimeMs: made.venueTimeMs + lateMs };
}

/** Begins with nothing stored, and one trade at the start. */
function begin(lateMs = 0): void {
  bars.begin(undefined);
  bars.onTrade(trade(0, 1, lateMs), undefined);
  expect(bars.take()?.gaps).toMatchObject([{ fromMs: 0, toMs: START_MS }]);
  bars.written();
}

describe('the bars of a market', () => {
  test('a minute is over two seconds past its end, and not before something has come by then', () => {
    begin();
    provenMs = START_MS + 2_000;
    bars.take();
    bars.written();
    bars.onTrade(trade(30_000, 2), undefined);
    clock.advance(10 * MINUTE_MS);
    provenMs = START_MS + MINUTE_MS + 1_999;
    expect(bars.take()).toBeUndefined();
    provenMs += 1;
    const write = bars.take();
    expect(write?.pieces).toMatchObject([{ minuteMs: START_MS, count: 1 }]);
    expect(write?.progress).toMatchObject({ coveredMs: START_MS + MINUTE_MS, lastKey: 2 });
  });

  test.each([
    ['behind', 5_000],
    ['ahead', -5_000],
  ])('the end of a minute is told by the clock of the venue, also where that is %s', (_, lateMs) => {
    begin(lateMs);
    provenMs = START_MS + MINUTE_MS + 2_000 + lateMs - 1;
    bars.take();
    bars.written();
    expect(bars.fresh(2)?.coveredMs ?? 0).toBeLessThan(START_MS + MINUTE_MS);
    provenMs += 1;
    expect(bars.take()?.progress.coveredMs).toBe(START_MS + MINUTE_MS);
  });

  test('no minute ends while the connection is in doubt, until the next trade says what is missing', () => {
    begin();
    bars.onLost();
    provenMs = START_MS + 5 * MINUTE_MS;
    expect(bars.take()).toBeUndefined();
    expect(bars.fresh(1)).toMatchObject({ doubtfulMs: START_MS });
    bars.onTrade(trade(5 * MINUTE_MS, 2), undefined);
    expect(bars.fresh(1)).toMatchObject({ doubtfulMs: undefined, gaps: [] });
    expect(bars.take()?.progress.coveredMs).toBe(START_MS + 4 * MINUTE_MS);
  });

  test('what was traded in a minute that is over already is added to it', () => {
    begin();
    provenMs = START_MS + 3 * MINUTE_MS;
    bars.take();
    bars.written();
    bars.onTrade(trade(59_000, 2), undefined);
    provenMs += MINUTE_MS;
    expect(bars.take()?.pieces).toMatchObject([{ minuteMs: START_MS, count: 1, firstKey: 2 }]);
  });

  test('where numbers run on, nothing is missing whatever the tape says; where they jump, they say what', () => {
    begin();
    bars.onTrade(trade(1_000, 2), LOST);
    expect(bars.fresh(1)?.gaps).toEqual([]);
    bars.onTrade(trade(9_000, 6), undefined);
    expect(bars.fresh(1)?.gaps).toMatchObject([
      { fromMs: START_MS + 1_000, toMs: START_MS + 9_000, missed: 3, ids: { from: 3, to: 5 } },
    ]);
    bars.onTrade(trade(9_500, 4), undefined);
    expect(bars.counts).toMatchObject({ known: 1, trades: 3 });
  });

  test('numbers that begin anew are a gap of unknown size', () => {
    bars.begin(undefined);
    bars.onTrade(trade(0, 900_000), undefined);
    bars.onTrade(trade(1_000, 5), undefined);
    bars.onTrade(trade(2_000, 6), undefined);
    expect(bars.fresh(0)?.gaps.slice(1)).toMatchObject([{ reason: 'the venue has begun to count anew' }]);
    expect(bars.counts).toMatchObject({ known: 0, trades: 3 });
  });

  test('what is stored is known when it comes again, and what is made long after it under its numbers is not', () => {
    const progress = {
      version: 7,
      writer: 'one',
      coveredMs: START_MS,
      lastKey: 50,
      lastTimeMs: START_MS,
      lastGap: 3,
    };
    bars.begin(progress);
    for (const id of [47, 48, 49, 50]) bars.onTrade(trade(id - 50, id), undefined);
    expect(bars.counts).toMatchObject({ known: 4, trades: 0 });
    clock.advance(2 * MINUTE_MS);
    for (const id of [1, 2, 3]) bars.onTrade(trade(2 * MINUTE_MS + id, id), undefined);
    expect(bars.counts).toMatchObject({ known: 5, trades: 2, gaps: 1 });
    expect(bars.take()?.progress.lastKey).toBe(3);
  });

  test('gaps of numbers that begin anew are not asked for: those are the numbers of other trades now', () => {
    begin();
    bars.onTrade(trade(1_000, 5), undefined);
    const [gap] = bars.fillable;
    expect(gap).toMatchObject({ ids: { from: 2, to: 4 } });
    clock.advance(2 * MINUTE_MS);
    for (const id of [2, 3, 4, 5]) bars.onTrade(trade(2 * MINUTE_MS + id, id), undefined);
    expect(bars.fillable).toEqual([]);
    bars.takeRefill(gap!, { trades: [trade(2 * MINUTE_MS + 3, 3)], fromId: 2, isAll: true });
    expect(bars.counts).toMatchObject({ refilled: 0, known: 1, trades: 5 });
    expect(bars.fresh(1)?.gaps).toMatchObject([
      { missed: 3, reason: 'nobody has listened meanwhile; the venue has begun to count anew since' },
      { reason: 'the venue has begun to count anew', fromMs: START_MS + 1_000 },
    ]);
  });

  test('a trade from more than five minutes ahead is left out, and the hole before it is its own gap', () => {
    begin();
    clock.advance(10_000);
    bars.onTrade(trade(10_000 + 5 * MINUTE_MS + 1, 500), undefined);
    bars.onTrade(trade(11_000, 501), undefined);
    expect(bars.fresh(1)?.gaps).toMatchObject([
      { missed: 498, ids: { from: 2, to: 499 }, fromMs: START_MS, toMs: START_MS + 10_000 },
      { missed: 1, reason: 'a trade has a time that cannot be', toMs: START_MS + 10_000 },
    ]);
    expect(bars.counts).toMatchObject({ odd: 1, trades: 2 });
    bars.onLost();
    expect(bars.fresh(1)?.doubtfulMs).toBe(START_MS + 11_000);
  });

  test('an odd trade that comes again is known, and one before all others is in what was before', () => {
    bars.begin(undefined);
    bars.onTrade(trade(86_400_000, 1), undefined);
    bars.onTrade(trade(0, 2), undefined);
    bars.onTrade(trade(1_000, 3), undefined);
    bars.onTrade(trade(86_400_000, 2), undefined);
    bars.onTrade(trade(2_000, 4), undefined);
    expect(bars.fresh(0)?.gaps).toMatchObject([{ fromMs: 0, toMs: START_MS }]);
    expect(bars.counts).toMatchObject({ odd: 1, known: 1, trades: 3 });
  });

  test('trades that were shed are a gap that nobody is asked for, one row a minute whatever their number', () => {
    begin();
    const rows: { readonly missed?: number }[] = [];
    let [id, takes] = [1, 0];
    for (let second = 1; second <= 600; second += 1) {
      clock.advance(1_000);
      for (let at = 0; at < 100; at += 1) {
        id += 2;
        const gap = { missing: 1, reason: 'more trades came than this server takes', isShed: true };
        bars.onTrade(trade(second * 1_000 + at, id), gap);
      }
      provenMs = clock.nowMs();
      const write = bars.take();
      if (write === undefined) continue;
      takes += 1;
      rows.push(...write.gaps);
      bars.written();
    }
    rows.push(...(bars.take(true)?.gaps ?? []));
    expect(rows.reduce((sum, { missed = NaN }) => sum + missed, 0)).toBe(60_000);
    expect([bars.fillableCount, takes]).toEqual([0, 11]);
    expect(rows.length).toBeLessThanOrEqual(12);
  });

  test('of a hole that was shed in part by us and in part by nobody the latter is asked for', () => {
    begin();
    bars.onTrade(trade(1_000, 20), { missing: 3, reason: 'too many', isShed: true });
    expect(bars.fresh(1)?.gaps).toMatchObject([{ missed: 15, ids: { from: 2, to: 16 } }, { missed: 3 }]);
    expect(bars.fillableCount).toBe(1);
  });

  test('what comes before it is known what is stored waits, and the oldest of too much is a gap', () => {
    for (let id = 1; id <= 5_000; id += 1) bars.onTrade(trade(id, id), undefined);
    const stored = { version: 7, writer: 'another', coveredMs: START_MS, lastTimeMs: START_MS, lastGap: 3 };
    bars.begin({ ...stored, lastKey: 0 });
    const [gap, ...others] = bars.fresh(7)?.gaps ?? [];
    expect(others).toEqual([]);
    expect(gap).toMatchObject({ number: 4, ids: { from: 1 } });
    expect((gap?.missed ?? 0) + bars.counts.trades).toBe(5_000);
    expect(bars.counts.trades).toBeGreaterThanOrEqual(1_000);
  });

  test('while the store is away for long, the oldest minutes become a gap that the venue can be asked for', () => {
    begin();
    bars.onTrade(trade(1_000, 2), undefined);
    provenMs = START_MS;
    const stuck = bars.take();
    for (let minute = 1; minute <= 3_000; minute += 1) {
      clock.advance(MINUTE_MS);
      bars.onTrade(trade(minute * MINUTE_MS, minute + 2), undefined);
      provenMs = START_MS + minute * MINUTE_MS;
      expect(bars.take()).toBe(stuck);
      expect(bars.minutes).toBeLessThanOrEqual(600);
    }
    bars.written();
    const write = bars.take();
    expect(write?.pieces.length).toBe(600);
    expect(write?.pieces.reduce((sum, { count }) => sum + count, 0)).toBe(600);
    expect(write?.gaps).toMatchObject([{ missed: 2_401, ids: { from: 2, to: 2_402 } }]);
    expect(bars.fillable).toEqual(write?.gaps);
    expect(write?.progress).toMatchObject({ lastKey: 3_002 });
  });

  test.each([
    ['where other trades lie among them', [2, 3, 4] as const],
    ['where the venue does not count them', ['a', 'b', 'c'] as const],
  ])('a minute that cannot be kept is not asked for %s', (_, ids) => {
    bars.begin(undefined);
    const [first, second, third] = ids;
    bars.onTrade(trade(0, first), undefined);
    bars.onTrade(trade(MINUTE_MS, second), undefined);
    bars.onTrade(trade(1_000, third), undefined);
    for (let minute = 2; minute <= 600; minute += 1) {
      clock.advance(MINUTE_MS);
      bars.onTrade(
        trade(minute * MINUTE_MS, typeof third === 'number' ? minute + 3 : `t${minute}`),
        undefined,
      );
    }
    const gaps = bars.fresh(0)?.gaps.filter(({ reason }) => reason.includes('the store was away')) ?? [];
    expect(gaps.length).toBe(1);
    expect(gaps[0]?.ids).toBeUndefined();
    expect(bars.minutes).toBe(600);
  });

  test('one gap after the other with no store to write them to become one', () => {
    begin();
    for (let time = 1; time <= 2_000; time += 1) {
      clock.advance(1_000);
      bars.onTrade(trade(time * 1_000, time * 2 + 1), undefined);
    }
    const gaps = bars.fresh(1)?.gaps ?? [];
    expect(gaps.length).toBeLessThanOrEqual(500);
    expect(gaps.reduce((sum, gap) => sum + (gap.missed ?? NaN), 0)).toBe(2_000);
    expect(bars.fillableCount).toBeLessThanOrEqual(500);
  });

  test('a reader of another state of the store is told so', () => {
    begin();
    provenMs = START_MS + 2 * MINUTE_MS;
    bars.onTrade(trade(1_000, 2), undefined);
    expect(bars.fresh(0)).toBeUndefined();
    expect(bars.fresh(1)?.pieces).toMatchObject([{ count: 1 }]);
    bars.take();
    // Nobody knows whether it was written: of both states of the store the same comes out.
    expect(bars.fresh(1)?.pieces).toMatchObject([{ count: 1 }]);
    expect(bars.fresh(2)?.pieces).toEqual([]);
    bars.written();
    expect(bars.fresh(1)).toBeUndefined();
    expect(bars.fresh(2)?.pieces).toEqual([]);
  });
});
