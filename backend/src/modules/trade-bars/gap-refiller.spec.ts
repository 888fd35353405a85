import { beforeEach, describe, expect, test } from '@jest/globals';
import { type Trade } from '@orderfox/domain';
import { FakeClock, VenueError } from '@orderfox/feed';
import { endOfTurn } from '../../core/turns.js';
import { PastDouble, tradeMarket } from '../trades/trade-double-for-tests.js';
import { barTrade } from './bars-for-tests.js';
import { GapRefiller } from './gap-refiller.js';
import { MarketBars } from './market-bars.js';

const START_MS = Date.parse('2026-11-21T12:00:00Z');

let clock: FakeClock;
let errors: unknown[];
let asked: (readonly [string, number, number])[];
let answer: (fromId: number, rows: number) => Promise<readonly Trade[] | undefined>;
let refiller: GapRefiller;

beforeEach(() => {
  [clock, errors, asked] = [new FakeClock(START_MS), [], []];
  answer = (fromId, rows) =>
    Promise.resolve(Array.from({ length: rows }, (_, index) => trade(fromId + index)));
  refiller = new GapRefiller({ clock, onError: (error) => errors.push(error) });
});

const trade = (id: number) => barTrade(START_MS + id, { id, price: '10', quantity: '1', isSell: false });

/** A market in which trades 2 to `missing` + 1 are missing. */
function market(missing: number, name = 'BTCUSDT'): MarketBars {
  const bars = new MarketBars({
    series: { venue: 'double', venueSymbol: name, symbol: name },
    clock,
    writer: 'this process',
  });
  bars.follow({
    market: tradeMarket(new PastDouble(), name),
    provenMs: () => clock.nowMs(),
    past: (fromId, rows) => {
      asked.push([name, fromId, rows]);
      return answer(fromId, rows);
    },
  });
  bars.begin(undefined);
  bars.onTrade(trade(1), undefined);
  bars.onTrade(trade(missing + 2), undefined);
  return bars;
}

async function look(...markets: readonly MarketBars[]): Promise<void> {
  refiller.look(markets);
  for (let turn = 0; turn < 5; turn += 1) await endOfTurn();
}

describe('a refiller of gaps', () => {
  test('asks page after page until nothing is missing', async () => {
    const bars = market(2_500);
    for (let time = 0; time < 4; time += 1) await look(bars);
    expect(asked).toEqual([
      ['BTCUSDT', 2, 1_000],
      ['BTCUSDT', 1_002, 1_000],
      ['BTCUSDT', 2_002, 500],
    ]);
    expect(bars.counts.refilled).toBe(2_500);
    expect(bars.fresh(0)?.gaps).toHaveLength(1);
  });

  test('of a gap that is too long it asks for the newest, and leaves the rest a gap', async () => {
    const bars = market(100_000);
    await look(bars);
    expect(asked).toEqual([['BTCUSDT', 40_002, 1_000]]);
    expect(bars.fresh(0)?.gaps.slice(1)).toMatchObject([
      { missed: 40_000 },
      { missed: 59_000, ids: { from: 41_002, to: 100_001 } },
    ]);
    expect(bars.fillableCount).toBe(1);
  });

  test('asks a venue for one market at a time, by turns', async () => {
    const markets = [market(2_000, 'ONE'), market(2_000, 'TWO')];
    for (let time = 0; time < 4; time += 1) {
      await look(...markets);
      clock.advance(1_000);
    }
    expect(asked.map(([name]) => name)).toEqual(['ONE', 'TWO', 'ONE', 'TWO']);
  });

  test('leaves a venue alone that has failed, and asks again later', async () => {
    const bars = market(10);
    answer = () => Promise.reject(new VenueError('UNAVAILABLE', 'out of service'));
    await look(bars);
    clock.advance(29_999);
    await look(bars);
    expect(asked).toHaveLength(1);
    answer = (fromId, rows) =>
      Promise.resolve(Array.from({ length: rows }, (_, index) => trade(fromId + index)));
    clock.advance(1);
    await look(bars);
    expect([bars.fillableCount, errors]).toEqual([0, []]);
  });

  test('waits while the budget is kept for others', async () => {
    const bars = market(10);
    answer = () => Promise.resolve(undefined);
    await look(bars);
    await look(bars);
    expect([asked.length, bars.fillableCount]).toEqual([1, 1]);
    clock.advance(5_000);
    await look(bars);
    expect(asked).toHaveLength(2);
  });

  test('fills nothing while so much waits for the store that it could not be kept', async () => {
    const bars = market(10);
    for (let minute = 1; minute <= 600; minute += 1) {
      clock.advance(60_000);
      bars.onTrade({ ...trade(11 + minute + 1), venueTimeMs: clock.nowMs() }, undefined);
    }
    await look(bars);
    expect(asked).toEqual([]);
    bars.take();
    bars.written();
    await look(bars);
    expect(asked.length).toBe(1);
  });

  test('gives up after a day, and the gap stays with its reason', async () => {
    const bars = market(10);
    clock.advance(86_400_001);
    await look(bars);
    expect([asked, bars.fillableCount]).toEqual([[], 0]);
    expect(bars.fresh(0)?.gaps.at(-1)?.reason).toMatch(/too late to ask/);
  });

  test('a venue that answers with other trades is not asked for ever', async () => {
    const bars = market(10);
    answer = () => Promise.resolve([trade(500), trade(501)]);
    await look(bars);
    await look(bars);
    expect([asked.length, bars.fillableCount, bars.counts.refilled]).toEqual([1, 0, 0]);
  });
});
