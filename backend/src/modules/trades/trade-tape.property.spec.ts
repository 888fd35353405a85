import { expect, test } from '@jest/globals';
import { type Trade } from '@orderfox/domain';
import { FakeClock, VenueError, type SocketStatus } from '@orderfox/feed';
import fc from 'fast-check';
import { settled, trade, tradeMarket, PastDouble } from './trade-double-for-tests.js';
import { type TradeWatcher } from './trade-feed.js';
import { TradeTape, type TradeGap } from './trade-tape.js';

/** What happens to a few trades of the venue on their way. */
const step = fc.record({
  trades: fc.integer({ min: 1, max: 6 }),
  way: fc.constantFrom('COMES', 'COMES', 'COMES', 'IS_LOST', 'IS_SHED', 'COMES_TWICE'),
  /** How the venue answers for those that are missing now. */
  past: fc.constantFrom('ALL', 'ALL', 'NONE', 'SOME', 'FAILS', 'TOO_LATE'),
});

test('tells each numbered trade once and in order, counts whatever it leaves out, and asks for nothing that it shed', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { maxLength: 40 }),
      fc.integer({ min: 0, max: 1_000_000 }),
      async (steps, firstId) => {
        const clock = new FakeClock(0);
        const told: { readonly trade: Trade; readonly gap: TradeGap | undefined }[] = [];
        const status: SocketStatus = { state: 'LIVE', reason: '' };
        let watcher: TradeWatcher | undefined;
        let past: (typeof steps)[number]['past'] = 'ALL';
        let accepts = true;
        const shed = new Set<string>();
        const asked: string[] = [];
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
            list: async ({ fromId, rows, isMissed }) => {
              const all = Array.from({ length: rows }, (__, index) => trade(fromId + index));
              if (isMissed) asked.push(...all.map(({ tradeId }) => tradeId));
              if (!isMissed || past === 'ALL') return all;
              if (past === 'NONE') return [];
              if (past === 'SOME') return all.filter(({ aggregateId }) => Number(aggregateId) % 3 !== 0);
              if (past === 'FAILS') throw new VenueError('UNAVAILABLE', 'it is down');
              clock.advance(10_000);
              return Promise.resolve(all);
            },
          },
          isStanding: () => false,
          clock,
          history: 10,
          onTrade: (one, gap) => told.push({ trade: one, gap }),
          onHistory: () => undefined,
          onStatus: () => undefined,
          onError: (error) => {
            throw error;
          },
        });
        tape.start(() => accepts);
        let id = firstId;
        let last: number | undefined;
        for (const { trades, way, past: answer } of steps) {
          past = answer;
          const some = Array.from({ length: trades }, (_, index) => trade(id + index));
          id += trades;
          if (way === 'IS_LOST') continue;
          if (way === 'IS_SHED') {
            accepts = false;
            for (const one of some) {
              shed.add(one.tradeId);
              watcher?.onTrade(one);
            }
            accepts = true;
            continue;
          }
          for (let time = 0; time < (way === 'COMES' ? 1 : 2); time += 1)
            some.forEach((one) => watcher?.onTrade(one));
          last = id - 1;
          await settled(5);
        }
        const ids = told.map(({ trade: { aggregateId } }) => Number(aggregateId));
        expect(ids.at(-1)).toBe(last);
        // Whatever is not told was counted where it is missing, and nothing else was.
        const missing = ids.map((one, index) => one - (ids[index - 1] ?? one - 1) - 1);
        expect(told.map(({ gap }) => gap?.missing ?? 0)).toEqual(missing);
        expect(missing.every((count) => count >= 0)).toBe(true);
        expect(asked.filter((one) => shed.has(one))).toEqual([]);
      },
    ),
    { numRuns: 100 },
  );
});
