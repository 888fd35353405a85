import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { waitFor } from '@orderfox/testing';
import { createClient, type Client } from 'graphql-ws';
import { WebSocket } from 'ws';
import { RawClient } from '../../core/graphql-socket/raw-client-for-tests.js';
import { ApiForTests, liquidationForTests } from '../../testing/api-for-tests.js';
import { PostgresForTests } from '../../testing/postgres-for-tests.js';
import { CursorCodec } from './liquidation-cursor.js';

const LIVE = `subscription ($filter: LiquidationFilter, $after: Cursor) {
  liquidationAdded(filter: $filter, after: $after) { id cursor symbol displayTime }
}`;

interface Row {
  readonly id: string;
  readonly cursor: string;
}

let postgres: PostgresForTests;
let api: ApiForTests;
let clients: Client[];
/** The feeds listen to the bus too. */
let idle: number;

beforeAll(async () => {
  postgres = await PostgresForTests.start();
});
afterAll(async () => {
  await postgres.dispose();
});
beforeEach(async () => {
  clients = [];
  await postgres.database.writer.query('TRUNCATE liquidation');
  await postgres.database.writer.query('UPDATE liquidation_cursor SET last_seq = 0, oldest_seq = 1');
  api = await ApiForTests.start(postgres);
  idle = api.bus.listenerCount();
});
afterEach(async () => {
  for (const client of clients) await client.dispose();
  await api.stop();
});

/** Subscribes with a client that does not reconnect; everything it is told lands in the two lists. */
function listen(variables: Record<string, unknown> = {}) {
  const client = createClient({ url: api.socketUrl, webSocketImpl: WebSocket, retryAttempts: 0 });
  clients.push(client);
  const rows: Row[] = [];
  const failures: unknown[] = [];
  const stop = client.subscribe<{ liquidationAdded: Row }>(
    { query: LIVE, variables },
    {
      next: ({ data, errors }) => {
        if (data?.liquidationAdded) rows.push(data.liquidationAdded);
        if (errors) failures.push(...errors);
      },
      // Errors of the protocol are a list; anything else ended the socket.
      error: (error) => failures.push(...(Array.isArray(error) ? (error as unknown[]) : [error])),
      complete: () => undefined,
    },
  );
  return { rows, failures, stop, client };
}

const record = (from: number, count: number, given = {}) =>
  api.record(...Array.from({ length: count }, (_, n) => liquidationForTests(from + n, given)));
const keys = (from: number, count: number) =>
  Array.from({ length: count }, (_, n) => liquidationForTests(from + n).eventKey);
const listening = (count: number) => waitFor(() => api.running.http.sockets.subscriberCount >= count);

