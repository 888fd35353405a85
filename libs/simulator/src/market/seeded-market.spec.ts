import { describe, expect, test } from '@jest/globals';
import { SimulatedVenues } from '../simulated-venues.js';
import { ManualScheduler } from '../manual-scheduler.js';
import { START_MS } from '../testing/served.js';
import type { LedgerEvent } from '../truth-ledger.js';
import { SeededMarket } from './seeded-market.js';

/** The frames' rows of so many seconds, stepped in the given strides. */
function run(seed: number, seconds: number, { intensity = 1, strideMs = 100 } = {}): readonly LedgerEvent[] {
  const venues = new SimulatedVenues({ seed, scheduler: new ManualScheduler(START_MS) });
  const market = new SeededMarket(venues, seed, intensity, START_MS);
  for (let at = strideMs; at <= seconds * 1000; at += strideMs) market.advance(START_MS + at);
  return venues.ledger.events();
}

const rows = (events: readonly LedgerEvent[]) => events.map(({ venue, row }) => `${venue} ${row}`);
const hour = run(7, 3600, { intensity: 4 });

describe('SeededMarket', () => {
  test('gives the same rows for the same seed, however time is cut up, and others for another', () => {
    const once = rows(run(1, 120));
    expect(once.length).toBeGreaterThan(20);
    expect(rows(run(1, 120))).toEqual(once);
    expect(rows(run(1, 120, { strideMs: 400 }))).toEqual(once);
    expect(rows(run(2, 120))).not.toEqual(once);
  });

  test('is not disturbed by who asks for prices', () => {
    const venues = new SimulatedVenues({ seed: 1, scheduler: new ManualScheduler(START_MS) });
    const market = new SeededMarket(venues, 1, 1, START_MS);
    for (let at = 100; at <= 120_000; at += 100) {
      for (const { venueSymbol } of venues.of('bybit').catalog.all())
        venues.of('bybit').markPrice(venueSymbol);
      market.advance(START_MS + at);
    }
    expect(rows(venues.ledger.events())).toEqual(rows(run(1, 120)));
  });

  test('moves prices without liquidating anybody at intensity 0', () => {
    expect(run(1, 600, { intensity: 0 })).toEqual([]);
  });

  test('has quiet times of a few a minute and cascades of tens a second', () => {
    const perSecond = new Map<number, number>();
    for (const { venueTimeMs } of hour) {
      const second = Math.floor(venueTimeMs / 1000);
      perSecond.set(second, (perSecond.get(second) ?? 0) + 1);
    }
    const silent = 3600 - perSecond.size;
    expect(silent).toBeGreaterThan(1200);
    expect(Math.max(...perSecond.values())).toBeGreaterThan(25);
  });

  test('liquidates longs when it falls and shorts when it rises', () => {
    const busiest = Map.groupBy(hour, ({ venueTimeMs }) => Math.floor(venueTimeMs / 10_000));
    const cascades = [...busiest.values()].filter((events) => events.length > 100);
    expect(cascades.length).toBeGreaterThan(3);
    const shares = cascades.map(
      (events) => events.filter(({ liquidatedSide }) => liquidatedSide === 'LONG').length / events.length,
    );
    expect(shares.filter((share) => share < 0.2 || share > 0.8)).toHaveLength(shares.length);
    expect(shares.some((share) => share < 0.2)).toBe(true);
    expect(shares.some((share) => share > 0.8)).toBe(true);
  });

  test('tells sizes by a power law, from a few dollars to hundreds of thousands', () => {
    const linear = hour.filter(({ symbol = '' }) => /USD[TC]$/.test(symbol));
    const notionals = linear.map(notionalOf).sort((a, b) => a - b);
    const share = (limit: number) =>
      notionals.filter((notional) => notional > limit).length / notionals.length;
    expect(notionals.at(-1)).toBeGreaterThan(400_000);
    expect(notionals.at(-1)).toBeLessThan(2_100_000);
    // Rounding up to one contract or coin lifts the smallest.
    expect(share(100)).toBeGreaterThan(0.2);
    expect(share(100)).toBeLessThan(0.6);
    expect(share(10_000)).toBeLessThan(0.1);
  });

  test('speaks once per symbol and second on Binance, about a second after the trade', () => {
    const binance = hour.filter(({ venue }) => venue === 'binance');
    const bySymbol = Map.groupBy(binance, ({ venueSymbol }) => venueSymbol);
    for (const events of bySymbol.values()) {
      const times = events.map(({ venueTimeMs }) => venueTimeMs).sort((a, b) => a - b);
      // Windows of a second follow each other; within two windows a pair of trades can be closer.
      const pairs = times.slice(2).map((time, at) => time - (times[at] ?? 0));
      expect(pairs.every((gap) => gap >= 1000)).toBe(true);
    }
  });

  test('fills Binance orders between mark and limit, and lets l be the last part of z', () => {
    const orders = hour
      .filter(({ venue }) => venue === 'binance')
      .map(({ row }) => JSON.parse(row) as Record<string, string>);
    for (const { S, p, ap } of orders) {
      if (S === 'SELL') expect(Number(p)).toBeLessThanOrEqual(Number(ap));
      else expect(Number(p)).toBeGreaterThanOrEqual(Number(ap));
    }
    expect(orders.every(({ q, z }) => q === z)).toBe(true);
    expect(orders.some(({ l, z }) => Number(l) < Number(z))).toBe(true);
    expect(orders.some(({ st }) => Number(st) === 2)).toBe(true);
  });

  test('keeps side and posSide of OKX consistent, with some accounts in net mode', () => {
    const orders = hour
      .filter(({ venue }) => venue === 'okx')
      .map(({ row }) => JSON.parse(row) as Record<string, string>);
    const kinds = new Set(orders.map(({ side, posSide }) => `${side}/${posSide}`));
    expect([...kinds].sort()).toEqual(['buy/net', 'buy/short', 'sell/long', 'sell/net']);
    expect(orders.some(({ instId }) => instId === 'BTC-USD-SWAP')).toBe(true);
  });
});

function notionalOf({ quantity, wirePrice, wireQuantity, venue, row }: LedgerEvent): number {
  if (venue !== 'okx') return Number(wireQuantity) * Number(wirePrice);
  expect(row).toContain('bkPx');
  return Number(quantity) * Number(wirePrice);
}
