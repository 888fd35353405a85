import { describe, expect, test } from '@jest/globals';
import { BookGrid, OrderBook, parseDecimal } from '@orderfox/domain';
import fc from 'fast-check';
import { BookKeeper } from './book-keeper.js';
import { BINANCE_BOOK, BYBIT_BOOK, levelsToldBy, type BookRule, type WireLevel } from './book-update.js';

const ONE = parseDecimal('1');
const LEVELS = 3;
/** Of a middle of 1,000: ten ticks on each side. */
const BPS = 100;

type Side = ReadonlyMap<number, number>;
type Sign = -1 | 1;

/** The venue's own book, of which it tells so many levels at once. */
interface Truth {
  readonly bids: Map<number, number>;
  readonly asks: Map<number, number>;
}

const best = (side: Side, sign: Sign): readonly number[] =>
  [...side.keys()].sort((a, b) => sign * (a - b)).slice(0, LEVELS);
const level = (side: Side, price: number): WireLevel => [String(price), String(side.get(price) ?? 0)];
const whole = (side: Side, sign: Sign) => best(side, sign).map((price) => level(side, price));

/** What a venue that only ever tells of the best levels says of a change. */
function changed(before: Side, after: Side, sign: Sign): readonly WireLevel[] {
  const told = new Map(best(before, sign).map((price) => [price, before.get(price)]));
  const now = best(after, sign);
  const gone = [...told.keys()].filter((price) => !now.includes(price));
  const other = now.filter((price) => told.get(price) !== after.get(price));
  return [
    ...gone.map((price): WireLevel => [String(price), '0']),
    ...other.map((price) => level(after, price)),
  ];
}

const price = fc.integer({ min: 1, max: 30 });
const change = fc.record({ distance: price, quantity: fc.nat(3), isAsk: fc.boolean() });
const anySide = fc.uniqueArray(fc.tuple(price, fc.integer({ min: 1, max: 3 })), {
  selector: ([distance]) => distance,
  minLength: 1,
  maxLength: 8,
});

describe.each<[string, BookRule]>([
  ['only ever tells of the best levels', { ...BYBIT_BOOK, levels: LEVELS }],
  ['tells of all changes after a whole book', { ...BINANCE_BOOK, levels: LEVELS }],
])('the depth of a venue that %s', (_, rule) => {
  test('is all there is, or is said to be at least so much', () => {
    fc.assert(
      fc.property(anySide, anySide, fc.array(change, { maxLength: 30 }), (bids, asks, changes) => {
        const truth: Truth = {
          bids: new Map(bids.map(([distance, quantity]) => [1_000 - distance, quantity])),
          asks: new Map(asks.map(([distance, quantity]) => [1_000 + distance, quantity])),
        };
        const book = new OrderBook(new BookGrid(ONE, ONE), 64, levelsToldBy(rule));
        const keeper = new BookKeeper({ book, rule, nowMs: () => 0, onWanted: () => undefined });
        const update = { isSnapshot: false, venueTimeMs: 1, bids: [], asks: [] };
        const [bid, ask] = [whole(truth.bids, -1), whole(truth.asks, 1)];
        keeper.take({ ...update, isSnapshot: true, lastId: 0, bids: bid, asks: ask });
        keeper.take({ ...update, lastId: 1, previousId: 0 });
        changes.forEach(({ distance, quantity, isAsk }, at) => {
          const before = { bids: new Map(truth.bids), asks: new Map(truth.asks) };
          const side = isAsk ? truth.asks : truth.bids;
          const where = 1_000 + (isAsk ? distance : -distance);
          if (quantity > 0) side.set(where, quantity);
          else if (side.size > 1) side.delete(where);
          const told =
            rule.snapshotFrom === 'REST'
              ? { [isAsk ? 'asks' : 'bids']: [level(side, where)] }
              : {
                  bids: changed(before.bids, truth.bids, -1),
                  asks: changed(before.asks, truth.asks, 1),
                };
          keeper.take({ ...update, lastId: at + 2, previousId: at + 1, ...told });
          expectHonest(keeper.book, truth);
        });
      }),
      { numRuns: 500 },
    );
  });
});

/** Depth is reckoned around the middle that is told; only a book that has lost its best levels has another one. */
function expectHonest(book: OrderBook | undefined, { bids, asks }: Truth): void {
  const depth = book?.depthSums(BPS);
  if (book?.bidTicks === undefined || book.askTicks === undefined || depth === undefined) return;
  const doubleMid = book.bidTicks + book.askTicks;
  const isNear = (ticks: number) => Math.abs(2 * ticks - doubleMid) * 10_000 <= BPS * doubleMid;
  const sum = (side: Side) =>
    [...side].reduce((all, [ticks, steps]) => (isNear(ticks) ? all + BigInt(ticks * steps) : all), 0n);
  for (const [known, isFloor, all] of [
    [depth.bids, depth.isBidFloor, sum(bids)],
    [depth.asks, depth.isAskFloor, sum(asks)],
  ] as const) {
    if (isFloor) expect(known <= all).toBe(true);
    else expect(known).toBe(all);
  }
}

test('a side with fewer levels than the venue tells of is all there is', () => {
  const rule = { ...BYBIT_BOOK, levels: LEVELS };
  const book = new OrderBook(new BookGrid(ONE, ONE), 64, levelsToldBy(rule));
  for (const [at, bid] of ['999', '998', '997'].entries()) {
    book.setBid(bid, '1');
    book.setAsk(String(1_001 + 50 * at), '1');
    expect(book.depthSums(BPS)).toMatchObject({ isBidFloor: at === 2, isAskFloor: false });
  }
});
