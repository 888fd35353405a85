import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { waitFor } from '@orderfox/testing';
import { createClient, type Client } from 'graphql-ws';
import { WebSocket } from 'ws';
import { PostgresForTests } from '../../testing/postgres-for-tests.js';
import { CandlesForTests } from './candles-for-tests.js';

/** Ten seconds before its minute is over. */
const NOW = Date.UTC(2026, 10, 20, 12, 0, 50);
const MINUTE = 60_000;
const FIELDS = 'venue timestamp open high low close volume isClosed';

interface CandleTold {
  readonly venue: string;
  readonly timestamp: number;
  readonly open: string;
  readonly close: string;
  readonly volume: string;
  readonly isClosed: boolean;
}

let postgres: PostgresForTests;
let made: CandlesForTests;
let clients: Client[];

beforeAll(async () => {
  postgres = await PostgresForTests.start();
});
afterAll(() => postgres.dispose());

beforeEach(async () => {
  clients = [];
  made = await CandlesForTests.start(postgres, NOW);
});
afterEach(async () => {
  for (const client of clients) await client.dispose();
  await made.stop();
});

/** One subscriber on a socket of its own: what it was told, its last error, and how to end it. */
function subscribe(
  given: { readonly symbol?: string; readonly timeframe?: string; readonly venue?: string } = {},
) {
  const client = createClient({ url: made.api.socketUrl, webSocketImpl: WebSocket, retryAttempts: 0 });
  clients.push(client);
  const told: CandleTold[] = [];
  const errors: unknown[] = [];
  const query = `subscription ($symbol: ID!, $timeframe: Timeframe!, $venue: ID) {
    candleUpdated(symbol: $symbol, timeframe: $timeframe, venue: $venue) { ${FIELDS} }
  }`;
  const variables = { symbol: 'BTCUSDT', timeframe: '1m', ...given };
  const end = client.subscribe<{ candleUpdated: CandleTold }>(
    { query, variables },
    {
      next: ({ data, errors: problems }) => {
        if (data) told.push(data.candleUpdated);
        if (problems) errors.push(...problems);
      },
      error: (error) => errors.push(error),
      complete: () => undefined,
    },
  );
  return { told, errors, end };
}

/** Half a minute of theirs, however busy the machine is. */
const PATIENCE = { withinMs: 20_000 };

/** Lets time pass, some of it at a time, until something is so. */
function until(condition: () => unknown, stepMs = 50): Promise<unknown> {
  return waitFor(() => {
    const met = condition();
    if (!met) made.clock.advance(stepMs);
    return met;
  }, PATIENCE);
}

const carried = (topic: string) => made.venues.of('binance').carriedBy(topic);
const starts = (told: readonly CandleTold[]) => [...new Set(told.map(({ timestamp }) => timestamp))];
const MINUTE_START = NOW - 50_000;

test('begins with the newest candles and follows them to their end, without a seam to history (S135)', async () => {
  const { told, errors } = subscribe();
  await waitFor(() => told.length >= 2);
  expect(told.slice(0, 2)).toMatchObject([
    { venue: 'binance', timestamp: MINUTE_START - MINUTE, isClosed: true },
    { venue: 'binance', timestamp: MINUTE_START, isClosed: false },
  ]);
  await until(() => starts(told).includes(MINUTE_START + MINUTE));
  await until(() => told.some(({ timestamp, isClosed }) => timestamp === MINUTE_START && isClosed));
  expect(errors).toEqual([]);
  // The volume of a candle only grows, and what is closed is not told again.
  for (const start of starts(told)) {
    const states = told.filter(({ timestamp }) => timestamp === start);
    const volumes = states.map(({ volume }) => Number(volume));
    expect(volumes).toEqual([...volumes].sort((a, b) => a - b));
    expect(states.slice(0, -1).every(({ isClosed }) => !isClosed)).toBe(true);
  }
  const { data } = await made.api.post(
    `{ candles(symbol: "BTCUSDT", timeframe: "1m", limit: 3) { ${FIELDS} } }`,
  );
  const history = data?.candles as readonly CandleTold[];
  for (const candle of history.filter(({ isClosed }) => isClosed)) {
    expect(told.filter(({ timestamp }) => timestamp === candle.timestamp).at(-1)).toEqual(candle);
  }
});

