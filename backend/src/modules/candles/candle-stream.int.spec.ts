import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { waitFor } from '@orderfox/testing';
import { PostgresForTests } from '../../testing/postgres-for-tests.js';
import { CANDLE_FIELDS, CandlesForTests, type CandleTold } from './candles-for-tests.js';

/** Ten seconds before its minute is over. */
const NOW = Date.UTC(2026, 10, 20, 12, 0, 50);
const MINUTE = 60_000;
let postgres: PostgresForTests;
let made: CandlesForTests;

beforeAll(async () => {
  postgres = await PostgresForTests.start();
});
afterAll(() => postgres.dispose());

beforeEach(async () => {
  made = await CandlesForTests.start(postgres, NOW);
});
afterEach(() => made.stop());

const carried = (topic: string) => made.venues.of('binance').carriedBy(topic);
/** Lets time pass until something is so, however busy the machine is. */
const until = (condition: () => unknown, stepMs?: number) =>
  waitFor(() => made.step(condition, stepMs), { withinMs: 30_000 });
const starts = (told: readonly CandleTold[]) => [...new Set(told.map(({ timestamp }) => timestamp))];
const MINUTE_START = NOW - 50_000;

test('begins with the newest candles and follows them to their end, without a seam to history (S135)', async () => {
  const { told, errors } = made.subscribe();
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
    `{ candles(symbol: "BTCUSDT", timeframe: "1m", limit: 3) { ${CANDLE_FIELDS} } }`,
  );
  const history = data?.candles as readonly CandleTold[];
  for (const candle of history.filter(({ isClosed }) => isClosed)) {
    expect(told.filter(({ timestamp }) => timestamp === candle.timestamp).at(-1)).toEqual(candle);
  }
});

test('holds one subscription at the venue for all, and lets go of it some time after the last has left', async () => {
  const all = [made.subscribe(), made.subscribe(), made.subscribe({ symbol: 'btc-usdt' })];
  const other = made.subscribe({ symbol: 'ETHUSDT', timeframe: '5m' });
  await until(() => carried('btcusdt@kline_1m') === 1 && carried('ethusdt@kline_5m') === 1);
  await waitFor(() => all.every(({ told }) => told.length >= 2));
  expect(made.candles.streams.connectionCount).toBe(1);
  expect(made.candles.streams.boardCount).toBe(2);
  const metrics = await (await fetch(`${made.api.url}/metrics`)).text();
  const counts = ['boards', 'topics', 'connections', 'boards_refused_total'].map((name) =>
    Number(new RegExp(`^orderfox_candle_${name} (\\d+)$`, 'm').exec(metrics)?.[1]),
  );
  expect(counts).toEqual([2, 2, 1, 0]);
  for (const { end } of all) end();
  other.end();
  // Who comes back within half a minute finds it as it was.
  made.clock.advance(20_000);
  const again = made.subscribe();
  await waitFor(() => again.told.length >= 2);
  await until(() => made.candles.streams.boardCount === 1);
  expect(carried('btcusdt@kline_1m')).toBe(1);
  again.end();
  await until(() => made.candles.streams.boardCount === 0);
  await until(() => made.candles.streams.connectionCount === 0 && carried('btcusdt@kline_1m') === 0);
});

test('reads what was missed while the connection was lost, each candle to its end', async () => {
  const { told } = made.subscribe();
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
  const { told } = made.subscribe({ timeframe: '7m' });
  await until(() => told.length >= 4);
  expect(carried('btcusdt@kline_1m')).toBe(1);
  const { data } = await made.api.post(
    `{ candles(symbol: "BTCUSDT", timeframe: "7m", limit: 2) { ${CANDLE_FIELDS} } }`,
  );
  const [before, now] = data?.candles as readonly CandleTold[];
  expect(told[0]).toEqual(before);
  expect(told.at(-1)).toMatchObject({ timestamp: now?.timestamp, open: now?.open });
  expect(Number(told[1]?.volume)).toBeGreaterThan(Number(now?.volume) / 2);
});

test.each([
  ['1m', '7m'],
  ['7m', '1m'],
])('tells %s and %s, which are made of the same candles, until each has left', async (first, second) => {
  const one = made.subscribe({ timeframe: first, venue: 'binance' });
  await until(() => one.told.length >= 3);
  const other = made.subscribe({ timeframe: second, venue: 'binance' });
  await until(() => other.told.length >= 3);
  const before = one.told.length;
  await until(() => one.told.length > before + 3);
  expect(made.candles.streams.boardCount).toBe(2);
  expect(made.candles.streams.topicCount).toBe(1);
  other.end();
  await until(() => made.candles.streams.boardCount === 1);
  const after = one.told.length;
  await until(() => one.told.length > after + 3);
  expect(carried('btcusdt@kline_1m')).toBe(1);
  one.end();
  await until(() => carried('btcusdt@kline_1m') === 0);
});

test('follows the next venue where the first cannot be asked, or the one that is asked for', async () => {
  made.venues.faults('binance').set({ rest: { status: 451 } });
  const fallback = made.subscribe();
  const bybit = made.subscribe({ venue: 'bybit' });
  await until(() => made.venues.of('okx').carriedBy('candle1m|BTC-USDT-SWAP') === 1);
  await until(() => fallback.told.length >= 4 && bybit.told.length >= 4);
  expect([...new Set(fallback.told.map(({ venue }) => venue))]).toEqual(['okx']);
  expect([...new Set(bybit.told.map(({ venue }) => venue))]).toEqual(['bybit']);
  await until(() => fallback.told.some(({ timestamp, isClosed }) => timestamp === MINUTE_START && isClosed));
  await until(() => bybit.told.some(({ timestamp, isClosed }) => timestamp === MINUTE_START && isClosed));
});

test('refuses what there is not', async () => {
  const unknown = made.subscribe({ symbol: 'BTCUSTD' });
  const venue = made.subscribe({ venue: 'mtgox' });
  await waitFor(() => unknown.errors.length > 0 && venue.errors.length > 0);
  expect(JSON.stringify(unknown.errors)).toMatch('UNKNOWN_SYMBOL');
  expect(JSON.stringify(venue.errors)).toMatch('BAD_USER_INPUT');
  expect(made.candles.streams.boardCount).toBe(0);
});
