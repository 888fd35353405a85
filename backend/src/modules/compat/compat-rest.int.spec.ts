import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { parseDecimal } from '@orderfox/domain';
import { readConfig } from '../../core/config.js';
import { ApiForTests, liquidationForTests } from '../../testing/api-for-tests.js';
import { PostgresForTests } from '../../testing/postgres-for-tests.js';

/** A minute that begins, and in it the time of liquidation number 0. */
const MINUTE_MS = 1_699_999_980_000;
const FIRST_MS = 1_700_000_000_000;

let postgres: PostgresForTests;
let api: ApiForTests;

beforeAll(async () => {
  postgres = await PostgresForTests.start();
}, 60_000);
afterAll(() => postgres.dispose());
beforeEach(async () => {
  await postgres.database.writer.query(
    'TRUNCATE liquidation, liquidation_volume_1m, liquidation_volume_1h, liquidation_volume_1d',
  );
  api = await ApiForTests.start(postgres);
});
afterEach(() => api.stop());

const get = (path: string, headers: Record<string, string> = {}) => fetch(`${api.url}${path}`, { headers });
const json = async (path: string) => (await get(path)).json();

/** Two longs and a short in one minute, a short in the one after the next. */
const recordSome = () =>
  api.record(
    liquidationForTests(0),
    liquidationForTests(1, { liquidatedSide: 'SHORT', side: 'BUY', notionalUsd: parseDecimal('10000') }),
    liquidationForTests(2, { notionalUsd: parseDecimal('0.95') }),
    liquidationForTests(120, {
      liquidatedSide: 'SHORT',
      side: 'BUY',
      notionalUsd: parseDecimal('1260000000'),
    }),
  );

describe('GET /api/v1/liquidation-volume', () => {
  test('gives rows of a range, ascending, under the names of earlier terminals (S092, S079)', async () => {
    await recordSome();
    const [start, end] = [FIRST_MS - 60_000, FIRST_MS + 600_000];
    const response = await get(`/api/v1/liquidation-volume/BTCUSDT/1m?start=${start}&end=${end}`);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('application/json; charset=utf-8');
    const body = (await response.json()) as { data: object[] };
    expect(body).toEqual({
      symbol: 'BTCUSDT',
      timeframe: '1m',
      data: [
        {
          time: MINUTE_MS / 1_000,
          buy_volume: '10000',
          sell_volume: '32501',
          total_volume: '42501',
          delta_volume: '-22501',
          buy_volume_formatted: '10K',
          sell_volume_formatted: '32.5K',
          total_volume_formatted: '42.5K',
          delta_volume_formatted: '-22.5K',
          count: 3,
          timestamp_ms: MINUTE_MS,
          quality: 'FLOOR',
        },
        expect.objectContaining({
          time: MINUTE_MS / 1_000 + 120,
          buy_volume: '1260000000',
          sell_volume: '0',
          delta_volume_formatted: '1.26B',
          count: 1,
        }),
      ],
      start_time: start,
      end_time: end,
    });
    expect(Object.keys(body.data[0]!).slice(0, 11)).toEqual([
      'time',
      'buy_volume',
      'sell_volume',
      'total_volume',
      'delta_volume',
      'buy_volume_formatted',
      'sell_volume_formatted',
      'total_volume_formatted',
      'delta_volume_formatted',
      'count',
      'timestamp_ms',
    ]);
  });

  test('gives no row outside the range, and the newest where none is named', async () => {
    await recordSome();
    const until = await json(
      `/api/v1/liquidation-volume/BTCUSDT/1m?start=${MINUTE_MS}&end=${MINUTE_MS + 60_000}`,
    );
    expect(until).toMatchObject({ data: [{ count: 3 }] });
    await api.record(liquidationForTests(3, { venueTimeMs: Date.now(), eventKey: 'now' }));
    expect(await json('/api/v1/liquidation-volume/BTCUSDT/1m')).toMatchObject({
      data: [{ count: 1 }],
      start_time: null,
      end_time: null,
    });
  });

  test('knows a market by all its names and answers with the canonical one', async () => {
    await recordSome();
    const range = `start=${MINUTE_MS}&end=${MINUTE_MS + 60_000}`;
    for (const name of ['btcusdt', 'BTC-USDT-SWAP', 'BTC%2FUSDT']) {
      expect(await json(`/api/v1/liquidation-volume/${name}/5m?${range}`)).toMatchObject({
        symbol: 'BTCUSDT',
        timeframe: '5m',
        data: [{ count: 3 }],
      });
    }
  });

  test.each([
    ['BTCUSDT/7x', 400, 'BAD_USER_INPUT', 'timeframe: '],
    ['BTCUSDT/1m?start=yesterday', 400, 'BAD_USER_INPUT', 'start: must be whole milliseconds'],
    ['BTCUSDT/1m?start=1.5', 400, 'BAD_USER_INPUT', 'start: must be whole milliseconds'],
    ['BTCUSDT/1m?end=', 400, 'BAD_USER_INPUT', 'end: must be whole milliseconds'],
    ['BTCUSDT/1m?end=99999999999999999', 400, 'BAD_USER_INPUT', 'end: must be whole milliseconds'],
    ['BTCUSDT/1m?start=1&start=2', 400, 'BAD_USER_INPUT', 'start: must be whole milliseconds'],
    ['BTCUSDT/1m?start=2&end=1', 400, 'BAD_USER_INPUT', 'start: must not be after end'],
    ['BTCUSDT/1m?start=0&end=1700000000000', 400, 'RANGE_TOO_WIDE', 'buckets of 1m'],
    ['BTCUST/1m', 404, 'UNKNOWN_SYMBOL', 'Invalid symbol: BTCUST'],
    [`${'A'.repeat(65)}/1m`, 400, 'BAD_USER_INPUT', 'has at most 64 characters'],
  ])('refuses %s with what to do instead', async (path, status, code, words) => {
    const response = await get(`/api/v1/liquidation-volume/${path}`);
    expect(response.status).toBe(status);
    expect(response.headers.get('cache-control')).toBe('no-store');
    const body = await response.json();
    expect(body).toMatchObject({ status, code, message: expect.stringContaining(words) });
    if (code === 'UNKNOWN_SYMBOL') expect(body).toMatchObject({ suggestions: ['BTCUSDT'] });
  });

  test('is answered from memory until something changes, and not sent again to who has it', async () => {
    await recordSome();
    const path = `/api/v1/liquidation-volume/BTCUSDT/1m?start=${MINUTE_MS}&end=${MINUTE_MS + 60_000}`;
    const first = await get(path);
    const etag = first.headers.get('etag')!;
    expect([etag, first.headers.get('cache-control')]).toEqual([expect.stringMatching(/^".+"$/), 'no-cache']);
    const known = await get(path, { 'if-none-match': etag });
    expect([known.status, await known.text()]).toEqual([304, '']);
    expect(await (await get('/metrics')).text()).toMatch(
      /orderfox_compat_answers_total\{from="memory"\} 1\n/,
    );
    await api.record(liquidationForTests(5));
    const changed = await get(path, { 'if-none-match': etag });
    expect(changed.status).toBe(200);
    expect(await changed.json()).toMatchObject({ data: [{ count: 4 }] });
  });

  test('tells who prepares history which market and time are asked for', async () => {
    await api.stop();
    const asked: unknown[] = [];
    const { SymbolInterest } = await import('../symbols/symbol-interest.js');
    const interest = new SymbolInterest();
    interest.onAsked((symbol, range) => void asked.push([symbol, range]));
    api = await ApiForTests.start(postgres, { interest });
    await get('/api/v1/liquidation-volume/ETHUSDT/1m?start=1700000000000&end=1700000600000');
    expect(asked).toContainEqual(['ETHUSDT', { fromMs: 1_700_000_000_000, toMs: 1_700_000_599_999 }]);
  });
});

