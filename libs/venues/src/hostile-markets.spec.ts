import { describe, expect, test } from '@jest/globals';
import { BookGrid, isDecimal, OrderBook, parseDecimal } from '@orderfox/domain';
import fc from 'fast-check';
import { hostileValue, leaves, replaced, type Path } from './contract/hostile-values.js';
import { perpetual } from './contract/instrument-fixture.js';
import { readFixture } from './contract/venue-fixtures.js';
import { BookKeeper, VENUE_ADAPTERS, type BookUpdate } from './index.js';

const NOW = 1_790_000_200_400;

const VENUES = VENUE_ADAPTERS.flatMap(({ id, roots, books, trades }) =>
  books === undefined || trades === undefined ? [] : [{ id, roots, books, trades }],
);

/** A field at a time is replaced by anything, so most of what comes of it is nearly right. */
function spoilt(frame: unknown): fc.Arbitrary<unknown> {
  const places: readonly Path[] = [
    ...leaves(frame),
    ...Object.keys(Object(frame) as object).map((key) => [key]),
  ];
  return fc
    .tuple(fc.constantFrom(...places), hostileValue)
    .map(([path, value]) => replaced(frame, path, value));
}

describe.each(VENUES)('hostile books and trades at $id', ({ id, roots, books, trades }) => {
  const book = readFixture(`${id}/fixtures/books/push.json`);
  const push = readFixture(`${id}/fixtures/trades/push.json`);
  const contract = perpetual(id, /"(?:s|instId)":"([^"]+)"/.exec(JSON.stringify(push))?.[1] ?? '');

  function expectSound({ lastId, firstId, bids, asks, venueTimeMs }: BookUpdate): void {
    for (const number of [lastId, firstId ?? 0, venueTimeMs]) expect(Number.isSafeInteger(number)).toBe(true);
    for (const [price, quantity] of [...bids, ...asks]) {
      expect(isDecimal(price) && isDecimal(quantity)).toBe(true);
      expect(Number(price) > 0 && Number(quantity) >= 0).toBe(true);
    }
  }

  test('anything is read or told as a problem, never thrown at', () => {
    fc.assert(
      fc.property(fc.oneof(fc.jsonValue(), spoilt(book), spoilt(push)), (message) => {
        const { updates } = books.normalise(message, () => true);
        for (const { update } of updates) expectSound(update);
        const found = trades.normalise(message, () => contract, NOW).trades;
        for (const { trade } of found) {
          expect([trade.symbol, trade.venueSymbol]).toEqual(['BTCUSDT', contract.venueSymbol]);
          for (const number of [trade.price, trade.quantity, trade.notionalUsd])
            expect(isDecimal(number) && Number(number) > 0).toBe(true);
          expect(trade.tradeId).toMatch(/^[\w-]{1,64}$/);
          expect(trade.venueTimeMs).toBeLessThanOrEqual(NOW + 300_000);
        }
        const text = JSON.stringify(message);
        expect(() => [books.protocol(roots).read(text), trades.protocol(roots).read(text)]).not.toThrow();
      }),
      { numRuns: 1_500 },
    );
  });

  test('a row is an update or a problem of its topic, one of the two', () => {
    const topic = books.normalise(book, () => true).updates[0]!.topic;
    const tradeTopic = trades.normalise(push, () => contract, NOW).trades[0]!.topic;
    const within = (frame: unknown) =>
      fc
        .tuple(fc.constantFrom(...leaves(frame).filter((path) => path[0] === 'data')), hostileValue)
        .map(([path, value]) => replaced(frame, path, value));
    fc.assert(
      fc.property(within(book), within(push), (one, other) => {
        const { updates, problems } = books.normalise(one, (name) => name === topic);
        expect(updates.length + problems.length).toBe(1);
        const found = trades.normalise(other, (name) => (name === tradeTopic ? contract : undefined), NOW);
        expect(found.trades.length + found.problems.length).toBe(1);
        for (const problem of [...problems, ...found.problems]) expect(problem.length).toBeLessThan(250);
      }),
      { numRuns: 1_500 },
    );
  });

  test('no frame breaks a keeper: its book is in order or not shown', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.constant(book), spoilt(book)), { maxLength: 5 }), (frames) => {
        const grid = new BookGrid(parseDecimal('0.0000001'), parseDecimal('0.1'));
        const keeper = new BookKeeper({
          book: new OrderBook(grid, 64),
          rule: books.rule,
          nowMs: () => 0,
          onWanted: () => undefined,
        });
        keeper.connected();
        for (const frame of frames)
          for (const { update } of books.normalise(frame, () => true).updates) keeper.take(update);
        if (keeper.book !== undefined) expect(keeper.book.isCrossed).toBe(false);
      }),
      { numRuns: 500 },
    );
  });
});
