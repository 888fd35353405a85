import { expect, test } from '@jest/globals';
import { type Trade } from '@orderfox/domain';
import { FakeClock, type SocketStatus } from '@orderfox/feed';
import { PastDouble, settled, trade, tradeMarket, tradesBetween } from './trade-double-for-tests.js';
import { type TradeWatcher } from './trade-feed.js';
import { TradeTape, type TradeGap } from './trade-tape.js';

test('trades that are shed while a hole is being filled are not asked for, and a hole after them is', async () => {
  const status: SocketStatus = { state: 'LIVE', reason: '' };
  const told: (readonly [string, TradeGap | undefined])[] = [];
  const asked: number[] = [];
  const answers: ((trades: readonly Trade[]) => void)[] = [];
  let watcher: TradeWatcher | undefined;
  let accepts = true;
  const tape = new TradeTape({
    market: tradeMarket(new PastDouble()),
    feed: {
      status,
      refusal: () => undefined,
      watch: (_, one) => {
        watcher = one;
        return () => undefined;
      },
    },
    turns: {
      list: ({ fromId, isMissed }) => {
        if (!isMissed) return Promise.resolve([]);
        asked.push(fromId);
        return new Promise((resolve) => answers.push(resolve));
      },
    },
    isStanding: () => false,
    clock: new FakeClock(0),
    history: 10,
    onTrade: (one, gap) => told.push([one.tradeId, gap]),
    onHistory: () => undefined,
    onStatus: () => undefined,
    onError: (error) => {
      throw error;
    },
  });
  const say = (id: number, isTaken = true) => {
    accepts = isTaken;
    watcher?.onTrade(trade(id));
  };
  tape.start(() => accepts);
  say(1);
  say(5);
  for (const id of [6, 8, 10]) {
    say(id, false);
    say(id + 1);
  }
  say(15);
  answers[0]?.(tradesBetween(2, 4));
  await settled();
  expect(asked).toEqual([2, 12]);
  const gaps = told.flatMap(([id, gap]) => (gap === undefined ? [] : [[id, gap.missing, gap.isShed]]));
  expect(gaps).toEqual([
    ['7', 1, true],
    ['9', 1, true],
    ['11', 1, true],
  ]);
  answers[1]?.(tradesBetween(12, 14));
  await settled();
  expect(told.slice(-4).map(([id, gap]) => [id, gap])).toEqual(
    [12, 13, 14, 15].map((id) => [String(id), undefined]),
  );
  expect(tape.counts).toMatchObject({ shed: 3, gaps: 3, refilled: 6 });
});
