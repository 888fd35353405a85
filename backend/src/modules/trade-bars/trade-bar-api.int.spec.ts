import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { addDecimals, subtractDecimals, type DecimalString } from '@orderfox/domain';
import { createClient, type Client } from 'graphql-ws';
import { WebSocket } from 'ws';
import { CLIENT_LIMITS, type ClientLimits } from '../../core/clients/client-limits.js';
import { ApiForTests } from '../../testing/api-for-tests.js';
import { PostgresForTests } from '../../testing/postgres-for-tests.js';
import { TradeBarsForTests, type TradesLife } from './trade-bars-for-tests.js';

const NOW = Date.UTC(2026, 10, 21, 12);
const FIELDS =
  'symbol venue time timestamp open high low close buyQuantity sellQuantity buyVolume sellVolume totalVolume deltaVolume cvd isCvdPartial vwap count quality isClosed';

interface ToldBar {
  readonly venue: string;
  readonly time: number;
  readonly timestamp: number;
  readonly buyVolume: DecimalString;
  readonly sellVolume: DecimalString;
  readonly totalVolume: DecimalString;
  readonly deltaVolume: DecimalString;
  readonly cvd: DecimalString;
  readonly count: number;
  readonly quality: string;
  readonly isClosed: boolean;
}

let postgres: PostgresForTests;
let made: TradeBarsForTests;
let life: TradesLife;
let api: ApiForTests;
let client: Client;

beforeAll(async () => {
  postgres = await PostgresForTests.start();
}, 60_000);
afterAll(() => postgres.dispose());
beforeEach(async () => {
  made = await TradeBarsForTests.start(postgres, NOW);
  await begin();
});
afterEach(async () => {
  await client.dispose();
  await api.stop();
  await made.stop();
});

async function begin(clients?: ClientLimits): Promise<void> {
  life = made.live(clients);
  const { catalog, supervisor, bus, repository: gaps } = made.feeds;
  api = await ApiForTests.start(postgres, { catalog, supervisor, bus, gaps, ...life });
  client = createClient({ url: api.socketUrl, webSocketImpl: WebSocket, retryAttempts: 0 });
}

function follow(given: string): { readonly told: ToldBar[]; readonly errors: unknown[] } {
  const [told, errors]: [ToldBar[], unknown[]] = [[], []];
  client.subscribe<{ tradeBarUpdated: ToldBar }>(
    { query: `subscription { tradeBarUpdated(${given}) { ${FIELDS} } }` },
    {
      next: ({ data, errors: problems }) => {
        if (data) told.push(data.tradeBarUpdated);
        if (problems) errors.push(...problems);
      },
      error: (error) => errors.push(error),
      complete: () => undefined,
    },
  );
  return { told, errors };
}

async function barsOf(given: string): Promise<readonly ToldBar[]> {
  const { data, errors } = await api.post(`{ tradeBars(${given}) { ${FIELDS} } }`);
  expect(errors).toBeUndefined();
  return data?.tradeBars as readonly ToldBar[];
}

test('tells the newest bars, then each as it changes until it is closed; the query has the same', async () => {
  await made.until(() => life.tradeBars.recorder.counts().trades > 20);
  const { told, errors } = follow('symbol: "btcusdt"');
  await made.until(() => told.length > 0);
  const [first] = told;
  const startMs = (first?.timestamp ?? 0) + 60_000;
  await made.until(() => told.some((bar) => bar.timestamp === startMs && bar.isClosed), 250);
  const own = told.filter(({ timestamp }) => timestamp === startMs);
  expect(own.length).toBeGreaterThan(5);
  expect(own.at(-1)?.count).toBeGreaterThan(own[0]?.count ?? 0);
  const counts = own.map(({ count }) => count);
  expect(counts).toEqual(counts.toSorted((a, b) => a - b));
  expect(own.at(-1)).toMatchObject({ venue: 'binance', quality: 'EXACT', time: startMs / 1_000 });
  const bars = await barsOf(`symbol: "BTCUSDT", from: ${startMs}, to: ${startMs + 60_000}`);
  expect(bars).toEqual([own.at(-1)]);
  const [bar] = bars;
  expect(bar?.totalVolume).toBe(addDecimals(bar!.buyVolume, bar!.sellVolume));
  expect(bar?.deltaVolume).toBe(subtractDecimals(bar!.buyVolume, bar!.sellVolume));
  expect(errors).toEqual([]);
  expect(api.problems).toEqual([]);
}, 40_000);