test('holds one subscription at the venue for all, and lets go of it some time after the last has left', async () => {
  const all = [subscribe(), subscribe(), subscribe({ symbol: 'btc-usdt' })];
  const other = subscribe({ symbol: 'ETHUSDT', timeframe: '5m' });
  await until(() => carried('btcusdt@kline_1m') === 1 && carried('ethusdt@kline_5m') === 1);
  await waitFor(() => all.every(({ told }) => told.length >= 2));
  expect(made.candles.streams.connectionCount).toBe(1);
  expect(made.candles.streams.boardCount).toBe(2);
  for (const { end } of all) end();
  other.end();
  // Who comes back within half a minute finds it as it was.
  made.clock.advance(20_000);
  const again = subscribe();
  await waitFor(() => again.told.length >= 2);
  await until(() => made.candles.streams.boardCount === 1);
  expect(carried('btcusdt@kline_1m')).toBe(1);
  again.end();
  await until(() => made.candles.streams.boardCount === 0);
  await until(() => made.candles.streams.connectionCount === 0 && carried('btcusdt@kline_1m') === 0);
});

test('reads what was missed while the connection was lost, each candle to its end', async () => {
  const { told } = subscribe();
  await until(() => carried('btcusdt@kline_1m') === 1);
  await until(() => told.length > 3);
  made.venues.faults('binance').set({ refuse: { status: 503 } });
  made.venues.faults('binance').drop('ABRUPT');
  await waitFor(() => carried('btcusdt@kline_1m') === 0);
  made.clock.advance(MINUTE);
  made.venues.faults('binance').clear();
  // Slowly, for a connection takes real time.
  await until(() => carried('btcusdt@kline_1m') === 1, 25);
  await until(() => told.some(({ timestamp, isClosed }) => timestamp === MINUTE_START + MINUTE && isClosed));
  const closed = told.filter(({ isClosed }) => isClosed).map(({ timestamp }) => timestamp);
  expect([...new Set(closed)].sort()).toEqual([MINUTE_START - MINUTE, MINUTE_START, MINUTE_START + MINUTE]);
});

test('joins what the venue has not itself, never telling half of it', async () => {
  const { told } = subscribe({ timeframe: '7m' });
  await until(() => told.length >= 4);
  expect(carried('btcusdt@kline_1m')).toBe(1);
  const { data } = await made.api.post(
    `{ candles(symbol: "BTCUSDT", timeframe: "7m", limit: 2) { ${FIELDS} } }`,
  );
  const [before, now] = data?.candles as readonly CandleTold[];
  expect(told[0]).toEqual(before);
  expect(told.at(-1)).toMatchObject({ timestamp: now?.timestamp, open: now?.open });
  expect(Number(told[1]?.volume)).toBeGreaterThan(Number(now?.volume) / 2);
});

test('follows the next venue where the first cannot be asked, or the one that is asked for', async () => {
  made.venues.faults('binance').set({ rest: { status: 451 } });
  const fallback = subscribe();
  const bybit = subscribe({ venue: 'bybit' });
  await until(() => made.venues.of('okx').carriedBy('candle1m|BTC-USDT-SWAP') === 1);
  await until(() => fallback.told.length >= 4 && bybit.told.length >= 4);
  expect([...new Set(fallback.told.map(({ venue }) => venue))]).toEqual(['okx']);
  expect([...new Set(bybit.told.map(({ venue }) => venue))]).toEqual(['bybit']);
  await until(() => fallback.told.some(({ timestamp, isClosed }) => timestamp === MINUTE_START && isClosed));
  await until(() => bybit.told.some(({ timestamp, isClosed }) => timestamp === MINUTE_START && isClosed));
});

test('refuses what there is not', async () => {
  const unknown = subscribe({ symbol: 'BTCUSTD' });
  const venue = subscribe({ venue: 'mtgox' });
  await waitFor(() => unknown.errors.length > 0 && venue.errors.length > 0);
  expect(JSON.stringify(unknown.errors)).toMatch('UNKNOWN_SYMBOL');
  expect(JSON.stringify(venue.errors)).toMatch('BAD_USER_INPUT');
  expect(made.candles.streams.boardCount).toBe(0);
});
