import { beforeEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { BookGrid } from './book-grid.js';
import { addDecimals, multiplyDecimals, parseDecimal, ZERO } from './decimal.js';
import { OffGridError } from './errors.js';
import { OrderBook } from './order-book.js';

const grid = new BookGrid(parseDecimal('0.10'), parseDecimal('0.001'));
let book: OrderBook;

beforeEach(() => {
  book = new OrderBook(grid, 64);
});

describe('BookGrid', () => {
  test('counts ticks that are not a power of ten', () => {
    const quarters = new BookGrid(parseDecimal('0.25'), parseDecimal('5'));
    expect(quarters.ticks('100.75')).toBe(403);
    expect(quarters.price(403)).toBe('100.75');
    expect(quarters.notional(403n * 10n)).toBe('1007.5');
  });

  test.each(['0.05', '61800.15', '-1', 'NaN', ''])('refuses the price %j', (price) => {
    expect(() => grid.ticks(price)).toThrow(OffGridError);
  });

  test('refuses quantities finer than a step, and steps of nothing', () => {
    expect(() => grid.steps('0.0001')).toThrow(OffGridError);
    expect(() => new BookGrid(ZERO, parseDecimal('1'))).toThrow(OffGridError);
    expect(() => new BookGrid(parseDecimal('1'), ZERO)).toThrow(OffGridError);
  });
});

describe('OrderBook', () => {
  test('knows neither spread nor depth while a side is empty', () => {
    book.setBid('100.0', '1');
    expect([book.spreadBps, book.depth(10), book.askTicks, book.isCrossed]).toEqual([
      undefined,
      undefined,
      undefined,
      false,
    ]);
  });

  test('tells best prices, spread and whether it is crossed', () => {
    book.setBid('99.9', '1.5');
    book.setAsk('100.1', '2');
    expect([book.bidTicks, book.askTicks, book.isCrossed]).toEqual([999, 1_001, false]);
    expect(book.spreadBps).toBeCloseTo(20, 10);
    book.setBid('100.1', '0.001');
    expect(book.isCrossed).toBe(true);
    book.setAsk('100.1', '0.000');
    expect(book.askTicks).toBeUndefined();
  });

  test('leaves everything as it was when a number is off the grid', () => {
    book.setBid('99.9', '1.5');
    expect(() => book.setBid('99.9', '0.00001')).toThrow(OffGridError);
    expect(() => book.setAsk('99.95', '1')).toThrow(OffGridError);
    expect(book.bids(5)).toEqual([{ price: '99.9', quantity: '1.5', total: '1.5' }]);
    expect(book.size).toBe(1);
  });

  test('adds levels up toward the prices further from the middle', () => {
    for (const [price, quantity] of [
      ['100.9', '1'],
      ['100.1', '2'],
      ['100.0', '4'],
      ['99.9', '8'],
    ] as const)
      book.setBid(price, quantity);
    for (const [price, quantity] of [
      ['101.0', '1'],
      ['101.1', '2'],
      ['102.0', '4'],
      ['102.1', '8'],
    ] as const)
      book.setAsk(price, quantity);
    expect(book.bids(2, 10)).toEqual([
      { price: '100', quantity: '7', total: '7' },
      { price: '99', quantity: '8', total: '15' },
    ]);
    expect(book.asks(2, 10)).toEqual([
      { price: '101', quantity: '1', total: '1' },
      { price: '102', quantity: '6', total: '7' },
    ]);
  });

  test('adds up exactly what lies within a distance of the middle, its borders included', () => {
    const level = fc.tuple(fc.integer({ min: 1, max: 400 }), fc.integer({ min: 1, max: 9_999 }));
    fc.assert(
      fc.property(fc.array(level, { minLength: 1 }), fc.array(level, { minLength: 1 }), (bids, asks) => {
        const made = new OrderBook(grid, 64);
        const truth = { bid: new Map<number, number>(), ask: new Map<number, number>() };
        for (const [below, steps] of bids) {
          made.setBid(grid.price(20_000 - below), grid.quantity(steps));
          truth.bid.set(20_000 - below, steps);
        }
        for (const [above, steps] of asks) {
          made.setAsk(grid.price(20_000 + above), grid.quantity(steps));
          truth.ask.set(20_000 + above, steps);
        }
        const [best, offered] = [Math.max(...truth.bid.keys()), Math.min(...truth.ask.keys())];
        const isNear = (ticks: number) =>
          Math.abs(2 * ticks - best - offered) * 10_000 <= ((20 * (best + offered)) / 2) * 2;
        const sum = (side: ReadonlyMap<number, number>) =>
          [...side]
            .filter(([ticks]) => isNear(ticks))
            .map(([ticks, steps]) => multiplyDecimals(grid.price(ticks), grid.quantity(steps)))
            .reduce(addDecimals, ZERO);
        expect(made.depth(20)).toEqual({
          ...{ bidUsd: sum(truth.bid), askUsd: sum(truth.ask) },
          ...{ isBidFloor: false, isAskFloor: false },
        });
      }),
    );
  });
});