describe('subscription liquidationAdded', () => {
  test('delivers what is recorded from now on, once each, in order, nothing older (S010)', async () => {
    await record(1, 3);
    const { rows, failures } = listen();
    await listening(1);
    await record(4, 5);
    await waitFor(() => rows.length === 5);
    expect(rows.map(({ id }) => id)).toEqual(keys(4, 5));
    expect(failures).toEqual([]);
  });

  test('delivers only what matches the filter', async () => {
    const { rows } = listen({ filter: { symbols: ['eth-usdt-swap'], minNotionalUsd: '1000' } });
    await listening(1);
    await record(1, 2);
    await record(3, 2, { symbol: 'ETHUSDT' });
    await waitFor(() => rows.length === 2);
    expect(rows.map(({ id }) => id)).toEqual(keys(3, 2));
  });

  test('goes on from a cursor without a gap or a double while events pour in', async () => {
    await record(1, 1_200);
    const first = await api.post('{ liquidations(first: 1) { edges { cursor } } }');
    expect(first.errors).toBeUndefined();
    const { rows, failures } = listen({
      after: new CursorCodec((await api.repository.latest()).storeId).encode(0),
    });
    for (let batch = 0; batch < 20; batch += 1) await record(1_201 + batch * 10, 10);
    await waitFor(() => rows.length >= 1_400);
    expect(rows.map(({ id }) => id)).toEqual(keys(1, 1_400));
    expect(failures).toEqual([]);
  });

  test('loses nothing over a killed connection and a restarted server', async () => {
    const before = listen();
    await listening(1);
    await record(1, 10);
    await waitFor(() => before.rows.length === 10);
    const cursor = before.rows[6]?.cursor;
    before.client.terminate();
    await record(11, 10);
    await api.stop();
    api = await ApiForTests.start(postgres);
    const after = listen({ after: cursor });
    await waitFor(() => after.rows.length === 13);
    await record(21, 1);
    await waitFor(() => after.rows.length === 14);
    expect([...before.rows.slice(0, 7), ...after.rows].map(({ id }) => id)).toEqual(keys(1, 21));
  });

  test('refuses a cursor beyond the end, of another database, or no longer kept, with the oldest', async () => {
    await record(1, 3);
    const { storeId } = await api.repository.latest();
    const codec = new CursorCodec(storeId);
    await postgres.database.writer.query('UPDATE liquidation_cursor SET oldest_seq = 3');
    for (const after of [codec.encode(4), new CursorCodec('other').encode(1), codec.encode(1)]) {
      const { failures } = listen({ after });
      await waitFor(() => failures.length > 0);
      expect(failures).toMatchObject([
        { extensions: { code: 'CURSOR_EXPIRED', oldestCursor: codec.encode(2) } },
      ]);
    }
    const { rows } = listen({ after: codec.encode(2) });
    await waitFor(() => rows.length === 1);
  });

  test('gives the same errors for bad arguments as over HTTP', async () => {
    const variables = [
      { filter: { symbols: ['BTCUSD'] } },
      { filter: { venues: ['mtgox'] } },
      { filter: { minNotionalUsd: '-1' } },
      { filter: { from: 2, to: 1 } },
      { after: 'hello' },
    ];
    const ask =
      'query ($filter: LiquidationFilter, $after: Cursor) { liquidations(filter: $filter, after: $after) { edges { cursor } } }';
    for (const given of variables) {
      const { failures } = listen(given);
      await waitFor(() => failures.length > 0);
      const { errors } = await api.post(ask, given);
      const [overSocket] = failures as { message: string; extensions: object }[];
      expect({ message: overSocket?.message, extensions: overSocket?.extensions }).toEqual({
        message: errors?.[0]?.message,
        extensions: errors?.[0]?.extensions,
      });
    }
  });

  test('answers queries on the socket too, field by field as over HTTP', async () => {
    await record(1, 2);
    const query = '{ liquidations { edges { cursor node { id displayTime } } pageInfo { hasNextPage } } }';
    const client = await RawClient.connect(api.socketUrl);
    client.subscribe('q', query);
    expect((await client.answer('q')).payload).toEqual(await api.post(query));
    client.close();
  });

  test('lets go of everything when a client leaves, however it leaves', async () => {
    const polite = listen();
    const rude = listen();
    await listening(2);
    polite.stop();
    rude.client.terminate();
    await waitFor(() => api.running.http.sockets.operationCount === 0);
    expect(api.bus.listenerCount()).toBe(idle);
  });

  test('says that the database is away, on both transports, and is back when it is back', async () => {
    await record(1, 3);
    const after = new CursorCodec((await api.repository.latest()).storeId).encode(0);
    await postgres.stop();
    const { failures } = listen({ after });
    await waitFor(() => failures.length > 0, { withinMs: 30_000 });
    expect(failures).toMatchObject([{ extensions: { code: 'UNAVAILABLE' } }]);
    const { errors } = await api.post('{ liquidations { edges { cursor } } }');
    expect(errors).toMatchObject([{ extensions: { code: 'UNAVAILABLE' } }]);
    expect(JSON.stringify([failures, errors])).not.toMatch(/ECONNREFUSED|127\.0\.0\.1|SELECT|node_modules/);
    expect((await fetch(`${api.url}/health/ready`)).status).toBe(503);
    expect((await fetch(`${api.url}/health/live`)).status).toBe(200);
    await postgres.start();
    await waitFor(async () => (await fetch(`${api.url}/health/ready`)).status === 200);
    const { rows } = listen({ after });
    await waitFor(() => rows.length === 3);
  });
});
