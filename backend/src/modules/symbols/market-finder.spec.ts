import { beforeEach, describe, expect, test } from '@jest/globals';
import { type Instrument } from '@orderfox/domain';
import { ApiError } from '../../core/graphql-errors.js';
import { type CatalogueState } from './catalogue-state.js';
import { MarketFinder } from './market-finder.js';
import { type SymbolCatalog } from './symbol-catalog.js';
import { instrument } from './symbols-for-tests.js';

const SINCE = Date.UTC(2026, 10, 21, 12, 3, 4);
const VENUES = [
  { id: 'binance', name: 'Binance' },
  { id: 'okx', name: 'OKX' },
];

/** What is known of each venue's contracts; undefined: its list could not be loaded. */
let lists: Map<string, readonly Instrument[] | undefined>;
let finder: MarketFinder<(typeof VENUES)[number], { venue: (typeof VENUES)[number]; instrument: Instrument }>;

const KNOWN_NAMES = ['BTCUSDT', 'ETHUSDT'];

function state(venue: string): CatalogueState | undefined {
  if (!lists.has(venue)) return undefined;
  const instruments = lists.get(venue);
  return {
    venue,
    instruments: instruments ?? [],
    volumes: new Map(),
    source: instruments === undefined ? 'FALLBACK' : 'VENUE',
    ...(instruments === undefined && {
      problem: {
        failure: 'NETWORK',
        message: `${venue} cannot be found`,
        sinceMs: SINCE,
        retryAtMs: SINCE + 1,
      },
    }),
  };
}

beforeEach(() => {
  lists = new Map([
    ['binance', [instrument({ venue: 'binance', venueSymbol: 'BTCUSDT' })]],
    ['okx', [instrument({ venue: 'okx', venueSymbol: 'BTC-USDT-SWAP', symbol: 'BTCUSDT' })]],
  ]);
  const find = (name: string) => (KNOWN_NAMES.includes(name) ? { id: name } : undefined);
  const catalog = {
    ready: () => Promise.resolve(),
    find: find as SymbolCatalog['find'],
    suggest: () => ['BTCUSDT'],
    instruments: (venue: string) => ({
      get: () => undefined,
      all: () => lists.get(venue) ?? [],
    }),
    catalogue: state,
  };
  finder = new MarketFinder({
    catalog,
    venues: VENUES,
    known: ['binance', 'okx', 'bybit'],
    what: { noun: 'order book', article: 'an' },
    marketOf: (venue, each) =>
      each.sizeUnit === 'INVERSE_CONTRACTS' ? undefined : { venue, instrument: each },
  });
});

const refusal = async (name: string, venue?: string) => {
  try {
    await finder.find(name, venue);
  } catch (error) {
    if (error instanceof ApiError) return { code: error.code, message: error.message, ...error.extensions };
  }
  throw new Error('no ApiError');
};

