import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ApiForTests } from '../../testing/api-for-tests.js';
import { PostgresForTests } from '../../testing/postgres-for-tests.js';

let postgres: PostgresForTests;
let api: ApiForTests;

beforeAll(async () => {
  postgres = await PostgresForTests.start();
  api = await ApiForTests.start(postgres);
});
afterAll(async () => {
  await api.stop();
  await postgres.dispose();
});

const ask = async (query: string, variables: object = {}) => {
  const { data, errors } = await api.post(query, variables);
  return data ?? errors;
};

describe('the query symbol', () => {
  const SYMBOL = `query ($id: ID!) { symbol(id: $id) {
    id uiName baseAsset quoteAsset priceFormat { type precision minMove } pricePrecision amountPrecision
    volume24h volume24hFormatted volumeVenues source
    markets { venue venueSymbol contractType trading multiplier contractSize tickSize quantityStep }
  } }`;

  test.each(['BTCUSDT', 'btcusdt', 'BTC/USDT', 'BTC-USDT-SWAP'])(
    'knows a market as %s (S033)',
    async (id) => {
      expect(await ask(SYMBOL, { id })).toEqual({
        symbol: {
          id: 'BTCUSDT',
          uiName: 'BTC/USDT',
          baseAsset: 'BTC',
          quoteAsset: 'USDT',
          priceFormat: { type: 'price', precision: 1, minMove: 0.1 },
          pricePrecision: 1,
          amountPrecision: 3,
          volume24h: null,
          volume24hFormatted: null,
          volumeVenues: [],
          source: 'VENUE',
          markets: [
            {
              venue: 'okx',
              venueSymbol: 'BTC-USDT-SWAP',
              contractType: 'PERPETUAL',
              trading: true,
              multiplier: 1,
              contractSize: null,
              tickSize: '0.1',
              quantityStep: '0.001',
            },
          ],
        },
      });
    },
  );

  test.each(['BTCUSTD', 'btcusd'])('suggests the market for %s (S024)', async (id) => {
    const { errors } = await api.post(SYMBOL, { id });
    expect(errors?.[0]?.extensions).toMatchObject({ code: 'UNKNOWN_SYMBOL', suggestions: ['BTCUSDT'] });
    expect(errors?.[0]?.message).toMatch(`Invalid symbol: ${id}; did you mean BTCUSDT?`);
  });

  test.each(['', ' ', '__proto__', '<img src=x onerror=alert(1)>', 'x'.repeat(5_000)])(
    'refuses %p without harm',
    async (id) => {
      const { errors } = await api.post(SYMBOL, { id });
      expect(errors?.[0]?.extensions.code).toBe('UNKNOWN_SYMBOL');
      expect(errors?.[0]?.message.length).toBeLessThan(100);
    },
  );
});

test('the query symbols lists all, and finds by base and venue name (S023)', async () => {
  expect(await ask('{ symbols { id } }')).toEqual({
    symbols: [{ id: 'BTCUSDT' }, { id: 'ETHUSDT' }, { id: 'SOLUSDT' }],
  });
  const search = 'query ($search: String) { symbols(search: $search) { id } }';
  expect(await ask(search, { search: 'eth' })).toEqual({ symbols: [{ id: 'ETHUSDT' }] });
  expect(await ask(search, { search: 'SOL-USDT-SW' })).toEqual({ symbols: [{ id: 'SOLUSDT' }] });
  expect(await ask(search, { search: 'nothing' })).toEqual({ symbols: [] });
  expect(await ask(search, { search: null })).toMatchObject({ symbols: { length: 3 } });
});

test('the mutation refreshSymbols asks the venues, but not twice in half a minute (S034)', async () => {
  const refresh = 'mutation { refreshSymbols { venue symbols source problem } }';
  expect(await ask(refresh)).toEqual({
    refreshSymbols: [{ venue: 'okx', symbols: 3, source: 'VENUE', problem: null }],
  });
  const { errors } = await api.post(refresh);
  expect(errors?.[0]?.extensions.code).toBe('RATE_LIMITED');
  expect(errors?.[0]?.extensions.retryAfterMs).toBeGreaterThan(20_000);
});
