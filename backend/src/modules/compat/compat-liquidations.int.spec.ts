import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { parseDecimal } from '@orderfox/domain';
import { waitFor } from '@orderfox/testing';
import { RawClient } from '../../core/graphql-socket/raw-client-for-tests.js';
import { ApiForTests, liquidationForTests } from '../../testing/api-for-tests.js';
import { PostgresForTests } from '../../testing/postgres-for-tests.js';
import { SymbolInterest } from '../symbols/symbol-interest.js';
import { CompatClient } from './compat-client-for-tests.js';

const ISO = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);

let postgres: PostgresForTests;
let api: ApiForTests;
let interest: SymbolInterest;
const clients: CompatClient[] = [];

beforeAll(async () => {
  postgres = await PostgresForTests.start();
}, 60_000);
afterAll(() => postgres.dispose());
beforeEach(async () => {
  await postgres.database.writer.query(
    'TRUNCATE liquidation, liquidation_volume_1m, liquidation_volume_1h, liquidation_volume_1d',
  );
  await restart();
});
afterEach(async () => {
  for (const client of clients.splice(0)) client.close();
  await api.stop();
});

async function restart(given: Parameters<typeof ApiForTests.start>[1] = {}): Promise<void> {
  await (api as ApiForTests | undefined)?.stop();
  interest = new SymbolInterest();
  api = await ApiForTests.start(postgres, { interest, ...given });
}

const address = (path: string) => `${api.url.replace('http', 'ws')}/api/v1/ws/liquidations/${path}`;
function connect(path: string, ...options: [ConstructorParameters<typeof CompatClient>[1]?]): CompatClient {
  const client = new CompatClient(address(path), ...options);
  clients.push(client);
  return client;
}
const status = (client: CompatClient) =>
  new Promise<number>((resolve) =>
    client.socket.once('unexpected-response', (_request, { statusCode = 0 }) => resolve(statusCode)),
  );

