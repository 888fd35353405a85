import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { waitFor } from '@orderfox/testing';
import { PostgresForTests } from '../../testing/postgres-for-tests.js';
import { TradesForTests } from '../trades/trades-for-tests.js';
import { CompatClient, type CompatMessage } from './compat-client-for-tests.js';

const NOW = Date.UTC(2026, 10, 21, 12);

let postgres: PostgresForTests;
let made: TradesForTests;
const clients: CompatClient[] = [];

beforeAll(async () => {
  postgres = await PostgresForTests.start();
}, 60_000);
afterAll(() => postgres.dispose());
beforeEach(async () => {
  made = await TradesForTests.start(postgres, NOW);
});
afterEach(async () => {
  for (const client of clients.splice(0)) client.close();
  await made.stop();
});

function connect(symbol: string): CompatClient {
  const client = new CompatClient(`${made.api.url.replace('http', 'ws')}/api/v1/ws/trades/${symbol}`);
  clients.push(client);
  return client;
}

interface Row {
  readonly id: string;
  readonly price: number;
  readonly amount: number;
  readonly side: string;
  readonly timestamp: number;
}

const until = (condition: () => unknown) => waitFor(() => made.step(condition), { withinMs: 30_000 });
const updates = (client: CompatClient) => client.of('trades_update');
const rows = ({ trades }: CompatMessage) => trades as readonly Row[];

test('begins with the newest trades, then tells each: none twice, none missing at the seam, none made up (S131, S132)', async () => {
  // Somebody listens already, so that trades happen while the past is asked for.
  await made.listenBeside('/market/stream?streams=btcusdt@aggTrade');
  made.clock.advance(3_000);
  const { told } = made.subscribe();
  await until(() => told.length > 5);
  const client = connect('btc-usdt');
  await until(() => updates(client).length >= 40);
  const [first, ...later] = updates(client);
  expect(first).toMatchObject({ symbol: 'BTCUSDT', initial: true });
  expect(later.every(({ initial, trades }) => initial === false && (trades as Row[]).length === 1)).toBe(
    true,
  );
  const past = rows(first!);
  expect(past.length).toBeGreaterThan(5);
  expect(past.length).toBeLessThanOrEqual(100);
  expect(past.map(({ timestamp }) => timestamp)).toEqual(
    past.map(({ timestamp }) => timestamp).sort((a, b) => b - a),
  );
  expect(Object.keys(past[0]!)).toEqual([
    'id',
    'venue',
    'price',
    'amount',
    'side',
    'timestamp',
    'priceFormatted',
    'amountFormatted',
    'timeFormatted',
    'isAfterGap',
  ]);
  const ids = [...past.toReversed(), ...later.flatMap(rows)].map(({ id }) => id);
  const truth = made.venues.tradesOf('binance', 'BTCUSDT').map(({ id }) => `binance:BTCUSDT:${id}`);
  const from = truth.indexOf(ids[0]!);
  expect(from).toBeGreaterThanOrEqual(0);
  expect(ids).toEqual(truth.slice(from, from + ids.length));
  const trade = made.venues.tradesOf('binance', 'BTCUSDT')[from]!;
  expect(past.at(-1)).toMatchObject({
    price: Number(trade.price),
    amount: Number(trade.quantity),
    side: trade.takerSide.toLowerCase(),
    timestamp: trade.timeMs,
  });
});

test('says so when the venue cannot be reached, with no trade made up, and goes on by itself (S133)', async () => {
  const client = connect('BTCUSDT');
  await until(() => updates(client).length >= 3);
  made.venues.faults('binance').set({ refuse: { status: 503 } });
  made.venues.faults('binance').drop('ABRUPT');
  await until(() => client.of('error').length >= 1);
  expect(client.of('error')[0]).toMatchObject({ code: 'UNAVAILABLE', symbol: 'BTCUSDT', venue: 'binance' });
  const down = updates(client).length;
  for (let round = 0; round < 10; round += 1) made.clock.advance(100);
  expect(updates(client)).toHaveLength(down);
  made.venues.faults('binance').clear();
  await until(() => updates(client).length > down);
  const ids = updates(client).flatMap((message) => rows(message).map(({ id }) => id));
  expect(new Set(ids).size).toBe(ids.length);
});

test('says that a symbol is none, and closes with 1008', async () => {
  const client = connect('NOPE');
  expect(await client.nth('error')).toMatchObject({ code: 'UNKNOWN_SYMBOL' });
  expect(await client.closed).toEqual({ code: 1_008, reason: 'UNKNOWN_SYMBOL' });
});
