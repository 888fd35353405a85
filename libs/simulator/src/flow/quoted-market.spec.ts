import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { binanceCatalog, okxCatalog } from '../catalog/built-in.js';
import { SeededRandom } from '../seeded-random.js';
import { QuotedMarket } from './quoted-market.js';
import { TradeTape } from './trade-tape.js';
import type { Rung } from './ladder.js';

const SIZE = { changes: 8, trades: 2 };

function open(venueSymbol: string, markPrice?: number, levels = 50) {
  const listing = binanceCatalog().get(venueSymbol) ?? okxCatalog().get(venueSymbol)!;
  return new QuotedMarket(listing, new TradeTape(100, 0), levels, new SeededRandom(3), {
    markPrice: markPrice ?? listing.startPrice,
    firstId: 1_000,
  });
}

describe('a market', () => {
  test('follows the mark price wherever it goes, never crosses, and who hears all has its book', () => {
    const ticks = fc.double({ min: 60, max: 4_000, noNaN: true });
    fc.assert(
      fc.property(fc.array(ticks, { minLength: 1, maxLength: 20 }), (marks) => {
        const market = open('BTCUSDT', 200);
        const { bids, asks, lastId } = market.book.told();
        const heard = { bids: new Map(bids), asks: new Map(asks) };
        let last = lastId;
        for (const at of marks) {
          const markPrice = at * market.tick;
          const { change } = market.move(markPrice, 0, SIZE);
          const told = market.book.told();
          if (!change) continue;
          expect(change.previousId).toBe(last);
          expect(change.firstId).toBeGreaterThan(change.previousId);
          expect(change.lastId).toBeGreaterThanOrEqual(change.firstId);
          last = change.lastId;
          hear(heard.bids, change.bids);
          hear(heard.asks, change.asks);
          expect([...heard.bids].sort(([a], [b]) => b - a)).toEqual(told.bids);
          expect([...heard.asks].sort(([a], [b]) => a - b)).toEqual(told.asks);
          expect(told.bids[0]![0]).toBeLessThan(at + 1e-6);
          expect(told.asks[0]![0]).toBeGreaterThan(at - 1e-6);
          expect(told.asks).toHaveLength(50);
          expect(Math.min(...told.bids.map(([price]) => price))).toBeGreaterThan(0);
        }
      }),
    );
  });

  test('trades what stands in the way of the mark price, price by price', () => {
    const market = open('BTCUSDT');
    const before = market.book.now(4).bids;
    const markPrice = (before[3]![0] + 0.5) * market.tick;
    const { trades } = market.move(markPrice, 7, { changes: 0, trades: 0 });
    expect(trades.map(({ ticks, steps }) => [ticks, steps])).toEqual(before.slice(0, 3));
    expect(trades.map(({ takerSide, timeMs }) => [takerSide, timeMs])).toEqual(
      Array.from({ length: 3 }, () => ['SELL', 7]),
    );
  });

  test('has sizes in the unit of its venue: coins, contracts, dollars', () => {
    const worth = (venueSymbol: string) => {
      const market = open(venueSymbol);
      const [ticks, steps] = market.book.now(1).bids[0]!;
      const size = Number(market.quantityText(steps)) * Number(market.listing.contractSize ?? 1);
      return market.listing.sizeUnit === 'INVERSE_CONTRACTS' ? size : size * ticks * market.tick;
    };
    for (const venueSymbol of ['BTCUSDT', 'BTC-USDT-SWAP', 'BTC-USD-SWAP']) {
      const perSecond = open(venueSymbol).listing.turnover24h / 86_400;
      expect(worth(venueSymbol)).toBeGreaterThan(perSecond * 0.01);
      expect(worth(venueSymbol)).toBeLessThan(perSecond * 0.6);
    }
  });

  test('writes cheap prices without an exponent', () => {
    const listing = binanceCatalog().get('1000PEPEUSDT')!;
    const market = open('1000PEPEUSDT');
    expect(market.priceText(123)).toMatch(/^0\.0+123$/u);
    expect(market.priceText(1)).toBe(listing.tickSize);
    expect(market.quantityText(1)).toBe(listing.quantityStep);
  });
});

function hear(side: Map<number, number>, rungs: readonly Rung[]): void {
  for (const [ticks, steps] of rungs) {
    if (steps === 0) side.delete(ticks);
    else side.set(ticks, steps);
  }
}
