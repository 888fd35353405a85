import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { waitFor } from '@orderfox/testing';
import { PostgresForTests } from '../../testing/postgres-for-tests.js';
import { CandlesForTests } from '../candles/candles-for-tests.js';
import { CompatClient } from './compat-client-for-tests.js';

/** Ten seconds before its minute is over. */
const NOW = Date.UTC(2026, 10, 20, 12, 0, 50);
const MINUTE = 60_000;

let postgres: PostgresForTests;
let made: CandlesForTests;
const clients: CompatClient[] = [];

beforeAll(async () => {
  postgres = await PostgresForTests.start();
}, 60_000);
afterAll(() => postgres.dispose());
beforeEach(async () => {
  made = await CandlesForTests.start(postgres, NOW);
});
afterEach(async () => {
  for (const client of clients.splice(0)) client.close();
  await made.stop();
});

function connect(path: string): CompatClient {
  const client = new CompatClient(`${made.api.url.replace('http', 'ws')}/api/v1/ws/candles/${path}`);
  clients.push(client);
  return client;
}

interface Row {
  readonly timestamp: number;
  readonly time: number;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
}

test('begins with as many candles as the width asks for, ascending, then tells each again as it changes (S104, S105, S106)', async () => {
  const client = connect('btc-usdt?timeframe=1m&container_width=600');
  const first = await client.nth('historical_candles');
  const rows = first.data as Row[];
  expect(rows).toHaveLength(300);
  const startMs = NOW - 50_000 - 299 * MINUTE;
  expect(rows.map(({ timestamp }) => timestamp)).toEqual(
    Array.from({ length: 300 }, (_, n) => startMs + n * MINUTE),
  );
  expect(rows[0]).toEqual({
    timestamp: startMs,
    time: startMs / 1_000,
    open: expect.any(Number),
    high: expect.any(Number),
    low: expect.any(Number),
    close: expect.any(Number),
    volume: expect.any(Number),
  });
  expect(first).toMatchObject({
    symbol: 'BTCUSDT',
    timeframe: '1m',
    count: 300,
    time_range: {
      start_ms: startMs,
      end_ms: NOW - 50_000,
      start: startMs / 1_000,
      end: (NOW - 50_000) / 1_000,
    },
    symbolData: {
      priceFormat: { type: 'price', precision: expect.any(Number), minMove: expect.any(Number) },
    },
  });
  const { data } = await made.api.post(
    '{ candles(symbol: "BTCUSDT", timeframe: "1m", limit: 2) { open high low close volume } }',
  );
  const [exact] = data?.candles as Record<string, string>[];
  const same = rows.at(-2)!;
  expect([same.open, same.high, same.low, same.close, same.volume]).toEqual(
    [exact!.open, exact!.high, exact!.low, exact!.close, exact!.volume].map(Number),
  );
  const isInNext = () => client.of('candle_update').some(({ timestamp }) => timestamp === NOW + 10_000);
  await waitFor(() => made.step(isInNext), { withinMs: 30_000 });
  const update = client.of('candle_update').at(-1)!;
  expect(Object.keys(update)).toEqual([
    'type',
    'symbol',
    'timeframe',
    'timestamp',
    'time',
    'open',
    'high',
    'low',
    'close',
    'volume',
  ]);
  // From the last one that was read on, none is left out.
  const told = [...new Set(client.of('candle_update').map(({ timestamp }) => timestamp))];
  expect(told).toEqual(expect.arrayContaining([NOW - 50_000, NOW + 10_000]));
});

test.each([
  ['BTCUSDT?timeframe=1m&container_width=100', 200],
  ['BTCUSDT?timeframe=1m&container_width=5000', 1_000],
  ['BTCUSDT?timeframe=1m', 400],
  ['BTCUSDT', 400],
])('%s begins with %d candles', async (path, count) => {
  expect(await connect(path).nth('historical_candles')).toMatchObject({ count, timeframe: '1m' });
});

test.each([
  ['NOPE?timeframe=1m', 'UNKNOWN_SYMBOL', 'Invalid symbol: NOPE'],
  ['BTCUSDT?timeframe=7x', 'BAD_USER_INPUT', 'timeframe: '],
  ['BTCUSDT?timeframe=1m&container_width=wide', 'BAD_USER_INPUT', 'container_width: '],
])('says what is wrong with %s, and closes with 1008', async (path, code, words) => {
  const client = connect(path);
  expect(await client.nth('error')).toMatchObject({ code, message: expect.stringContaining(words) });
  expect(await client.closed).toEqual({ code: 1_008, reason: code });
});

test('says when no venue can be asked, and to come back', async () => {
  for (const venue of ['binance', 'okx', 'bybit'] as const) {
    made.venues.faults(venue).set({ rest: { status: 503 } });
  }
  const client = connect('BTCUSDT?timeframe=5m');
  expect(await client.nth('error')).toMatchObject({ code: 'UNAVAILABLE' });
  expect((await client.closed).code).toBe(1_013);
});
