import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { waitFor } from '@orderfox/testing';
import { PostgresForTests } from '../../testing/postgres-for-tests.js';
import { BooksForTests } from '../books/books-for-tests.js';
import { CompatClient, type CompatMessage } from './compat-client-for-tests.js';

const NOW = Date.UTC(2026, 10, 21, 12);

let postgres: PostgresForTests;
let made: BooksForTests;
const clients: CompatClient[] = [];

beforeAll(async () => {
  postgres = await PostgresForTests.start();
}, 60_000);
afterAll(() => postgres.dispose());
beforeEach(async () => {
  made = await BooksForTests.start(postgres, NOW);
});
afterEach(async () => {
  for (const client of clients.splice(0)) client.close();
  await made.stop();
});

function connect(search: string): CompatClient {
  const client = new CompatClient(`${made.api.url.replace('http', 'ws')}/api/v1/ws/orderbook${search}`);
  clients.push(client);
  return client;
}

const until = (condition: () => unknown) => waitFor(() => made.step(condition), { withinMs: 30_000 });
const books = (client: CompatClient) => client.of('orderbook_update');
const say = (client: CompatClient, message: object | string) =>
  client.socket.send(typeof message === 'string' ? message : JSON.stringify(message));

interface Level {
  readonly price: number;
  readonly amount: number;
  readonly total: number;
}
const sides = (message: CompatMessage) => [message.bids, message.asks] as [Level[], Level[]];

test('tells the book joined by rounding, display texts with it, and tells it again as it changes (S127)', async () => {
  const client = connect('?symbol=BTC-USDT&limit=5&rounding=10');
  await until(() => books(client).length >= 3);
  expect(client.messages[0]).toMatchObject({ type: 'orderbook_status', symbol: 'BTCUSDT', venue: 'binance' });
  const message = books(client).at(-1)!;
  expect(message).toMatchObject({
    symbol: 'BTCUSDT',
    venue: 'binance',
    limit: 5,
    rounding: 10,
    tickSize: 0.1,
  });
  const [bids, asks] = sides(message);
  expect([bids.length, asks.length]).toEqual([5, 5]);
  expect(Object.keys(bids[0]!)).toEqual([
    'price',
    'amount',
    'total',
    'priceFormatted',
    'amountFormatted',
    'totalFormatted',
  ]);
  for (const { price } of [...bids, ...asks]) expect(price % 10).toBe(0);
  expect(bids.map(({ price }) => price)).toEqual(bids.map(({ price }) => price).sort((a, b) => b - a));
  expect(asks.map(({ price }) => price)).toEqual(asks.map(({ price }) => price).sort((a, b) => a - b));
  expect(bids[0]!.price).toBeLessThan(asks[0]!.price);
  expect(bids[1]!.total).toBeCloseTo(bids[0]!.amount + bids[1]!.amount, 9);
});

test('changes limit and rounding on the open socket: every frame after the first new one is new (S128)', async () => {
  const client = connect('?symbol=BTCUSDT&limit=20');
  await until(() => books(client).length >= 2);
  say(client, { type: 'update_params', limit: 50, rounding: 0.5 });
  await until(() => books(client).at(-1)?.limit === 50);
  await until(() => books(client).filter(({ limit }) => limit === 50).length >= 3);
  const all = books(client);
  const changedAt = all.findIndex(({ limit }) => limit === 50);
  for (const message of all.slice(changedAt)) {
    expect(message).toMatchObject({ limit: 50, rounding: 0.5 });
    for (const { price } of sides(message).flat()) expect((price * 2) % 1).toBe(0);
  }
  // What is not named stays, and of many wishes the newest counts.
  for (const limit of [1, 2, 3]) say(client, { type: 'update_params', limit });
  await until(() => books(client).at(-1)?.limit === 3);
  expect(books(client).at(-1)).toMatchObject({ limit: 3, rounding: 0.5 });
  expect(client.of('error')).toEqual([]);
});

test('gives 50 levels to who asks for 60 (S130), and says what is wrong with a wish without closing', async () => {
  const client = connect('?symbol=BTCUSDT&limit=60');
  await until(() => books(client).length >= 1);
  expect(books(client)[0]).toMatchObject({ limit: 50 });
  for (const wrong of [{ limit: 0 }, { limit: 1.5 }, { rounding: -1 }, { rounding: 'x' }, { rounding: 0.07 }])
    say(client, { type: 'update_params', ...wrong });
  say(client, 'nonsense');
  say(client, { type: 'what else' });
  await until(() => client.of('error').length === 6);
  expect(new Set(client.of('error').map(({ code }) => code))).toEqual(new Set(['BAD_USER_INPUT']));
  const before = books(client).length;
  await until(() => books(client).length > before);
  expect(books(client).at(-1)).toMatchObject({ limit: 50, rounding: 0.1 });
  say(client, { type: 'ping' });
  await until(() => client.of('pong').length === 1);
});

test('makes a frame once for all who want the same (S129)', async () => {
  const ten = Array.from({ length: 10 }, () => connect('?symbol=BTCUSDT&limit=10&rounding=1'));
  await until(() => ten.every((client) => books(client).length >= 3));
  const { viewsMade } = made.books.streams.counts();
  const told = Math.max(...ten.map((client) => books(client).length));
  // One state of the book is read off once, and written once, whoever wants it.
  expect(viewsMade).toBeLessThanOrEqual(told + 3);
  const frames = ten.map((client) => JSON.stringify(books(client).at(-1)));
  expect(new Set(frames).size).toBeLessThanOrEqual(2);
});

test('says why there is no book while the venue is down, makes up none, and goes on by itself (S133)', async () => {
  const client = connect('?symbol=BTCUSDT');
  await until(() => books(client).length >= 1);
  made.venues.faults('binance').set({ refuse: { status: 503 } });
  made.venues.faults('binance').drop('ABRUPT');
  await until(() => client.of('error').length >= 1);
  const down = books(client).length;
  expect(client.of('error').at(-1)).toMatchObject({
    code: 'UNAVAILABLE',
    symbol: 'BTCUSDT',
    venue: 'binance',
    since: expect.any(Number),
    message: expect.stringMatching(/no order book of BTCUSDT from binance/),
  });
  for (let round = 0; round < 10; round += 1) made.clock.advance(100);
  expect(books(client)).toHaveLength(down);
  made.venues.faults('binance').clear();
  await until(() => books(client).length > down);
});

test.each([
  ['', 'BAD_USER_INPUT', 'symbol: '],
  ['?symbol=NOPE', 'UNKNOWN_SYMBOL', 'Invalid symbol: NOPE'],
  ['?symbol=BTCUSDT&limit=none', 'BAD_USER_INPUT', 'limit: '],
  ['?symbol=BTCUSDT&rounding=0.07', 'BAD_USER_INPUT', 'rounding: '],
])('says what is wrong with %s, and closes with 1008', async (search, code, words) => {
  const client = connect(search);
  expect(await client.nth('error')).toMatchObject({ code, message: expect.stringContaining(words) });
  expect(await client.closed).toEqual({ code: 1_008, reason: code });
});
