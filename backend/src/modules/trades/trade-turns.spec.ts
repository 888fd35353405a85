import { beforeEach, expect, test } from '@jest/globals';
import { FakeClock, VenueError } from '@orderfox/feed';
import { PastDouble, settled, trade, tradeMarket } from './trade-double-for-tests.js';
import { TradeTurns } from './trade-turns.js';

const START = Date.UTC(2026, 10, 21, 12);
let clock: FakeClock;
let past: PastDouble;
let turns: TradeTurns;

beforeEach(() => {
  clock = new FakeClock(START);
  past = new PastDouble();
  const { venue } = tradeMarket(past);
  turns = new TradeTurns({
    venue,
    instrumentNow: (one) => one,
    http: () => Promise.reject(new Error('nobody asks')),
    clock,
  });
});

const ask = (isMissed: boolean, isWanted = () => true) => {
  const { instrument } = tradeMarket(past);
  return turns.list({ instrument, fromId: 1, rows: 1, isMissed }, isWanted);
};

test('stays within 400 points in any minute from the start, 20 each', () => {
  const asked = Array.from({ length: 100 }, () => ask(true));
  expect([past.asked.length, turns.waiting]).toEqual([10, 90]);
  clock.advance(60_000);
  expect(past.asked.length).toBe(20);
  for (const one of asked) void one.catch(() => undefined);
  turns.stop();
});

test('keeps half of what may be asked at once for trades that were missed', async () => {
  const answers = await Promise.all(
    Array.from({ length: 8 }, async (_, index) => {
      const answer = ask(false);
      if (index < 6) await past.answer(trade(1));
      return answer;
    }),
  );
  expect(past.asked.length).toBe(6);
  expect(answers.map((answer) => answer?.length)).toEqual([1, 1, 1, 1, 1, 1, undefined, undefined]);
  void ask(true);
  expect(past.asked.length).toBe(7);
});

test('asks nothing while the venue wants to be left alone', async () => {
  const first = ask(true);
  const banned = new VenueError('BANNED', 'too many requests', START + 60_000);
  const seen = expect(first).rejects.toBe(banned);
  await past.fail(banned);
  await seen;
  await expect(ask(true)).rejects.toBe(banned);
  expect([past.asked.length, turns.failed]).toEqual([1, 1]);
  clock.advance(60_000);
  void ask(true);
  expect(past.asked.length).toBe(2);
});

test('does not ask for what nobody wants any more', async () => {
  expect(await ask(true, () => false)).toBeUndefined();
  expect(past.asked.length).toBe(0);
  await settled();
});
