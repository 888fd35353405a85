import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { waitFor } from '@orderfox/testing';
import { PostgresForTests } from '../../testing/postgres-for-tests.js';
import { CandlesForTests, type CandleTold } from './candles-for-tests.js';

/** Ten seconds before its minute is over. */
const NOW = Date.UTC(2026, 10, 20, 12, 0, 50);
const MINUTE = 60_000;
const START = NOW - 50_000;
const TOPIC = 'btcusdt@kline_1m';

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

const carried = () => made.venues.of('binance').carriedBy(TOPIC);
/** Lets time pass until something is so, however busy the machine is. */
const until = (condition: () => unknown, stepMs?: number) =>
  waitFor(() => made.step(condition, stepMs), { withinMs: 30_000 });
/** The last state that was told of each candle, by minutes after the start. */
const last = (told: readonly CandleTold[]) =>
  new Map(told.map((candle) => [(candle.timestamp - START) / MINUTE, candle]));

async function lose(): Promise<void> {
  made.venues.faults('binance').set({ refuse: { status: 503 } });
  made.venues.faults('binance').drop('ABRUPT');
  await waitFor(() => carried() === 0);
}

async function comeBack(): Promise<void> {
  made.venues.faults('binance').clear();
  // Slowly, for a connection takes real time.
  await until(() => carried() === 1, 25);
}

test('tells every candle of a long outage to its end, as history has them', async () => {
  const { told, errors } = made.subscribe({ venue: 'binance' });
  await until(() => carried() === 1 && told.length > 3);
  await lose();
  made.clock.advance(9 * MINUTE);
  await comeBack();
  await until(() => last(told).get(9)?.isClosed);
  const closed = [...last(told)].filter(([, { isClosed }]) => isClosed).map(([minute]) => minute);
  expect(closed.sort((a, b) => a - b)).toEqual([-1, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  const { data } = await made.api.post(
    `{ candles(symbol: "BTCUSDT", timeframe: "1m", venue: "binance", from: ${START}, to: ${START + 9 * MINUTE}) { timestamp volume } }`,
  );
  const volumes = (data?.candles as readonly CandleTold[]).map(({ volume }) => volume);
  expect([0, 1, 2, 3, 4, 5, 6, 7, 8].map((minute) => last(told).get(minute)?.volume)).toEqual(volumes);
  expect(errors).toEqual([]);
});

test('says what to do after an outage that is too long to be told, and goes on', async () => {
  const { told, errors } = made.subscribe({ venue: 'binance' });
  await until(() => carried() === 1 && told.length > 3);
  await lose();
  made.clock.advance(3 * 60 * MINUTE);
  await comeBack();
  await until(() => errors.length > 0);
  expect(errors).toMatchObject([
    { message: expect.stringMatching(/Read `candles` again/), extensions: { code: 'UNAVAILABLE' } },
  ]);
  await until(() => last(told).get(180)?.isClosed);
  expect(last(told).has(100)).toBe(false);
});

test('moves to another venue where the one that was chosen is not reached for a minute', async () => {
  const any = made.subscribe();
  const fixed = made.subscribe({ venue: 'binance' });
  await until(() => carried() === 1 && any.told.length > 3 && fixed.told.length > 3);
  expect(any.told.every(({ venue }) => venue === 'binance')).toBe(true);
  await lose();
  made.clock.advance(45_000);
  const before = any.told.length;
  expect(any.told.every(({ venue }) => venue === 'binance')).toBe(true);
  await until(() => any.told.length > before + 3, 25);
  expect([...new Set(any.told.slice(before).map(({ venue }) => venue))]).toEqual(['okx']);
  expect(fixed.told.every(({ venue }) => venue === 'binance')).toBe(true);
  // Who comes now is given what the others have.
  const late = made.subscribe();
  await waitFor(() => late.told.length >= 2);
  expect(late.told[0]?.venue).toBe('okx');
  expect(any.errors).toEqual([]);
});
