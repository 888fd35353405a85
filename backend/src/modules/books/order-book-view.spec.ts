import { describe, expect, test } from '@jest/globals';
import { OrderBook, parseDecimal, type Instrument } from '@orderfox/domain';
import { VENUE_ADAPTERS } from '@orderfox/venues';
import fc from 'fast-check';
import { instrument } from '../symbols/symbols-for-tests.js';
import { ticksOf, tickPerCoin, viewBook, type BookChoice } from './order-book-view.js';

type Side = readonly (readonly [price: string, quantity: string])[];

/** A view of a book with these levels, as the venue writes them. */
function view(contract: Instrument, bids: Side, asks: Side, choice: BookChoice = { limit: 20 }) {
  const adapter = VENUE_ADAPTERS.find(({ id }) => id === contract.venue);
  const units = adapter?.books?.unitsOf(contract);
  if (adapter?.books === undefined || units === undefined) throw new Error('no book of this contract');
  const { id, name, roots, books } = adapter;
  const book = new OrderBook(units.grid);
  for (const [price, quantity] of bids) book.setBid(price, quantity);
  for (const [price, quantity] of asks) book.setAsk(price, quantity);
  const market = { venue: { id, name, roots, books }, instrument: contract, units };
  const status = { state: 'LIVE', reason: 'the book is whole' } as const;
  return viewBook({ market, units, book, venueTimeMs: 5, status, sinceMs: 1 }, choice);
}

const SOL = instrument({
  venue: 'binance',
  venueSymbol: 'SOLUSDT',
  baseAsset: 'SOL',
  tickSize: parseDecimal('0.01'),
  quantityStep: parseDecimal('1'),
});