test('records a market outside SYMBOLS while somebody watches', async () => {
  const { told } = follow('symbol: "ETHUSDT", timeframe: "5m", venue: "okx"');
  await made.until(() => told.length > 3);
  expect(told.at(-1)).toMatchObject({ venue: 'okx', symbol: 'ETHUSDT', quality: 'PARTIAL', isClosed: false });
  expect((await barsOf('symbol: "ETHUSDT", venue: "okx"')).length).toBeGreaterThan(0);
}, 40_000);

test('gives each address its share of tapes and of bars, and what is recorded always to all', async () => {
  await client.dispose();
  await api.stop();
  await life.stop();
  await begin({ ...CLIENT_LIMITS, marketsPerClient: 1, loopbackFactor: 1 });
  const { told } = follow('symbol: "ETHUSDT"');
  await made.until(() => told.length > 0);
  const { errors } = follow('symbol: "ETHUSDT", timeframe: "5m"');
  await made.until(() => errors.length > 0);
  const refusal = (error: unknown) => JSON.stringify(error);
  expect(refusal(errors)).toMatch(/may follow 1 series of bars .*RATE_LIMITED/);
  // Its bars are made of a tape, which is counted as well.
  const tape = await api.post('{ trades(symbol: "SOLUSDT", first: 1) { id } }');
  expect(refusal(tape.errors)).toMatch(/may follow 1 tapes .*RATE_LIMITED/);
  const live: unknown[] = [];
  const sink = {
    next: () => undefined,
    error: (error: unknown) => live.push(error),
    complete: () => undefined,
  };
  client.subscribe({ query: 'subscription { tradeAdded(symbol: "SOLUSDT") { id } }' }, sink);
  await made.until(() => live.length > 0);
  expect(refusal(live)).toContain('RATE_LIMITED');
  const standing = ['1m', '5m'].map((timeframe) => follow(`symbol: "BTCUSDT", timeframe: "${timeframe}"`));
  await made.until(() => standing.every((one) => one.told.length > 0));
  expect(standing.flatMap((one) => one.errors)).toEqual([]);
}, 60_000);

test('says where trades are missing, and why', async () => {
  await made.until(() => life.tradeBars.recorder.counts().trades > 20);
  const { data } = await api.post(
    `{ tradeGaps(symbol: "BTCUSDT", from: ${NOW - 60_000}, to: ${NOW + 60_000}) { from to missed reason isBeingFilled } }`,
  );
  expect(data?.tradeGaps).toEqual([
    {
      from: 0,
      to: expect.any(Number),
      missed: null,
      reason: 'nobody has listened before',
      isBeingFilled: false,
    },
  ]);
}, 40_000);

test('what bars cost follows from the time that is asked for, and the longest page of a chart fits', async () => {
  const page = `symbol: "BTCUSDT", from: ${NOW - 4_500 * 60_000}, to: ${NOW}`;
  const fields = 'venue timestamp buyVolume sellVolume deltaVolume cvd isCvdPartial count quality isClosed';
  const { errors, extensions } = await api.post(`{ tradeBars(${page}) { ${fields} } }`);
  expect(errors).toBeUndefined();
  expect(extensions).toMatchObject({ cost: { requested: 500 * 2 + 4_000 / 2, allowed: 5_000 } });
  const twice = await api.post(`{ a: tradeBars(${page}) { ${fields} } b: tradeBars(${page}) { ${fields} } }`);
  expect(twice.errors).toMatchObject([{ extensions: { code: 'QUERY_TOO_COMPLEX', limit: 'cost' } }]);
  const gaps = await api.post('{ tradeGaps(symbol: "BTCUSDT") { from to reason } }');
  expect(gaps.extensions).toMatchObject({ cost: { requested: 500 * 1.3 } });
});

test.each([0, 1_001, -1])('refuses to tell %d gaps', async (first) => {
  const { errors } = await api.post(`{ tradeGaps(symbol: "BTCUSDT", first: ${first}) { from } }`);
  expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT', argument: 'first' } }]);
});

test.each([
  ['symbol: "BTCUSTD"', 'UNKNOWN_SYMBOL'],
  ['symbol: "BTCUSDT", venue: "mtgox"', 'BAD_USER_INPUT'],
  ['symbol: "BTCUSDT", from: 2, to: 1', 'BAD_USER_INPUT'],
  ['symbol: "BTCUSDT", timeframe: "1m", from: 0', 'RANGE_TOO_WIDE'],
  ['symbol: "BTCUSDT", timeframe: "61s"', 'BAD_USER_INPUT'],
] as const)('refuses %s with %s', async (given, code) => {
  const { errors } = await api.post(`{ tradeBars(${given}) { time } }`);
  expect(errors).toMatchObject([{ extensions: { code } }]);
});

test('has no bar of a market that nobody has listened to', async () => {
  expect(await barsOf('symbol: "SOLUSDT", timeframe: "1M"')).toEqual([]);
});
