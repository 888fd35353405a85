import { beforeEach, expect, test } from '@jest/globals';
import { FakeClock, VenueError, type JsonFetch } from '@orderfox/feed';
import { limitedHttp } from '../feeds/limited-http-for-tests.js';
import { settled, trade, tradeMarket } from './trade-double-for-tests.js';
import { type TradeVenue } from './trade-market.js';
import { TradeTurns } from './trade-turns.js';

const START = Date.UTC(2026, 10, 21, 12);
let clock: FakeClock;
let turns: TradeTurns;
/** How often the venue was asked. */
let asked: number;
let answers: () => Promise<readonly ReturnType<typeof trade>[]>;

beforeEach(() => {
  clock = new FakeClock(START);
  asked = 0;
  answers = () => Promise.resolve([trade(1)]);
  // Of 1,920 points missed trades get 480 at once, and as many evenly in a minute; a request costs twenty.
  make(limitedHttp(clock, { points: 2_400, perMs: 60_000 }));
});

function make(http: JsonFetch): void {
  const { venue: like } = tradeMarket();
  const list = async (ask: JsonFetch) => {
    await ask('http://localhost/trades?points=20');
    asked += 1;
    return answers();
  };
  const venue: TradeVenue = {
    ...like,
    trades: { ...like.trades, history: { maxRows: 1_000, points: 20, list } },
  };
  turns = new TradeTurns({ venue, instrumentNow: (one) => one, http, clock });
}

const ask = (isMissed: boolean, isWanted = () => true, isStanding = false) => {
  const { instrument } = tradeMarket();
  return turns.list({ instrument, fromId: 1, rows: 1, isMissed, isStanding: () => isStanding }, isWanted);
};

test('gets no more than its part of the limit, however much was missed, and the rest in its turn', async () => {
  const all = Array.from({ length: 40 }, () => ask(true));
  await settled();
  expect([asked, turns.requests, turns.waiting]).toEqual([24, 24, 16]);
  for (let second = 0; second < 60; second += 1) {
    clock.advance(1_000);
    await settled(2);
  }
  expect(await Promise.all(all)).toHaveLength(40);
  expect([asked, turns.waiting]).toEqual([40, 0]);
});

test('asks for what standing markets missed before what clients wait for', async () => {
  const others = Array.from({ length: 60 }, () => ask(true));
  await settled();
  let isThere = false;
  void ask(true, () => true, true).then(() => (isThere = true));
  for (let second = 0; second < 3; second += 1) {
    clock.advance(1_000);
    await settled(10);
  }
  expect(isThere).toBe(true);
  turns.stop();
  clock.advance(60_000);
  await Promise.all(others);
});

test('asks for a hole of five pages of a standing market at once, whatever clients have spent', async () => {
  const others = Array.from({ length: 60 }, () => ask(true));
  await settled();
  expect(asked).toBe(24);
  for (let page = 0; page < 5; page += 1) await ask(true, () => true, true);
  expect(asked).toBe(29);
  turns.stop();
  clock.advance(60_000);
  await Promise.all(others);
});

test('keeps a part for trades that were missed, from those of before anybody listened', async () => {
  const before = Array.from({ length: 60 }, () => ask(false));
  await settled();
  for (let second = 0; second < 3; second += 1) {
    clock.advance(1_000);
    await settled(2);
  }
  const outcomes = await Promise.all(before);
  // What cannot be had soon is not had at all, and that is no failure.
  expect(outcomes.filter((trades) => trades === undefined).length).toBeGreaterThan(20);
  const had = asked;
  void ask(true);
  await settled();
  expect([asked, turns.failed]).toEqual([had + 1, 0]);
});

test('tells why the venue wants nothing, and counts what it did not answer', async () => {
  const banned = new VenueError('BANNED', 'too many requests', START + 60_000);
  make(() => Promise.reject(banned));
  await expect(ask(true)).rejects.toBe(banned);
  expect([asked, turns.requests, turns.failed, turns.waiting]).toEqual([0, 0, 0, 0]);
  make(limitedHttp(clock, { points: 2_400, perMs: 60_000 }));
  answers = () => Promise.reject(new VenueError('UNREADABLE', 'no trades'));
  await expect(ask(true)).rejects.toThrow('no trades');
  expect([turns.requests, turns.failed]).toEqual([1, 1]);
});

test('does not ask for what nobody wants any more, nor once it is stopped', async () => {
  expect(await ask(true, () => false)).toBeUndefined();
  turns.stop();
  expect(await ask(true)).toBeUndefined();
  expect([asked, turns.waiting]).toEqual([0, 0]);
});
