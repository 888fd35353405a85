import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { barTrade } from './bars-for-tests.js';
import { refill, type MissingTrades } from './missing-trades.js';

const GAP: MissingTrades = {
  number: 1,
  fromMs: 10_000,
  toMs: 30_000,
  ids: { from: 11, to: 29 },
  missed: 19,
  reason: 'the connection was lost',
  notedMs: 40_000,
};

const trade = (id: number) => barTrade(id * 1_000, { id, price: '2', quantity: '3', isSell: false });
const tradesOf = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, index) => trade(from + index));

describe('a gap', () => {
  test('is none any more when all of it came', () => {
    const { pieces, rest, count } = refill(GAP, { trades: tradesOf(11, 29), fromId: 11, isAll: true });
    expect([count, rest, pieces.map((piece) => piece.count)]).toEqual([19, [], [19]]);
  });

  test('goes on behind what came, and can be asked for further', () => {
    const { rest } = refill(GAP, { trades: tradesOf(11, 20), fromId: 11, isAll: false });
    expect(rest).toEqual([
      {
        fromMs: 20_000,
        toMs: 30_000,
        missed: 9,
        ids: { from: 21, to: 29 },
        reason: GAP.reason,
        notedMs: GAP.notedMs,
      },
    ]);
  });

  test('stays for good where the venue has some no more, and where it was too long to be asked for from its beginning', () => {
    const { rest } = refill(GAP, { trades: tradesOf(20, 29), fromId: 15, isAll: true });
    expect(rest).toMatchObject([{ fromMs: 10_000, toMs: 20_000, missed: 9, reason: GAP.reason }]);
    expect(rest[0]?.ids).toBeUndefined();
    const nothing = refill(GAP, { trades: [], fromId: 11, isAll: true });
    expect(nothing.rest).toMatchObject([{ missed: 19, reason: 'the venue has them no more' }]);
  });

  test('takes no trade with a time that cannot be, and does not ask for it again', () => {
    const given = { trades: tradesOf(11, 13), fromId: 11, isAll: false };
    const { pieces, rest, count } = refill(GAP, given, (timeMs) => timeMs === 11_000);
    expect([count, pieces.length]).toEqual([1, 1]);
    expect(rest.map(({ missed, ids }) => [missed, ids])).toEqual([
      [1, undefined],
      [1, undefined],
      [16, { from: 14, to: 29 }],
    ]);
  });

  test('loses nothing and takes nothing twice, whatever comes', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.integer({ min: 1, max: 40 })),
        fc.integer({ min: 11, max: 29 }),
        fc.boolean(),
        (ids, fromId, isAll) => {
          const given = ids.toSorted((a, b) => a - b).map(trade);
          const { pieces, rest, count } = refill(GAP, { trades: given, fromId, isAll });
          const left = rest.reduce((sum, { missed = 0 }) => sum + missed, 0);
          expect(count + left).toBe(19);
          expect(count).toBe(ids.filter((id) => id >= fromId && id <= 29).length);
          expect(pieces.reduce((sum, piece) => sum + piece.count, 0)).toBe(count);
        },
      ),
    );
  });
});
