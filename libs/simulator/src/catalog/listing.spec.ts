import { describe, expect, test } from '@jest/globals';
import { isDecimal } from '@orderfox/domain';
import { binanceCatalog, bybitCatalog, okxCatalog } from './built-in.js';
import { listingFromName } from './listing-from-name.js';
import { baseQuantity, canonicalSymbol, onGrid } from './listing.js';
import type { VenueCatalog } from './venue-catalog.js';

const catalogs = { binance: binanceCatalog(), okx: okxCatalog(), bybit: bybitCatalog() };
const get = (catalog: VenueCatalog, venueSymbol: string) => {
  const listing = catalog.get(venueSymbol);
  if (!listing) throw new Error(`${venueSymbol} is not listed`);
  return listing;
};

describe('the built-in catalogues', () => {
  test.each(Object.entries(catalogs))('%s lists some sixty coins with sound steps', (_venue, catalog) => {
    expect(catalog.all().length).toBeGreaterThanOrEqual(60);
    for (const { tickSize, quantityStep, startPrice, contractSize } of catalog.all()) {
      expect([tickSize, quantityStep, contractSize ?? '1'].every(isDecimal)).toBe(true);
      const steps = startPrice / Number(tickSize);
      expect(steps).toBeGreaterThan(1000);
      expect(steps).toBeLessThan(1_000_000);
    }
  });

  test.each([
    ['binance', '1000PEPEUSDT', 'PEPEUSDT', '12', '12000'],
    ['binance', '1000000MOGUSDT', 'MOGUSDT', '3', '3000000'],
    ['binance', '1MBABYDOGEUSDT', 'BABYDOGEUSDT', '3', '3000000'],
    ['binance', '1INCHUSDT', '1INCHUSDT', '3', '3'],
    ['binance', 'BTCUSDT_261225', 'BTCUSDT', '0.010', '0.01'],
    ['binance', '币安人生USDT', '币安人生USDT', '3', '3'],
    ['bybit', 'SHIB1000USDT', 'SHIBUSDT', '2.5', '2500'],
    ['bybit', '10000LADYSUSDT', 'LADYSUSDT', '2', '20000'],
    ['bybit', '1000PEPEPERP', 'PEPEUSDC', '2', '2000'],
    ['okx', 'BTC-USDT-SWAP', 'BTCUSDT', '8.55', '0.0855'],
    ['okx', 'PEPE-USDT-SWAP', 'PEPEUSDT', '0.1', '1000000'],
    ['okx', 'BTC-USD-SWAP', 'BTCUSD', '8', '0.01'],
  ] as const)('%s %s is %s, and a size of %s is %s coins', (venue, venueSymbol, symbol, size, coins) => {
    const listing = get(catalogs[venue], venueSymbol);
    expect(canonicalSymbol(listing)).toBe(symbol);
    expect(baseQuantity(listing, size, '80000')).toBe(coins);
  });
});

describe('listingFromName', () => {
  const seen = { price: 2, tickSize: '0.01', quantityStep: '1' };
  const named = (venue: string, venueSymbol: string) => {
    const listing = listingFromName(venue, { venueSymbol, ...seen });
    return listing && [listing.baseAsset, listing.quoteAsset, listing.contractType, listing.sizeUnit];
  };

  test('tells base, quote and kind from the venue names', () => {
    expect(named('binance', 'LRCUSDT')).toEqual(['LRC', 'USDT', 'PERPETUAL', 'BASE']);
    expect(named('binance', 'DOGEBUSD')).toEqual(['DOGE', 'BUSD', 'PERPETUAL', 'BASE']);
    expect(named('binance', 'ETHUSDT_250627')).toEqual(['ETH', 'USDT', 'DATED', 'BASE']);
    expect(named('bybit', 'XYZPERP')).toEqual(['XYZ', 'USDC', 'PERPETUAL', 'BASE']);
    expect(named('okx', 'XYZ-USDT-SWAP')).toEqual(['XYZ', 'USDT', 'PERPETUAL', 'LINEAR_CONTRACTS']);
    expect(named('okx', 'XRP-USD-230929')).toEqual(['XRP', 'USD', 'DATED', 'INVERSE_CONTRACTS']);
  });

  test('does not guess at a name that tells no pair', () => {
    expect(named('binance', 'ETHBTC')).toBeUndefined();
    expect(named('bybit', 'BTCUSD')).toBeUndefined();
    expect(named('okx', 'BTC')).toBeUndefined();
  });
});

test('a number on a grid has as many digits as the step', () => {
  expect(onGrid(82_396.94, '0.10')).toBe('82396.90');
  expect(onGrid(0.00001, '0.001')).toBe('0.001');
  expect(onGrid(1234.4, '1')).toBe('1234');
});
