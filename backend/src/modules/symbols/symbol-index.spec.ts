import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { mergeSymbols } from './merge-symbols.js';
import { SymbolIndex } from './symbol-index.js';
import { contracts, instrument } from './symbols-for-tests.js';

const symbols = mergeSymbols([
  contracts(
    [
      instrument({ venue: 'binance', venueSymbol: 'BTCUSDT' }),
      instrument({ venue: 'binance', venueSymbol: 'BTCUSDC', quoteAsset: 'USDC' }),
      instrument({ venue: 'binance', venueSymbol: '1000PEPEUSDT', baseAsset: 'PEPE', multiplierPower: 3 }),
      instrument({ venue: 'binance', venueSymbol: 'ETHUSDT', baseAsset: 'ETH' }),
      instrument({ venue: 'binance', venueSymbol: 'ETHFIUSDT', baseAsset: 'ETHFI' }),
      instrument({ venue: 'binance', venueSymbol: '1INCHUSDT', baseAsset: '1INCH' }),
      instrument({ venue: 'binance', venueSymbol: 'STETHUSDT', baseAsset: 'STETH' }),
    ],
    { BTCUSDT: '900', ETHUSDT: '800', BTCUSDC: '700', ETHFIUSDT: '1000', STETHUSDT: '2000' },
  ),
  contracts([instrument({ venue: 'okx', venueSymbol: 'BTC-USDT-SWAP' })]),
]);
const index = new SymbolIndex(symbols);

describe('finding a market by name', () => {
  test.each([
    ['BTCUSDT', 'BTCUSDT'],
    ['btcusdt', 'BTCUSDT'],
    ['BTC/USDT', 'BTCUSDT'],
    ['BTC/USDT:USDT', 'BTCUSDT'],
    ['BTC-USDT-SWAP', 'BTCUSDT'],
    ['1000PEPEUSDT', 'PEPEUSDT'],
    ['pepeusdt', 'PEPEUSDT'],
    ['1INCHUSDT', '1INCHUSDT'],
  ])('%s is %s', (name, id) => {
    expect(index.find(name)?.id).toBe(id);
  });

  test.each(['', 'BTC', 'XYZUSDT', '__proto__', 'constructor', 'B'.repeat(5_000)])(
    '%s is no market',
    (name) => {
      expect(index.find(name)).toBeUndefined();
    },
  );

  test('a canonical name wins over an alias that reads the same', () => {
    const clash = new SymbolIndex(
      mergeSymbols([
        contracts([
          instrument({ venue: 'okx', venueSymbol: 'ETH-USDT', baseAsset: 'BTC' }),
          instrument({ venue: 'okx', venueSymbol: 'OTHER', baseAsset: 'ETH' }),
        ]),
      ]),
    );
    expect(clash.find('ETHUSDT')?.baseAsset).toBe('ETH');
  });
});

describe('searching', () => {
  const search = (text: string) => index.search(text).map(({ id }) => id);

  test('puts the base asset itself before names that begin with it and those before the rest', () => {
    expect(search('eth')).toEqual(['ETHUSDT', 'ETHFIUSDT', 'STETHUSDT']);
  });

  test('knows the venues’ own names', () => {
    expect(search('1000pepe')).toEqual(['PEPEUSDT']);
    expect(search('BTC-USDT-SW')).toEqual(['BTCUSDT']);
  });

  test('gives all for nothing and nothing for signs alone', () => {
    expect(index.search('  ')).toHaveLength(symbols.length);
    expect(index.search('$%')).toEqual([]);
  });
});

describe('suggesting', () => {
  test.each([
    ['BTCUSTD', 'BTCUSDT'],
    ['BTCUSD', 'BTCUSDT'],
    ['pepe', 'PEPEUSDT'],
    ['BTC', 'BTCUSDT'],
    ['1000PEPUSDT', 'PEPEUSDT'],
  ])('for %s begins with %s', (text, id) => {
    expect(index.suggest(text, 3)[0]).toBe(id);
  });

  test('gives nothing for a name far from all', () => {
    expect(index.suggest('QQQQQQQQ', 3)).toEqual([]);
  });

  test('never gives more than asked for, whatever the text', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 200 }), fc.integer({ min: 0, max: 5 }), (text, limit) => {
        expect(index.suggest(text, limit).length).toBeLessThanOrEqual(limit);
      }),
    );
  });
});
