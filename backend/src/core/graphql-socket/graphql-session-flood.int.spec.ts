import { afterEach, describe, expect, test } from '@jest/globals';
import { FakeClock, waitFor } from '@orderfox/testing';
import { RawClient } from './raw-client-for-tests.js';
import { SocketServerForTests } from './socket-server-for-tests.js';

const TICK_NUMBERS = 'subscription { ticks { n } }';

let made: SocketServerForTests;
let clock: FakeClock;
afterEach(async () => {
  await made.stop();
});

async function connect(): Promise<RawClient> {
  clock = new FakeClock();
  // Nobody can answer pings while the clock jumps.
  made = await SocketServerForTests.start({ pingEveryMs: 10_000_000 }, { clock });
  return RawClient.connect(made.url);
}

/** `connection_init` was the first of the 60 that may come at once. */
function pings(client: RawClient, count = 59): void {
  for (let n = 0; n < count; n += 1) client.send({ type: 'ping', payload: { n } });
}
const pongs = (client: RawClient) => client.messages.filter(({ type }) => type === 'pong').length;
const notices = (client: RawClient) => client.messages.filter(({ type }) => type === 'ping');

describe('GraphqlSession under too many messages', () => {
  test('refuses the operation that is one too many with RATE_LIMITED, and cuts off who goes on with 1008', async () => {
    const client = await connect();
    client.subscribe('s', TICK_NUMBERS);
    await waitFor(() => made.listeners === 1);
    pings(client, 58);
    client.subscribe('late', '{ hello }');
    expect(await client.answer('late')).toEqual({
      id: 'late',
      type: 'error',
      payload: [
        {
          message: 'At most 20 messages a second; the socket is closed if more come',
          extensions: { code: 'RATE_LIMITED', allowed: 20 },
        },
      ],
    });
    expect([pongs(client), made.listeners]).toEqual([58, 1]);
    client.send({ type: 'ping' });
    expect(await client.closed).toEqual({ code: 1008, reason: 'At most 20 messages a second' });
    await waitFor(() => made.listeners === 0);
    expect(made.counters.floodWarnings).toBe(1);
    expect([...made.counters.ended]).toEqual([['flood', 1]]);
  });

  test('warns in a ping where the message is no operation', async () => {
    const client = await connect();
    pings(client, 60);
    await client.waitFor(({ type }) => type === 'ping');
    expect(notices(client)).toEqual([
      { type: 'ping', payload: { notice: 'RateLimited', messagesPerSecond: 20 } },
    ]);
    expect(pongs(client)).toBe(59);
    client.close();
  });

  test('does what the message asks if it is to stop something', async () => {
    const client = await connect();
    client.subscribe('s', TICK_NUMBERS);
    await waitFor(() => made.listeners === 1);
    pings(client, 58);
    client.send({ type: 'complete', id: 's' });
    await client.waitFor(({ type }) => type === 'ping');
    expect([made.listeners, made.server.operationCount]).toEqual([0, 0]);
    client.close();
  });

  test('serves who slows down, and takes the places of what was refused by nobody', async () => {
    const client = await connect();
    pings(client);
    client.subscribe('late', TICK_NUMBERS);
    await client.answer('late');
    clock.advance(1_000);
    for (let n = 0; n < 20; n += 1) client.subscribe(`in time ${n}`, TICK_NUMBERS);
    await waitFor(() => made.listeners === 20);
    expect(made.server.operationCount).toBe(20);
    client.close();
  });

  test('forgets a warning after a minute of good behaviour, and not before', async () => {
    const client = await connect();
    pings(client, 60);
    await client.waitFor(({ type }) => type === 'ping');
    clock.advance(60_000);
    pings(client, 61);
    await waitFor(() => notices(client).length === 2);
    expect([pongs(client), made.server.socketCount]).toEqual([119, 1]);
    clock.advance(59_999);
    pings(client, 61);
    expect(await client.closed).toMatchObject({ code: 1008 });
    expect(made.counters.floodWarnings).toBe(2);
  });

  test('handles nothing more of who is cut off, however much of it is on its way', async () => {
    const client = await connect();
    pings(client, 61);
    for (let n = 0; n < 500; n += 1) client.subscribe(String(n), TICK_NUMBERS);
    expect(await client.closed).toMatchObject({ code: 1008 });
    expect(client.messages.filter(({ type }) => type === 'error')).toEqual([]);
    expect([...made.counters.ended]).toEqual([['flood', 1]]);
    expect(made.listeners).toBe(0);
  });

  test('holds nothing against other sockets of the same client', async () => {
    const client = await connect();
    const other = await RawClient.connect(made.url);
    pings(client, 61);
    expect(await client.closed).toMatchObject({ code: 1008 });
    other.subscribe('q', '{ hello }');
    expect(await other.answer('q')).toMatchObject({ type: 'next' });
    other.close();
  });
});
