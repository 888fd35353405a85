import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { multiplyDecimals, parseDecimal } from '@orderfox/domain';
import { type SimulatedVenueId } from '@orderfox/simulator';
import { waitFor } from '@orderfox/testing';
import { PostgresForTests } from '../../testing/postgres-for-tests.js';
import { TRADE_FIELDS, TradesForTests, type TradeTold } from './trades-for-tests.js';

const NOW = Date.UTC(2026, 10, 21, 12);
const TOPIC = 'btcusdt@aggTrade';
let postgres: PostgresForTests;
let made: TradesForTests;

beforeAll(async () => {
  postgres = await PostgresForTests.start();
});
afterAll(() => postgres.dispose());

beforeEach(async () => {
  made = await TradesForTests.start(postgres, NOW);
});
afterEach(() => made.stop());

const binance = () => made.venues.of('binance');
const faults = (venue: SimulatedVenueId = 'binance') => made.venues.faults(venue);
/** Lets time pass until something is so, however busy the machine is. */
const until = (condition: () => unknown, stepMs?: number) =>
  waitFor(() => made.step(condition, stepMs), { withinMs: 30_000 });
const ask = (given: string) => made.api.post(`{ trades(${given}) { ${TRADE_FIELDS} } }`);
const counts = () => made.trades.streams.counts();
const idOf = ({ id }: TradeTold) => id.slice(id.lastIndexOf(':') + 1);

/** The venue's trades from the first that was told to the last. */
function truth(told: readonly TradeTold[], venue: SimulatedVenueId = 'binance', name = 'BTCUSDT') {
  const all = made.venues.tradesOf(venue, name);
  const ids = all.map(({ id }) => id);
  const [first, last] = [told[0], told.at(-1)].map((trade) => (trade ? ids.indexOf(idOf(trade)) : -1));
  return all.slice(first, (last ?? -1) + 1);
}

/** A question that is asked while time passes. */
async function asked(given: string) {
  let answer: Awaited<ReturnType<typeof ask>> | undefined;
  void ask(given).then((one) => (answer = one));
  await until(() => answer);
  return answer;
}

test.each([
  ['binance', 'BTCUSDT', '1'],
  ['okx', 'BTC-USDT-SWAP', '0.01'],
  ['bybit', 'BTCUSDT', '1'],
] as const)(
  'tells every trade of %s once, in order and to the last digit (S131)',
  async (venue, name, coins) => {
    const { told, errors } = made.subscribe({ venue });
    await until(() => told.length > 100);
    const all = truth(told, venue, name);
    expect(told.map(idOf)).toEqual(all.map(({ id }) => id));
    const sizes = all.map(({ quantity }) => multiplyDecimals(parseDecimal(quantity), parseDecimal(coins)));
    expect(told.map(({ quantity }) => quantity)).toEqual(sizes);
    const prices = all.map(({ price }) => parseDecimal(price));
    expect(told.map(({ price }) => price)).toEqual(prices);
    expect(told.map(({ notionalUsd }) => notionalUsd)).toEqual(
      prices.map((price, index) => multiplyDecimals(price, sizes[index] ?? price)),
    );
    // S137
    expect(told.map(({ takerSide }) => takerSide)).toEqual(all.map(({ takerSide }) => takerSide));
    expect(told.map(({ timestamp }) => timestamp)).toEqual(all.map(({ timeMs }) => timeMs));
    expect(told.some(({ isAfterGap }) => isAfterGap)).toBe(false);
    expect(errors).toEqual([]);
  },
);

test('asks for trades that were left out and tells them in their place (S132)', async () => {
  const { told, errors } = made.subscribe();
  await until(() => told.length > 20);
  for (let round = 0; round < 3; round += 1) {
    const { refilled } = counts();
    expect(faults().lose('BTCUSDT', 'TRADES')).toBe(true);
    await until(() => counts().refilled > refilled);
  }
  const { length } = told;
  await until(() => told.length > length + 20);
  expect(told.map(idOf)).toEqual(truth(told).map(({ id }) => id));
  expect(told.some(({ isAfterGap }) => isAfterGap)).toBe(false);
  expect([counts().gaps, errors]).toEqual([0, []]);
});

test('goes on without a hole and without a double after a lost connection (S132)', async () => {
  const { told, errors } = made.subscribe();
  await until(() => told.length > 20);
  const { length } = told;
  faults().drop('ABRUPT');
  // What the market does meanwhile reaches others only.
  await made.listenBeside(`/market/stream?streams=${TOPIC}`);
  await until(() => told.length > length + 50, 100);
  expect(counts().refilled).toBeGreaterThan(0);
  expect(told.map(idOf)).toEqual(truth(told).map(({ id }) => id));
  expect(told.some(({ isAfterGap }) => isAfterGap)).toBe(false);
  expect(errors).toMatchObject([{ extensions: { code: 'UNAVAILABLE', state: 'RESYNCING' } }]);
});

test('says how many trades are missing where they cannot be asked for', async () => {
  const { told } = made.subscribe();
  await until(() => told.length > 20 && counts().requests === 1);
  faults().set({ rest: { status: 503 } });
  faults().lose('BTCUSDT', 'TRADES');
  await until(() => told.some(({ isAfterGap }) => isAfterGap));
  const { length } = told;
  await until(() => told.length > length + 20);
  const ids = new Set(told.map(idOf));
  const missing = truth(told).filter(({ id }) => !ids.has(id));
  const after = told.filter(({ isAfterGap }) => isAfterGap);
  expect(missing.length).toBeGreaterThan(0);
  expect(after.map(({ missedBefore }) => missedBefore)).toEqual([missing.length]);
  expect(Number(idOf(after[0]!))).toBe(Number(missing.at(-1)?.id) + 1);
  expect(ids.size).toBe(told.length);
});

