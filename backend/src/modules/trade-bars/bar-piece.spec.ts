import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { joinPieces, PieceMaker, pieceOf, PieceSet } from './bar-piece.js';
import { barTrade } from './bars-for-tests.js';

const MINUTE_MS = 1_700_000_040_000;

const trades = fc
  .array(
    fc.record({
      cents: fc.integer({ min: 1, max: 9_999_999 }),
      lots: fc.integer({ min: 1, max: 99_999 }),
      isSell: fc.boolean(),
    }),
    {
      minLength: 1,
      maxLength: 40,
    },
  )
  .map((rows) =>
    rows.map(({ cents, lots, isSell }, index) =>
      barTrade(MINUTE_MS + index, { id: index + 1, price: `${cents}.25`, quantity: `0.${lots}1`, isSell }),
    ),
  );

function made(some: Parameters<PieceMaker['add']>[0][]) {
  const maker = new PieceMaker(MINUTE_MS);
  for (const trade of some) maker.add(trade);
  return maker.piece;
}

describe('pieces of a minute', () => {
  test('joined in any order and however their trades lie among each other, are the piece of all', () => {
    fc.assert(
      fc.property(
        trades,
        fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 40, maxLength: 40 }),
        fc.boolean(),
        (all, parts, isReversed) => {
          const cut = [0, 1, 2, 3].map((part) => all.filter((_, index) => parts[index] === part));
          const set = new PieceSet();
          for (const part of isReversed ? cut.reverse() : cut) {
            const piece = made(part);
            if (piece !== undefined) set.put(piece);
          }
          expect(set.all()).toEqual([made(all)]);
        },
      ),
    );
  });

  test('of trades one by one are those of a maker', () => {
    fc.assert(
      fc.property(trades, (all) => {
        expect(all.map(pieceOf).reduce(joinPieces)).toEqual(made(all));
      }),
    );
  });

  test('numbers wider than the maker counts in lose no digit, and stand in their order', () => {
    const wide = '123456789012345678901234567890.123456789';
    const all = [
      barTrade(MINUTE_MS, { id: 1, price: '1.5', quantity: '2', isSell: false }),
      barTrade(MINUTE_MS, { id: 2, price: wide, quantity: '1', isSell: false }),
      barTrade(MINUTE_MS, { id: 3, price: '2.5', quantity: '2', isSell: true }),
    ];
    expect(made(all)).toMatchObject({
      open: '1.5',
      high: wide,
      close: '2.5',
      buyUsd: '123456789012345678901234567893.123456789',
      sellUsd: '5',
      count: 3,
      firstKey: 1,
      lastKey: 3,
    });
  });

  test('of two trades of one instant the later one is the close', () => {
    const [a, b] = ['1', '2'].map((price) =>
      barTrade(MINUTE_MS, { id: 'x', price, quantity: '1', isSell: false }),
    );
    expect(joinPieces(pieceOf(a!), pieceOf(b!))).toMatchObject({ open: '1', close: '2' });
  });
});
