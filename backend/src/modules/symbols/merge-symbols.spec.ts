import { describe, expect, test } from '@jest/globals';
import { parseDecimal } from '@orderfox/domain';
import { fallbackSymbols } from './fallback-symbols.js';
import { mergeSymbols } from './merge-symbols.js';
import { contracts, instrument } from './symbols-for-tests.js';

describe('merging the contracts of the venues', () => {
  test('makes one market of one base/quote pair, whatever the venues call it (S025)', () => {
    const symbols = mergeSymbols([
      contracts([instrument({ venue: 'binance', venueSymbol: 'BTCUSDT' })]),
      contracts([
        instrument({
          venue: 'okx',
          venueSymbol: 'BTC-USDT-SWAP',
          sizeUnit: 'LINEAR_CONTRACTS',
          contractSize: parseDecimal('0.01'),
          tickSize: parseDecimal('0.05'),
        }),
      ]),
    ]);

    expect(symbols).toHaveLength(1);
    expect(symbols[0]).toMatchObject({
      id: 'BTCUSDT',
      uiName: 'BTC/USDT',
      priceFormat: { type: 'price', precision: 2, minMove: 0.05 },
      pricePrecision: 2,
      amountPrecision: 3,
      source: 'VENUE',
    });
    expect(symbols[0]?.markets.map(({ venue, venueSymbol }) => [venue, venueSymbol])).toEqual([
      ['binance', 'BTCUSDT'],
      ['okx', 'BTC-USDT-SWAP'],
    ]);
    expect(symbols[0]?.markets[1]?.contractSize).toBe('0.01');
  });

  test('states the multiple of a contract on a thousand coins', () => {
    const [pepe] = mergeSymbols([
      contracts([
        instrument({ venue: 'binance', venueSymbol: '1000PEPEUSDT', baseAsset: 'PEPE', multiplierPower: 3 }),
      ]),
    ]);
    expect(pepe?.id).toBe('PEPEUSDT');
    expect(pepe?.markets[0]?.multiplier).toBe(1000);
  });

  test('sums turnover exactly over the venues that told it, and names them', () => {
    const [btc] = mergeSymbols([
      contracts([instrument({ venue: 'binance', venueSymbol: 'BTCUSDT' })], {
        BTCUSDT: '12590000000.123456789012345678',
      }),
      contracts([instrument({ venue: 'okx', venueSymbol: 'BTC-USDT-SWAP' })], { 'BTC-USDT-SWAP': '0.1' }),
      contracts([instrument({ venue: 'bybit', venueSymbol: 'BTCUSDT' })]),
    ]);
    expect(btc?.volume24h).toBe('12590000000.223456789012345678');
    expect(btc?.volumeVenues).toEqual(['binance', 'okx']);
  });

  test('puts the busiest first and unknown turnover last, never as zero', () => {
    const named = (baseAsset: string) =>
      instrument({ venue: 'binance', venueSymbol: `${baseAsset}USDT`, baseAsset });
    const symbols = mergeSymbols([
      contracts([named('ZEC'), named('ADA'), named('SOL'), named('BTC'), named('NIL')], {
        BTCUSDT: '900',
        SOLUSDT: '1000',
        NILUSDT: '0',
      }),
    ]);
    expect(symbols.map(({ id }) => id)).toEqual(['SOLUSDT', 'BTCUSDT', 'NILUSDT', 'ADAUSDT', 'ZECUSDT']);
    expect(symbols[3]).not.toHaveProperty('volume24h');
  });

  test('takes the price step of contracts that trade, not of delisted ones', () => {
    const [btc] = mergeSymbols([
      contracts([
        instrument({ venue: 'binance', venueSymbol: 'BTCUSDT' }),
        instrument({
          venue: 'binance',
          venueSymbol: 'BTCUSDT_OLD',
          trading: false,
          tickSize: parseDecimal('0.0001'),
        }),
      ]),
    ]);
    expect(btc?.priceFormat?.precision).toBe(1);
  });

  test('leaves the quantity digits open where no venue has a step in coins', () => {
    const { quantityStep, ...inverse } = instrument({ venue: 'okx', venueSymbol: 'BTC-USD-SWAP' });
    expect(quantityStep).toBeDefined();
    const [btc] = mergeSymbols([contracts([{ ...inverse, sizeUnit: 'INVERSE_CONTRACTS' }])]);
    expect(btc).not.toHaveProperty('amountPrecision');
  });

  test('is LAST_KNOWN only where no venue answered', () => {
    const kept = contracts([instrument({ venue: 'okx', venueSymbol: 'BTC-USDT-SWAP' })], {}, 'LAST_KNOWN');
    expect(mergeSymbols([kept])[0]?.source).toBe('LAST_KNOWN');
    const fresh = contracts([instrument({ venue: 'bybit', venueSymbol: 'BTCUSDT' })]);
    expect(mergeSymbols([kept, fresh])[0]?.source).toBe('VENUE');
  });
});

describe('the list without any venue (S029)', () => {
  test('is the configured names, flagged, with nothing invented', () => {
    expect(fallbackSymbols(['btc-usdt', 'SOLUSDC'])).toEqual([
      {
        id: 'BTCUSDT',
        baseAsset: 'BTC',
        quoteAsset: 'USDT',
        uiName: 'BTC/USDT',
        markets: [],
        volumeVenues: [],
        source: 'FALLBACK',
      },
      expect.objectContaining({ id: 'SOLUSDC', baseAsset: 'SOL', quoteAsset: 'USDC' }),
    ]);
  });

  test('holds each market once and no name that cannot be read', () => {
    expect(fallbackSymbols(['BTCUSDT', 'BTC/USDT', 'USDT', 'nonsense', '']).map(({ id }) => id)).toEqual([
      'BTCUSDT',
    ]);
  });
});