describe('MarketFinder', () => {
  test('gives the market of each venue, the preferred first, or of the one that is meant', async () => {
    expect((await finder.find('BTCUSDT')).map(({ venue }) => venue.id)).toEqual(['binance', 'okx']);
    expect((await finder.find('BTCUSDT', 'okx')).map(({ venue }) => venue.id)).toEqual(['okx']);
    expect((await finder.find('BTCUSDT', null))[0].venue.id).toBe('binance');
    expect(finder.marketsOf('NOSUCH')).toEqual([]);
  });

  test('takes the main one of the contracts that are of use', async () => {
    const inverse = instrument({ venue: 'okx', venueSymbol: 'BTC-USD-SWAP', symbol: 'BTCUSDT' });
    const dated = instrument({ venue: 'okx', venueSymbol: 'BTC-USDT-261225', symbol: 'BTCUSDT' });
    lists.set('okx', [
      { ...inverse, sizeUnit: 'INVERSE_CONTRACTS' },
      { ...dated, contractType: 'DATED' },
      ...(lists.get('okx') ?? []),
    ]);
    const [market] = await finder.find('BTCUSDT', 'okx');
    expect(market.instrument.venueSymbol).toBe('BTC-USDT-SWAP');
  });

  test('says which venues there are, and which have the market', async () => {
    expect(await refusal('BTCUSDT', 'nowhere')).toMatchObject({
      code: 'BAD_USER_INPUT',
      argument: 'venue',
      message: 'venue: there is none of this name; known are binance, okx, bybit',
    });
    // Not configured: nothing is to be known of it.
    expect(await refusal('BTCUSDT', 'bybit')).toMatchObject({
      code: 'BAD_USER_INPUT',
      message: 'venue: bybit has no order book of BTCUSDT; these do: binance, okx',
    });
    lists.set('okx', [instrument({ venue: 'okx', venueSymbol: 'ETH-USDT-SWAP', symbol: 'ETHUSDT' })]);
    expect(await refusal('BTCUSDT', 'okx')).toMatchObject({ code: 'BAD_USER_INPUT' });
    lists.set('binance', lists.get('okx') ?? []);
    expect(await refusal('BTCUSDT')).toMatchObject({
      code: 'UNAVAILABLE',
      message: 'No venue has an order book of BTCUSDT now. Try again later, or ask for another symbol.',
    });
    expect(await refusal('NOSUCH')).toMatchObject({ code: 'UNKNOWN_SYMBOL', suggestions: ['BTCUSDT'] });
  });

  test('offline with nothing kept: says that the lists are not loaded, why and since when, and claims nothing', async () => {
    lists.set('binance', undefined).set('okx', undefined);
    const reasons =
      'Binance: binance cannot be found, since 12:03:04 UTC; OKX: okx cannot be found, since 12:03:04 UTC.';
    expect(await refusal('BTCUSDT')).toEqual({
      code: 'UNAVAILABLE',
      message: `The lists of contracts of Binance, OKX are not loaded, so it is not known who has an order book of BTCUSDT. ${reasons}`,
      venues: ['binance', 'okx'],
      since: SINCE,
    });
    expect(await refusal('BTCUSDT', 'okx')).toMatchObject({
      code: 'UNAVAILABLE',
      message:
        'The list of contracts of OKX is not loaded, so it is not known who has an order book of BTCUSDT. OKX: okx cannot be found, since 12:03:04 UTC.',
      venues: ['okx'],
    });
    // What is no venue at all is so whatever is loaded.
    expect(await refusal('BTCUSDT', 'nowhere')).toMatchObject({ code: 'BAD_USER_INPUT' });
    expect(await refusal('BTCUSDT', 'bybit')).toMatchObject({ code: 'BAD_USER_INPUT' });
  });

  test('gives what is known while the list of another venue is not, and calls no name unknown', async () => {
    lists.set('binance', undefined);
    expect((await finder.find('BTCUSDT')).map(({ venue }) => venue.id)).toEqual(['okx']);
    expect(await refusal('ETHUSDT')).toMatchObject({ code: 'UNAVAILABLE', venues: ['binance'] });
    expect(await refusal('ETHUSDT', 'okx')).toMatchObject({ code: 'BAD_USER_INPUT' });
    expect(await refusal('NOSUCH')).toMatchObject({
      code: 'UNAVAILABLE',
      suggestions: ['BTCUSDT'],
      message:
        'The list of contracts of Binance is not loaded, so it is not known whether there is such a symbol. Binance: binance cannot be found, since 12:03:04 UTC.',
    });
  });

  test('tells a venue that has no market from one that is not configured, and from one of which nobody knows', async () => {
    expect(finder.absenceOf('okx')).toEqual({ kind: 'NOT_LISTED' });
    expect(finder.absenceOf('bybit')).toEqual({ kind: 'NOT_CONFIGURED' });
    lists.set('okx', undefined);
    expect(finder.absenceOf('okx')).toMatchObject({
      kind: 'NOT_LOADED',
      problem: { failure: 'NETWORK', message: 'okx cannot be found', sinceMs: SINCE },
    });
    expect((await finder.symbol('ETHUSDT')).id).toBe('ETHUSDT');
    await expect(finder.symbol('NOSUCH')).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  });
});
