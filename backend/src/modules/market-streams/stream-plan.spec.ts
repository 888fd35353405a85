import { describe, expect, test } from '@jest/globals';
import { instrument } from '../symbols/symbols-for-tests.js';
import { tradeMarket } from '../trades/trade-double-for-tests.js';
import { standingVenue, venueObjection } from './standing-venue.js';
import { planStreams } from './stream-plan.js';

const ORDER = ['binance', 'okx', 'bybit'];

describe('standingVenue', () => {
  test('is the first that lists a symbol, once it is known that none before it does', () => {
    const known =
      (...venues: readonly string[]) =>
      (venue: string) =>
        venues.includes(venue);
    const listed = new Set(['okx', 'bybit']);
    expect(standingVenue(ORDER, new Set(['binance', 'okx']), known())).toBe('binance');
    expect(standingVenue(ORDER, listed, known('binance'))).toBe('okx');
    // A stream that began with one venue would go on with another.
    expect(standingVenue(ORDER, listed, known('okx', 'bybit'))).toBeUndefined();
    expect(standingVenue(ORDER, new Set(), known(...ORDER))).toBeUndefined();
  });
});

describe('venueObjection', () => {
  test('is that a stream is of another venue, where that is known', () => {
    expect(venueObjection('okx', { venue: 'binance' })).toBe('the stream is of binance, and is to be of okx');
    expect(venueObjection('okx', { venue: 'okx' })).toBeUndefined();
    expect(venueObjection('okx', {})).toBeUndefined();
    expect(venueObjection('okx', undefined)).toBeUndefined();
  });
});

describe('planStreams', () => {
  const contracts = new Map(
    ORDER.map((venue) => [venue, [instrument({ venue, symbol: 'BTCUSDT', venueSymbol: 'BTCUSDT' })]]),
  );
  const plan = (
    known: readonly string[],
    prefix = '',
    standing = new Map<string, string>(),
    listed = known,
  ) =>
    planStreams({
      prefix,
      standing,
      symbols: ['btc/usdt', 'BTCUSDT'],
      catalog: {
        find: () => ({ id: 'BTCUSDT' }) as never,
        instruments: (venue) => ({
          get: () => undefined,
          all: () => (known.includes(venue) ? (contracts.get(venue) ?? []) : []),
        }),
        catalogue: (venue) => ({ instruments: known.includes(venue) ? contracts.get(venue) : [] }) as never,
      },
      barsOf: () => listed.map((venue) => tradeMarket(undefined, 'BTCUSDT', venue)),
      booksOf: () => [],
      venues: { bars: ORDER, books: ORDER, funding: ['bybit', 'binance', 'okx'] },
    });

  test('names the streams of a symbol by its venues, Binance first, of funding Bybit', () => {
    const { liquidations, bars, funding } = plan(ORDER, 'desk:');
    expect([...liquidations]).toEqual([['desk:market:btcusdt:liquidations', 'BTCUSDT']]);
    expect([...bars].map(([key, { venue }]) => [key, venue.id])).toEqual([
      ['desk:market:btcusdt:trades', 'binance'],
      ['desk:market:btcusdt:trades:okx', 'okx'],
      ['desk:market:btcusdt:trades:bybit', 'bybit'],
    ]);
    expect([...funding].map(([key, { venue }]) => [key, venue])).toEqual([
      ['desk:market:btcusdt:funding', 'bybit'],
      ['desk:market:btcusdt:funding:binance', 'binance'],
      ['desk:market:btcusdt:funding:okx', 'okx'],
    ]);
  });

  test('keeps the plain name for the venue that has it, also while that one lists nothing', () => {
    const standing = new Map<string, string>();
    const before = [...plan(ORDER, '', standing).bars.keys()];
    const { bars } = plan(ORDER, '', standing, ['okx', 'bybit']);
    expect([...bars.keys()]).toEqual(['market:btcusdt:trades:okx', 'market:btcusdt:trades:bybit']);
    expect([...plan(ORDER, '', standing).bars.keys()]).toEqual(before);
  });

  test('gives nobody the plain name while it is not known who has it', () => {
    const { bars, funding } = plan(['okx', 'bybit']);
    expect([...bars.keys()]).toEqual(['market:btcusdt:trades:okx', 'market:btcusdt:trades:bybit']);
    expect([...funding.keys()]).toEqual(['market:btcusdt:funding', 'market:btcusdt:funding:okx']);
  });
});