test.each(['okx', 'bybit'] as const)(
  'says that trades of %s may be missing after a lost connection',
  async (venue) => {
    const { told } = made.subscribe({ venue });
    await until(() => told.length > 20);
    const { length } = told;
    faults(venue).drop('ABRUPT');
    await until(() => told.length > length + 20, 100);
    const after = told.filter(({ isAfterGap }) => isAfterGap);
    expect(after.map(({ missedBefore }) => missedBefore)).toEqual([null]);
    expect(new Set(told.map(idOf)).size).toBe(told.length);
  },
);

test('gives the newest trades of a market that nobody has looked at, and joins the stream without a seam (S132)', async () => {
  await made.listenBeside(`/market/stream?streams=${TOPIC}`);
  await until(() => made.venues.tradesOf('binance', 'BTCUSDT').length > 100);
  const { told } = made.subscribe();
  const answer = await asked('symbol: "btc-usdt", first: 30');
  const rows = answer?.data?.trades as TradeTold[];
  expect(rows.length).toBe(30);
  await until(() => told.length > 30);
  const joined = [...new Map([...rows.toReversed(), ...told].map((trade) => [trade.id, trade])).values()];
  expect(joined.map(idOf)).toEqual(truth(joined).map(({ id }) => id));
  const more = await ask('symbol: "BTCUSDT", first: 500');
  expect((more.data?.trades as TradeTold[]).length).toBeGreaterThan(100);
});

test('says what is wrong and since when while the venue cannot be reached, and goes on by itself (S133)', async () => {
  const { told, errors } = made.subscribe();
  await until(() => told.length > 5);
  const beforeMs = made.clock.nowMs();
  faults().set({ refuse: { status: 503 } });
  faults().drop('ABRUPT');
  await until(() => errors.length > 0);
  expect(errors).toMatchObject([
    { extensions: { code: 'UNAVAILABLE', venue: 'binance', symbol: 'BTCUSDT' } },
  ]);
  made.clock.advance(3_000);
  const { data, errors: problems } = await ask('symbol: "BTCUSDT"');
  expect(data).toBeFalsy();
  expect(problems).toMatchObject([
    {
      message: expect.stringMatching(/no trades of BTCUSDT from Binance/),
      extensions: { code: 'UNAVAILABLE' },
    },
  ]);
  expect(problems?.[0]?.extensions.since).toBeGreaterThanOrEqual(beforeMs);
  faults().clear();
  const { length } = told;
  await until(() => told.length > length, 100);
  expect(errors.length).toBe(1);
});

test('holds one subscription at the venue for all, and lets go of it a minute after the last has left', async () => {
  const all = [made.subscribe(), made.subscribe(), made.subscribe({ symbol: 'btc-usdt' })];
  const other = made.subscribe({ symbol: 'ETHUSDT' });
  await until(() => [...all, other].every(({ told }) => told.length > 0));
  expect([binance().carriedBy(TOPIC), binance().carriedBy('ethusdt@aggTrade')]).toEqual([1, 1]);
  expect(counts()).toMatchObject({ markets: 2, topics: 2, connections: 1, subscribers: 4 });
  for (const { end } of [...all, other]) end();
  await waitFor(() => counts().subscribers === 0);
  const leftMs = made.clock.nowMs();
  await until(() => made.clock.nowMs() >= leftMs + 50_000, 500);
  expect(counts().markets).toBe(2);
  await until(() => counts().markets === 0, 500);
  expect(made.clock.nowMs() - leftMs).toBeGreaterThanOrEqual(59_000);
  await until(() => counts().connections === 0 && binance().carriedBy(TOPIC) === 0);
});

test('follows the symbols of the settings always, so that their trades are there at once', async () => {
  made.trades.standing.start();
  await until(() => counts().markets === 3 && counts().told > 300);
  const leftMs = made.clock.nowMs();
  await until(() => made.clock.nowMs() >= leftMs + 120_000, 1_000);
  expect(counts()).toMatchObject({ markets: 3, connections: 3 });
  const { data } = await ask('symbol: "BTCUSDT", venue: "okx"');
  expect(data?.trades).toHaveLength(50);
  made.trades.standing.stop();
  await until(() => counts().markets === 0, 1_000);
});

test.each([
  ['symbol: "BTCUSTD"', 'UNKNOWN_SYMBOL', /BTCUSDT/],
  ['symbol: "BTCUSDT", venue: "mtgox"', 'BAD_USER_INPUT', /known are binance, okx, bybit/],
  ['symbol: "BTCUSDT", first: 501', 'BAD_USER_INPUT', /first: must be 1 to 500/],
  ['symbol: "BTCUSDT", first: 0', 'BAD_USER_INPUT', /first/],
])('refuses %s (S130)', async (given, code, message) => {
  const { errors } = await ask(given);
  expect(errors).toMatchObject([{ message: expect.stringMatching(message), extensions: { code } }]);
  expect(counts().markets).toBe(0);
});

test('counts in the metrics what trades hold and cost', async () => {
  const { told } = made.subscribe();
  await until(() => told.length > 10);
  const metrics = await (await fetch(`${made.api.url}/metrics`)).text();
  const value = (name: string) => Number(new RegExp(`^orderfox_${name} (\\d+)$`, 'm').exec(metrics)?.[1]);
  const names = [
    'trade_markets',
    'trade_topics',
    'trade_connections',
    'trade_subscribers',
    'trade_gaps_total',
  ];
  expect(names.map(value)).toEqual([1, 1, 1, 1, 0]);
  expect(value('trades_total')).toBeGreaterThan(10);
});
