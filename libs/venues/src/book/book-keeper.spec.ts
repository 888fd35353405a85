import { beforeEach, describe, expect, test } from '@jest/globals';
import { BookGrid, OrderBook, parseDecimal } from '@orderfox/domain';
import fc from 'fast-check';
import { BookKeeper, MAX_WAITING_UPDATES, RESYNC_EVERY_MS, type BookLoss } from './book-keeper.js';
import { BINANCE_BOOK, BYBIT_BOOK, OKX_BOOK, type BookRule, type BookUpdate } from './book-update.js';

let keeper: BookKeeper;
let nowMs: number;
let wanted: BookLoss[];

beforeEach(() => {
  make(BINANCE_BOOK);
});

function make(rule: BookRule): void {
  nowMs = 1_000;
  wanted = [];
  keeper = new BookKeeper({
    book: new OrderBook(new BookGrid(parseDecimal('1'), parseDecimal('1')), 64),
    rule,
    nowMs: () => nowMs,
    onWanted: (loss) => wanted.push(loss),
  });
}

function update(given: Partial<BookUpdate> & { readonly lastId: number }): BookUpdate {
  return { isSnapshot: false, bids: [], asks: [], venueTimeMs: given.lastId, ...given };
}

function snapshot(lastId: number, bid = '10', ask = '20'): BookUpdate {
  return update({ isSnapshot: true, lastId, bids: [[bid, '1']], asks: [[ask, '1']] });
}

const best = () => keeper.book && [keeper.book.bidTicks, keeper.book.askTicks];

describe('a book by REST', () => {
  test('is shown once an update has joined the whole book, older ones left out', () => {
    keeper.connected();
    expect([wanted, keeper.loss, keeper.book]).toEqual([['STARTING'], 'STARTING', undefined]);
    keeper.take(update({ firstId: 1, lastId: 90, previousId: 0, bids: [['19', '9']] }));
    keeper.take(update({ firstId: 91, lastId: 105, previousId: 90, bids: [['12', '1']] }));
    keeper.takeSnapshot(snapshot(100));
    expect(best()).toEqual([12, 20]);
    expect([keeper.loss, keeper.venueTimeMs, wanted.length]).toEqual([undefined, 105, 1]);
    keeper.take(update({ firstId: 150, lastId: 160, previousId: 105, asks: [['15', '3']] }));
    expect(best()).toEqual([12, 15]);
  });

  test('waits for what comes after a whole book that is newer than all that came', () => {
    keeper.connected();
    keeper.take(update({ firstId: 1, lastId: 90, previousId: 0 }));
    keeper.takeSnapshot(snapshot(100));
    expect(keeper.book).toBeUndefined();
    keeper.take(update({ firstId: 120, lastId: 130, previousId: 100 }));
    expect(best()).toEqual([10, 20]);
  });

  test('asks again when the whole book is older than all that came', () => {
    keeper.connected();
    keeper.take(update({ firstId: 200, lastId: 210, previousId: 190 }));
    keeper.takeSnapshot(snapshot(100));
    expect([keeper.book, wanted]).toEqual([undefined, ['STARTING']]);
    nowMs += RESYNC_EVERY_MS;
    keeper.tick();
    expect(wanted).toEqual(['STARTING', 'GAP']);
    keeper.takeSnapshot(snapshot(205));
    expect(best()).toEqual([10, 20]);
  });

  test('is never shown with something missing, and comes back whole', () => {
    keeper.connected();
    keeper.take(update({ firstId: 90, lastId: 105, previousId: 80 }));
    keeper.takeSnapshot(snapshot(100));
    nowMs += RESYNC_EVERY_MS;
    keeper.take(update({ firstId: 120, lastId: 130, previousId: 119, bids: [['14', '1']] }));
    expect([keeper.book, keeper.loss, keeper.venueTimeMs, wanted.at(-1)]).toEqual([
      undefined,
      'GAP',
      undefined,
      'GAP',
    ]);
    keeper.take(update({ firstId: 131, lastId: 140, previousId: 130, asks: [['18', '1']] }));
    keeper.takeSnapshot(snapshot(125, '11', '19'));
    expect(best()).toEqual([14, 18]);
  });

  test('asks at most once in five seconds, whatever goes wrong', () => {
    keeper.connected();
    for (let at = 0; at < 200; at += 1) {
      nowMs += 100;
      keeper.take(update({ firstId: 10 * at, lastId: 10 * at + 5, previousId: 10 * at - 1 }));
      keeper.takeSnapshot(snapshot(10 * at + 3));
      keeper.tick();
    }
    expect(wanted.length).toBeLessThanOrEqual(1 + 20_000 / RESYNC_EVERY_MS);
    expect(wanted.length).toBeGreaterThanOrEqual(3);
  });

  test('asks again when the whole book could not be had', () => {
    keeper.connected();
    keeper.snapshotFailed();
    keeper.tick();
    expect(wanted).toHaveLength(1);
    nowMs += RESYNC_EVERY_MS;
    keeper.tick();
    expect(wanted).toHaveLength(2);
  });

  test('is not taken for whole again by an answer to a question from before', () => {
    keeper.connected();
    keeper.take(update({ firstId: 90, lastId: 105, previousId: 80, bids: [['13', '1']] }));
    keeper.takeSnapshot(snapshot(100));
    keeper.takeSnapshot(snapshot(99, '1', '2'));
    expect(best()).toEqual([13, 20]);
  });

  test('is gone with the connection', () => {
    keeper.connected();
    keeper.take(update({ firstId: 90, lastId: 105, previousId: 80 }));
    keeper.takeSnapshot(snapshot(100));
    keeper.disconnected();
    expect([keeper.book, keeper.loss]).toEqual([undefined, 'DISCONNECTED']);
    nowMs += RESYNC_EVERY_MS;
    keeper.connected();
    expect(wanted).toEqual(['STARTING', 'DISCONNECTED']);
  });

  test('is not shown when it contradicts itself or its prices are on no tick', () => {
    for (const [bids, loss] of [
      [[['25', '1']], 'CROSSED'],
      [[['10.5', '1']], 'OFF_GRID'],
    ] as const) {
      make(BINANCE_BOOK);
      keeper.connected();
      keeper.take(update({ firstId: 90, lastId: 105, previousId: 80 }));
      keeper.takeSnapshot(snapshot(100));
      nowMs += RESYNC_EVERY_MS;
      keeper.take(update({ firstId: 106, lastId: 110, previousId: 105, bids }));
      expect([keeper.book, keeper.loss, wanted.at(-1)]).toEqual([undefined, loss, loss]);
    }
  });

  test('lets only so many updates wait', () => {
    keeper.connected();
    for (let id = 1; id <= MAX_WAITING_UPDATES + 10; id += 1)
      keeper.take(update({ firstId: id, lastId: id, previousId: id - 1 }));
    keeper.takeSnapshot(snapshot(5));
    expect([keeper.book, keeper.loss]).toEqual([undefined, 'GAP']);
  });
});

