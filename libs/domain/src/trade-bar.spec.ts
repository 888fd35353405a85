import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  addDecimals,
  compareDecimals,
  multiplyDecimals,
  parseDecimal,
  ZERO,
  type DecimalString,
} from './decimal.js';
import { OffGridError } from './errors.js';
import { unitsToDecimal } from './scaled-number.js';
import { type OrderSide } from './side.js';
import { deltaOf, joinBars, TradeBarMaker, vwapOf, type TradeBar } from './trade-bar.js';

interface Fill {
  readonly price: DecimalString;
  readonly quantity: DecimalString;
  readonly side: OrderSide;
}

/** In the plainest way there is. */
function plainBar(fills: readonly Fill[]): TradeBar | undefined {
  const [first] = fills;
  const last = fills.at(-1);
  if (first === undefined || last === undefined) return undefined;
  const sorted = fills.map(({ price }) => price).sort(compareDecimals);
  const sum = (side: OrderSide, of: (fill: Fill) => DecimalString) =>
    fills
      .filter((fill) => fill.side === side)
      .map(of)
      .reduce(addDecimals, ZERO);
  return {
    open: first.price,
    high: sorted.at(-1) ?? ZERO,
    low: sorted[0] ?? ZERO,
    close: last.price,
    buyQuantity: sum('BUY', ({ quantity }) => quantity),
    sellQuantity: sum('SELL', ({ quantity }) => quantity),
    buyUsd: sum('BUY', ({ price, quantity }) => multiplyDecimals(price, quantity)),
    sellUsd: sum('SELL', ({ price, quantity }) => multiplyDecimals(price, quantity)),
    count: fills.length,
  };
}

function make(fills: readonly Fill[]): TradeBar | undefined {
  const maker = new TradeBarMaker();
  for (const { price, quantity, side } of fills) maker.add(price, quantity, side);
  return maker.bar;
}

const fill = fc.record({
  price: fc
    .tuple(fc.integer({ min: 1, max: 90_000_000 }), fc.nat(4))
    .map(([units, places]) => unitsToDecimal(units, places)),
  quantity: fc
    .tuple(fc.integer({ min: 1, max: 5_000_000 }), fc.nat(5))
    .map(([units, places]) => unitsToDecimal(units, places)),
  side: fc.constantFrom<OrderSide>('BUY', 'SELL'),
});

describe('a bar of trades', () => {
  test('is none without trades', () => {
    expect(new TradeBarMaker().bar).toBeUndefined();
    expect(joinBars([])).toBeUndefined();
  });

  test('S136: holds prices, what takers bought and sold, and their number', () => {
    const maker = new TradeBarMaker();
    maker.add('100.5', '2', 'BUY');
    maker.add('101', '0.5', 'SELL');
    maker.add('99.25', '1', 'BUY');
    const { bar } = maker;
    expect(bar).toEqual({
      open: '100.5',
      high: '101',
      low: '99.25',
      close: '99.25',
      buyQuantity: '3',
      sellQuantity: '0.5',
      buyUsd: '300.25',
      sellUsd: '50.5',
      count: 3,
    });
    expect(bar && [deltaOf(bar), vwapOf(bar)]).toEqual(['2.5', '100.214286']);
  });

  test('is for any trades what decimal arithmetic says, to the last digit', () => {
    fc.assert(
      fc.property(fc.array(fill, { maxLength: 60 }), (fills) => {
        expect(make(fills)).toEqual(plainBar(fills));
      }),
    );
  });

  test('of any parts joined is the bar of all', () => {
    fc.assert(
      fc.property(fc.array(fc.array(fill, { minLength: 1, maxLength: 8 }), { maxLength: 8 }), (parts) => {
        const bars = parts.map(make).filter((bar) => bar !== undefined);
        expect(joinBars(bars)).toEqual(plainBar(parts.flat()));
      }),
    );
  });

  test.each([
    ['NaN', '1'],
    ['1', ''],
    ['-1', '1'],
    ['1.0000000000000000001', '1'],
    ['1', '9'.repeat(20)],
    ['9'.repeat(17), '1'],
  ])('takes neither price %s nor quantity %s, and stays as it was', (price, quantity) => {
    const maker = new TradeBarMaker();
    maker.add('1.5', '2.5', 'BUY');
    const before = maker.bar;
    expect(() => {
      maker.add(price, quantity, 'SELL');
    }).toThrow(OffGridError);
    expect(maker.bar).toEqual(before);
    maker.add('1.25', '0.125', 'SELL');
    expect(maker.bar).toEqual(
      plainBar([
        { price: parseDecimal('1.5'), quantity: parseDecimal('2.5'), side: 'BUY' },
        { price: parseDecimal('1.25'), quantity: parseDecimal('0.125'), side: 'SELL' },
      ]),
    );
  });
});