describe('ws /api/v1/ws/liquidations', () => {
  test('begins with the newest 50, newest first, in the words of earlier terminals (S071, S073, S077, S050)', async () => {
    await api.record(...Array.from({ length: 60 }, (_, n) => liquidationForTests(n)));
    const message = await connect('btc-usdt-swap').nth('liquidation_order');
    expect(message).toMatchObject({ symbol: 'BTCUSDT', initial: true, timestamp: ISO });
    const data = message.data as Record<string, unknown>[];
    expect(data).toHaveLength(50);
    expect(data.map(({ timestamp }) => timestamp)).toEqual(
      Array.from({ length: 50 }, (_, n) => 1_700_000_000_000 + (59 - n) * 1_000),
    );
    expect(data[0]).toEqual({
      symbol: 'BTCUSDT',
      side: 'SELL',
      quantity: '0.5',
      quantityFormatted: '0.500',
      priceUsdt: '32500.05',
      priceUsdtFormatted: '32,500',
      timestamp: 1_700_000_059_000,
      displayTime: '22:14:19',
      avgPrice: null,
      baseAsset: 'BTC',
      id: liquidationForTests(59).eventKey,
      venue: 'okx',
      liquidatedSide: 'LONG',
      price: '65000.1',
      priceUsed: 'BANKRUPTCY',
      notionalUsd: '32500.05',
    });
    expect(Object.keys(message)).toEqual(['type', 'symbol', 'data', 'initial', 'timestamp']);
  });

  test('then tells each liquidation of its market as it is recorded, and of no other', async () => {
    const client = connect('BTCUSDT');
    expect(await client.nth('liquidation_order')).toMatchObject({ data: [], initial: true });
    await waitFor(() => api.running.http.sockets.subscriberCount === 1);
    await api.record(liquidationForTests(1, { symbol: 'ETHUSDT', eventKey: 'eth' }), liquidationForTests(2));
    expect(await client.nth('liquidation_order', 2)).toMatchObject({
      symbol: 'BTCUSDT',
      initial: false,
      timestamp: ISO,
      data: [{ symbol: 'BTCUSDT', timestamp: 1_700_000_002_000, side: 'SELL', priceUsdt: '32500.05' }],
    });
  });

  test('nothing is missing and nothing comes twice between the first message and the stream', async () => {
    let n = 0;
    const state = { isOver: false };
    const recording = (async () => {
      while (!state.isOver) await api.record(liquidationForTests((n += 1)), liquidationForTests((n += 1)));
    })();
    const all: CompatClient[] = [];
    for (let client = 0; client < 8; client += 1) {
      all.push(connect('BTCUSDT'));
      await all.at(-1)!.nth('liquidation_order');
    }
    await waitFor(() => all.every((client) => client.messages.length > 5));
    state.isOver = true;
    await recording;
    for (const client of all) {
      const times = () =>
        client
          .of('liquidation_order')
          .flatMap(({ data }) => data as { timestamp: number }[])
          .map(({ timestamp }) => (timestamp - 1_700_000_000_000) / 1_000);
      await waitFor(() => times().includes(n));
      const first = Math.min(...times());
      expect(times().sort((a, b) => a - b)).toEqual(
        Array.from({ length: n - first + 1 }, (_, k) => first + k),
      );
    }
  }, 30_000);

  test('with a timeframe its volume follows: the newest buckets, then those that are touched (S072, S078, S079, S091, S095)', async () => {
    const nowMs = Date.now();
    const short = { liquidatedSide: 'SHORT', side: 'BUY', notionalUsd: parseDecimal('10000') } as const;
    const at = (n: number, venueTimeMs: number, given = {}) =>
      liquidationForTests(n, { venueTimeMs, eventKey: String(n), ...given });
    await api.record(at(1, nowMs - 300_000), at(2, nowMs, short));
    const client = connect('BTCUSDT?timeframe=1m');
    const whole = await client.nth('liquidation_volume');
    expect(client.messages.map(({ type }) => type)).toEqual(['liquidation_order', 'liquidation_volume']);
    expect(Object.keys(whole)).toEqual(['type', 'symbol', 'timeframe', 'data', 'is_update', 'timestamp']);
    expect(whole).toMatchObject({ symbol: 'BTCUSDT', timeframe: '1m', is_update: false, timestamp: ISO });
    expect(whole.data).toMatchObject([{ sell_volume: '32500.05' }, { buy_volume: '10000' }]);
    await api.record(at(3, nowMs, short));
    const update = await client.nth('liquidation_volume', 2);
    const bucketMs = Math.floor(nowMs / 60_000) * 60_000;
    expect(update).toMatchObject({ is_update: true });
    expect(update.data).toEqual([
      {
        time: bucketMs / 1_000,
        buy_volume: '20000',
        sell_volume: '0',
        total_volume: '20000',
        delta_volume: '20000',
        buy_volume_formatted: '20K',
        sell_volume_formatted: '0',
        total_volume_formatted: '20K',
        delta_volume_formatted: '20K',
        count: 2,
        timestamp_ms: bucketMs,
        quality: expect.any(String),
      },
    ]);
    expect((await client.nth('liquidation_order', 2)).data).toHaveLength(1);
    // Without a timeframe there is none.
    const table = connect('BTCUSDT');
    await table.nth('liquidation_order');
    await api.record(at(4, nowMs));
    await client.nth('liquidation_volume', 3);
    await table.nth('liquidation_order', 2);
    expect(table.of('liquidation_volume')).toEqual([]);
  });

  test.each([
    ['NOPE', 'UNKNOWN_SYMBOL', 'Invalid symbol: NOPE'],
    ['BTCUSDT?timeframe=7x', 'BAD_USER_INPUT', 'timeframe: '],
    ['%E0%A4%A', 'BAD_USER_INPUT', 'symbol: '],
  ])('says what is wrong with %s, and closes with 1008 (S076, S085)', async (path, code, words) => {
    const client = connect(path);
    expect(await client.nth('error')).toMatchObject({
      code,
      message: expect.stringContaining(words),
      timestamp: ISO,
    });
    expect(await client.closed).toEqual({ code: 1_008, reason: code });
    expect(client.messages).toHaveLength(1);
  });

  test('a sign of life is answered', async () => {
    const client = connect('BTCUSDT');
    await client.nth('liquidation_order');
    client.socket.send(JSON.stringify({ type: 'ping' }));
    expect(await client.nth('pong')).toEqual({ type: 'pong' });
    client.socket.send('not json at all');
    client.socket.send('ping');
    await client.nth('pong', 2);
  });

  test('all who listen share what is made of an event, whatever their markets', async () => {
    const all = ['BTCUSDT', 'ETHUSDT', 'SOLUSDT', 'BTCUSDT'].map((symbol) => connect(symbol));
    for (const client of all) await client.nth('liquidation_order');
    await waitFor(() => api.running.http.sockets.subscriberCount === 4);
    expect(api.running.http.sockets.countHub().selections.events).toBe(1);
    expect([...interest.watched()].sort()).toEqual(['BTCUSDT', 'ETHUSDT', 'SOLUSDT']);
  });

  test('leaves nothing behind however often clients come and go (S081)', async () => {
    const { sockets } = api.running.http;
    await api.record(liquidationForTests(1));
    for (let round = 0; round < 10; round += 1) {
      const some = Array.from({ length: 10 }, () => connect('BTCUSDT?timeframe=1m'));
      if (round % 2 === 0) for (const client of some) await client.nth('liquidation_volume');
      else for (const client of some) await client.nth('liquidation_order');
      for (const client of some) client.close();
      await waitFor(() => sockets.socketCount === 0);
    }
    await waitFor(() => sockets.countHub().members.events === 0 && sockets.countHub().members.states === 0);
    expect(sockets.operationCount).toBe(0);
    expect(interest.watched().size).toBe(0);
    expect(api.problems).toEqual([]);
  }, 30_000);

  test('ends with 1012 when the server restarts, so that clients come back', async () => {
    const client = connect('BTCUSDT');
    await client.nth('liquidation_order');
    await api.stop();
    expect((await client.closed).code).toBe(1_012);
  });
});