describe('a book by its socket', () => {
  test('of OKX follows the number of the update before, also where the numbers begin anew', () => {
    make(OKX_BOOK);
    keeper.connected();
    keeper.take({ ...snapshot(100), previousId: -1 });
    expect(best()).toEqual([10, 20]);
    keeper.take(update({ lastId: 100, previousId: 100 }));
    keeper.take(update({ lastId: 3, previousId: 100, bids: [['11', '1']] }));
    keeper.take(update({ lastId: 8, previousId: 3, bids: [['12', '1']] }));
    expect(best()).toEqual([12, 20]);
    keeper.take(update({ lastId: 20, previousId: 9 }));
    expect([keeper.book, keeper.loss]).toEqual([undefined, 'GAP']);
  });

  test('of Bybit counts by one, and begins anew with any whole book', () => {
    make(BYBIT_BOOK);
    keeper.connected();
    keeper.take(snapshot(7));
    keeper.take(update({ lastId: 8, bids: [['12', '1']] }));
    keeper.take(update({ lastId: 8, bids: [['19', '1']] }));
    expect(best()).toEqual([12, 20]);
    keeper.take(snapshot(1, '5', '6'));
    expect(best()).toEqual([5, 6]);
    keeper.take(update({ lastId: 3 }));
    expect(keeper.loss).toBe('GAP');
    keeper.take(snapshot(1, '8', '9'));
    expect(best()).toEqual([8, 9]);
  });

  test('is for any losses either what the venue has, or not shown', () => {
    const change = fc.record({
      price: fc.integer({ min: 1, max: 9 }),
      quantity: fc.nat(3),
      isAsk: fc.boolean(),
      fate: fc.constantFrom('sent', 'sent', 'sent', 'sent', 'lost', 'twice', 'whole'),
    });
    fc.assert(
      fc.property(fc.array(change, { maxLength: 60 }), (changes) => {
        make(BYBIT_BOOK);
        keeper.connected();
        const truth = { bids: new Map<string, string>(), asks: new Map<string, string>() };
        const whole = (lastId: number) =>
          update({ isSnapshot: true, lastId, bids: [...truth.bids], asks: [...truth.asks] });
        keeper.take(whole(0));
        changes.forEach(({ price, quantity, isAsk, fate }, at) => {
          const level = [String(isAsk ? 100 + price : price), String(quantity)] as const;
          const side = isAsk ? truth.asks : truth.bids;
          if (quantity === 0) side.delete(level[0]);
          else side.set(...level);
          const sent = update({ lastId: at + 1, [isAsk ? 'asks' : 'bids']: [level] });
          if (fate === 'whole') keeper.take(whole(at + 1));
          else if (fate !== 'lost') keeper.take(sent);
          if (fate === 'twice') keeper.take(sent);
          const { book } = keeper;
          if (book === undefined) return;
          // What was lost last is not known before the next update comes.
          const isBehind = changes.slice(0, at + 1).findLastIndex((one) => one.fate !== 'lost') < at;
          if (isBehind) return;
          const sizes = (of: readonly { price: string; quantity: string }[]) =>
            new Map(of.map((found) => [found.price, found.quantity]));
          expect(sizes(book.bids(100))).toEqual(truth.bids);
          expect(sizes(book.asks(100))).toEqual(truth.asks);
        });
      }),
    );
  });
});