describe('GET /api/v1/symbols', () => {
  test('gives the same objects as GraphQL (S023, S030, S033)', async () => {
    const body = await json('/api/v1/symbols');
    const { data } = await api.post(`{
      symbols {
        id baseAsset quoteAsset uiName priceFormat { type precision minMove } pricePrecision amountPrecision
        volume24h volume24hFormatted volumeVenues source
        markets { venue venueSymbol contractType trading multiplier sizeUnit contractSize tickSize quantityStep }
      }
    }`);
    expect(body).toEqual(data?.symbols);
    expect(body).toContainEqual(
      expect.objectContaining({ id: 'BTCUSDT', uiName: 'BTC/USDT', baseAsset: 'BTC' }),
    );
  });
});

describe('the limits of the compatible API', () => {
  const restart = async (given: Parameters<typeof ApiForTests.start>[1]) => {
    await api.stop();
    api = await ApiForTests.start(postgres, given);
  };

  test('its answers cost the points that the same costs over GraphQL', async () => {
    await restart({ clientLimits: { costPerMinute: 120 } });
    expect((await get('/api/v1/liquidation-volume/BTCUSDT/1m')).status).toBe(200);
    const refused = await get('/api/v1/liquidation-volume/ETHUSDT/1m');
    expect(refused.status).toBe(429);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(await refused.json()).toMatchObject({ code: 'RATE_LIMITED', retryAfterMs: expect.any(Number) });
    const { errors } = await api.post(
      '{ liquidationVolume(symbol: "BTCUSDT", timeframe: "1m") { time count } }',
    );
    expect(errors?.[0]?.extensions.code).toBe('RATE_LIMITED');
  });

  test('its requests are counted with those of GraphQL', async () => {
    await restart({ clientLimits: { requestBurst: 1, requestsPerMinute: 1 } });
    for (let request = 0; request < 10; request += 1) await api.post('{ system { version } }');
    const response = await get('/api/v1/symbols');
    expect(response.status).toBe(429);
    expect(await response.json()).toMatchObject({ status: 429 });
  });

  test('pages of allowed origins may read it, others may not', async () => {
    await restart({ config: readConfig({ CORS_ORIGINS: 'https://desk.example' }) });
    const allowed = await get('/api/v1/symbols', { origin: 'https://desk.example' });
    expect(allowed.headers.get('access-control-allow-origin')).toBe('https://desk.example');
    const other = await get('/api/v1/symbols', { origin: 'https://evil.example' });
    expect(other.headers.get('access-control-allow-origin')).not.toBe('https://evil.example');
  });

  test('a database that is away gives 503 and says nothing of it', async () => {
    const away = {
      query: () => Promise.reject(Object.assign(new Error('connect 10.0.0.7'), { code: 'ECONNREFUSED' })),
    };
    await restart({ database: { reader: away } as never });
    const response = await get('/api/v1/liquidation-volume/BTCUSDT/1m');
    expect(response.status).toBe(503);
    const text = await response.text();
    expect(JSON.parse(text)).toMatchObject({ code: 'UNAVAILABLE' });
    expect(text).not.toContain('10.0.0.7');
  });
});