describe('the gate of compatible sockets', () => {
  test('pages of other origins are refused, like those of GraphQL', async () => {
    expect(await status(connect('BTCUSDT', { origin: 'https://evil.example' }))).toBe(403);
    expect(
      await status(connect('BTCUSDT', { headers: { host: `evil.example:${new URL(api.url).port}` } })),
    ).toBe(403);
  });

  test('an address has as many sockets as may be, those of GraphQL included', async () => {
    await restart({ clientLimits: { socketsPerClient: 1, configured: new Set(['socketsPerClient']) } });
    const graphql = await RawClient.connect(api.socketUrl);
    expect(await status(connect('BTCUSDT'))).toBe(429);
    graphql.close();
    await waitFor(() => api.running.http.sockets.socketCount === 0);
    await connect('BTCUSDT').nth('liquidation_order');
    await expect(RawClient.connect(api.socketUrl)).rejects.toThrow('429');
  });

  test('streams and points are taken from what the address has; who has none is told so and to come back', async () => {
    await restart({ clientLimits: { costPerMinute: 30 } });
    await api.record(liquidationForTests(1));
    const client = connect('BTCUSDT?timeframe=1m');
    await client.nth('liquidation_order');
    expect(await client.nth('error')).toMatchObject({
      code: 'RATE_LIMITED',
      retryAfterMs: expect.any(Number),
    });
    expect(await client.closed).toEqual({ code: 1_013, reason: 'RATE_LIMITED' });
  });

  test('other paths are refused with 404', async () => {
    const client = new CompatClient(`${api.url.replace('http', 'ws')}/api/v1/ws/nothing/BTCUSDT`);
    expect(await status(client)).toBe(404);
    const deeper = new CompatClient(address('BTC/USDT'));
    expect(await status(deeper)).toBe(404);
  });
});