describe('viewBook', () => {
  test('sums what lies up to ten basis points from the middle and not a tick beyond, exactly, for any book (S145)', () => {
    // The middle on a multiple of 1,000 ticks, so that both borders are ticks themselves.
    const thousands = fc.integer({ min: 1, max: 2_000 });
    const quantity = fc.integer({ min: 1, max: 1_000_000 });
    const level = fc.record({ distance: fc.integer({ min: 1, max: 3_000 }), quantity });
    const made = fc.record({
      thousands,
      best: fc.integer({ min: 1, max: 999 }),
      quantity,
      levels: fc.array(level),
    });
    fc.assert(
      fc.property(made, ({ thousands: border, best, quantity: size, levels }) => {
        const mid = border * 1_000;
        const top = Math.min(best, border);
        // Both sides alike: the best price, the border, one tick beyond it, and any others behind the best.
        const wanted = new Map([[top, size], [border, size], [border + 1, size]]); // prettier-ignore
        for (const { distance, quantity: more } of levels)
          if (distance >= top && distance < mid) wanted.set(distance, more);
        const text = (ticks: number) => `${Math.floor(ticks / 100)}.${String(ticks % 100).padStart(2, '0')}`;
        const side = (sign: number): Side =>
          [...wanted].map(([distance, steps]) => [text(mid + sign * distance), String(steps)]);
        const sum = (sign: number) => {
          let cents = 0n;
          for (const [distance, steps] of wanted) {
            // |price - mid| / mid <= 10 / 10,000, in whole numbers.
            if (distance * 10_000 <= mid * 10) cents += BigInt(mid + sign * distance) * BigInt(steps);
          }
          return parseDecimal(`${cents / 100n}.${String(cents % 100n).padStart(2, '0')}`);
        };
        expect(view(SOL, side(-1), side(1)).depth10Bps).toEqual({
          ...{ bidUsd: sum(-1), askUsd: sum(1) },
          ...{ isBidFloor: false, isAskFloor: false },
        });
      }),
    );
  });

  test('tells best prices, spread in basis points and what lies within ten of them, its borders included (S143-S145)', () => {
    const made = view(
      SOL,
      [
        ['99.95', '3'],
        ['99.90', '5'],
        ['99.89', '100'],
      ],
      [
        ['100.05', '2'],
        ['100.10', '7'],
        ['100.11', '100'],
      ],
    );
    expect(made).toMatchObject({
      bestBid: '99.95',
      bestAsk: '100.05',
      mid: '100',
      spread: '0.1',
      depth10Bps: { bidUsd: '799.35', askUsd: '900.8' },
      venueTimeMs: 5,
    });
    expect(made.spreadBps).toBeCloseTo(10, 12);
    expect(made.bids?.map(({ price, total }) => [price, total])).toEqual([
      ['99.95', '3'],
      ['99.9', '8'],
      ['99.89', '108'],
    ]);
  });

  test('tells contracts on thousands of coins and contracts of a part of a coin in coins', () => {
    const pepe = instrument({
      venue: 'binance',
      venueSymbol: '1000PEPEUSDT',
      baseAsset: 'PEPE',
      multiplierPower: 3,
      tickSize: parseDecimal('0.0000000001'),
      quantityStep: parseDecimal('1000'),
    });
    expect(view(pepe, [['0.0100000', '7']], [['0.0100001', '2']])).toMatchObject({
      tickSize: '0.0000000001',
      bestBid: '0.00001',
      bestAsk: '0.0000100001',
      bids: [{ price: '0.00001', quantity: '7000', total: '7000' }],
      depth10Bps: { bidUsd: '0.07', askUsd: '0.0200002' },
    });
    const btc = instrument({
      venue: 'okx',
      venueSymbol: 'BTC-USDT-SWAP',
      sizeUnit: 'LINEAR_CONTRACTS',
      contractSize: parseDecimal('0.01'),
      quantityStep: parseDecimal('0.0001'),
    });
    expect(view(btc, [['60000.0', '1.5']], [['60000.1', '2']])).toMatchObject({
      asks: [{ price: '60000.1', quantity: '0.02', total: '0.02' }],
      depth10Bps: { bidUsd: '900', askUsd: '1200.002' },
    });
  });

  test('joins bids downwards and asks upwards', () => {
    const made = view(
      SOL,
      [
        ['99.99', '1'],
        ['99.51', '2'],
        ['99.49', '4'],
      ],
      [
        ['100.01', '1'],
        ['100.50', '2'],
        ['100.51', '4'],
      ],
      { limit: 2, rounding: parseDecimal('0.5') },
    );
    expect([made.bids, made.asks].map((side) => side?.map(({ price, total }) => [price, total]))).toEqual([
      [
        ['99.5', '3'],
        ['99', '7'],
      ],
      [
        ['100.5', '3'],
        ['101', '7'],
      ],
    ]);
    expect([made.rounding, made.bestBid]).toEqual(['0.5', '99.99']);
  });

  test('says so where the tick size is not what the rounding was chosen for any more', () => {
    const made = view(SOL, [['99', '1']], [['100', '1']], { limit: 5, rounding: parseDecimal('0.015') });
    expect(made).toMatchObject({
      state: 'ERROR',
      reason: expect.stringMatching(/choose another rounding/),
      tickSize: '0.01',
    });
    expect(made).not.toHaveProperty('bids');
  });
});

test('ticksOf takes every positive multiple of the tick size and nothing else', () => {
  const units = VENUE_ADAPTERS.find(({ id }) => id === 'binance')?.books?.unitsOf(SOL);
  if (units === undefined) throw new Error('no units');
  expect(tickPerCoin(units)).toBe('0.01');
  for (const wrong of ['0', '-0.01', '0.005', '0.015', '1.001'])
    expect(ticksOf(parseDecimal(wrong), units)).toBeUndefined();
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 10_000_000 }), (ticks) => {
      const rounding = parseDecimal((ticks / 100).toFixed(2));
      expect(ticksOf(rounding, units)).toBe(ticks);
    }),
  );
});
