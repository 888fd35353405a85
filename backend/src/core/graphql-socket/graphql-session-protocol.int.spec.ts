import { once } from 'node:events';
import { afterEach, describe, expect, test } from '@jest/globals';
import { FakeClock, waitFor } from '@orderfox/testing';
import { API_LIMITS } from '../graphql/api-limits.js';
import { ApiPolicy } from '../graphql/api-policy.js';
import { RawClient } from './raw-client-for-tests.js';
import { SocketServerForTests, type SocketServerOptions } from './socket-server-for-tests.js';

const TICK_NUMBERS = 'subscription { ticks { n } }';

let made: SocketServerForTests;
afterEach(async () => {
  await made.stop();
});

async function connect(given: Omit<SocketServerOptions, 'limits'> = {}, init = true): Promise<RawClient> {
  made = await SocketServerForTests.start({}, given);
  return RawClient.connect(made.url, { init });
}
const ended = () => [...made.counters.ended];

/** A `connection_init` of so many characters. */
function initOf(characters: number): string {
  const [before, after] = ['{"type":"connection_init","payload":{"token":"', '"}}'];
  return before + 'x'.repeat(characters - before.length - after.length) + after;
}

describe('GraphqlSession', () => {
  test('takes a connection_init of 2 KiB', async () => {
    const client = await connect({}, false);
    client.send(initOf(2_048));
    await client.waitFor(({ type }) => type === 'connection_ack');
    client.close();
  });

  test('closes with 4400 for a connection_init of more', async () => {
    const client = await connect({}, false);
    client.send(initOf(2_049));
    expect(await client.closed).toEqual({
      code: 4400,
      reason: 'Invalid message: connection_init is too large',
    });
    expect(client.messages).toEqual([]);
  });

  test('closes with 4401 for a subscribe before connection_init, and runs nothing', async () => {
    const client = await connect({}, false);
    client.subscribe('s', TICK_NUMBERS);
    expect(await client.closed).toEqual({ code: 4401, reason: 'Unauthorized' });
    expect([made.listeners, made.server.operationCount, client.messages]).toEqual([0, 0, []]);
  });

  test('closes with 4408 after three seconds without connection_init, whatever else was said', async () => {
    const clock = new FakeClock();
    const client = await connect({ clock }, false);
    client.send({ type: 'ping' });
    await client.waitFor(({ type }) => type === 'pong');
    clock.advance(2_999);
    expect(made.server.socketCount).toBe(1);
    clock.advance(1);
    expect(await client.closed).toEqual({ code: 4408, reason: 'Connection initialisation timeout' });
    expect(ended()).toEqual([['protocol', 1]]);
  });

  test('forgets that time limit with connection_init, and with the socket', async () => {
    const clock = new FakeClock();
    const client = await connect({ clock });
    const gone = await RawClient.connect(made.url, { init: false });
    gone.close();
    await waitFor(() => made.server.socketCount === 1);
    expect(clock.pendingDelaysMs()).not.toContain(3_000);
    clock.advance(3_000);
    client.subscribe('q', '{ hello }');
    expect(await client.answer('q')).toMatchObject({ type: 'next' });
    client.close();
  });

  test('names the id that is in use, however long, in what fits into a close frame', async () => {
    const client = await connect();
    const id = '\u20ac'.repeat(128);
    client.subscribe(id, TICK_NUMBERS);
    client.subscribe(id, TICK_NUMBERS);
    const { code, reason } = await client.closed;
    expect([code, reason]).toEqual([4409, `Subscriber for ${'\u20ac'.repeat(24)} already exists`]);
    await waitFor(() => made.listeners === 0);
  });

  test('takes an id again once its operation is over', async () => {
    const client = await connect();
    for (let round = 0; round < 3; round += 1) {
      const seen = client.messages.length;
      client.subscribe('a', '{ hello }');
      await waitFor(() => client.messages.length === seen + 2);
    }
    client.subscribe('a', '{ nonsense }');
    await client.waitFor(({ type }) => type === 'error');
    client.subscribe('a', TICK_NUMBERS);
    await waitFor(() => made.listeners === 1);
    client.close();
  });

  test('closes with 1003 for a binary message, and counts one ending for however many', async () => {
    const client = await connect();
    for (let n = 0; n < 5; n += 1) client.socket.send(Buffer.from('{"type":"ping"}'));
    expect(await client.closed).toEqual({ code: 1003, reason: 'Messages are text' });
    expect(client.messages.map(({ type }) => type)).toEqual(['connection_ack']);
    expect(ended()).toEqual([['protocol', 1]]);
  });

  test('takes a message of 64 KiB, and closes with 1009 for more, in one frame or in many', async () => {
    const client = await connect();
    const [before, after] = ['{"type":"ping","payload":{"text":"', '"}}'];
    const fits = before + 'x'.repeat(65_536 - before.length - after.length) + after;
    client.send(fits);
    await client.waitFor(({ type }) => type === 'pong');
    for (let n = 0; n < 5; n += 1) client.socket.send('x'.repeat(16_384), { fin: n === 4 });
    expect(await client.closed).toMatchObject({ code: 1009 });
    expect(ended()).toEqual([['oversize', 1]]);
  });

  test('answers a ping, and sends nothing back of what it carried, however deeply that is nested', async () => {
    const client = await connect();
    client.send({ type: 'ping', payload: { at: '12:00' } });
    client.send(`{"type":"ping","payload":{"a":${'['.repeat(30_000)}${']'.repeat(30_000)}}}`);
    client.send({ type: 'ping' });
    await waitFor(() => client.messages.length === 4);
    expect(client.messages.slice(1)).toEqual([{ type: 'pong' }, { type: 'pong' }, { type: 'pong' }]);
    expect([made.server.socketCount, made.faults]).toEqual([1, []]);
    client.close();
  });

  test('takes no notice of a pong, and of the end of what never was', async () => {
    const client = await connect();
    client.send({ type: 'pong', payload: { unasked: true } });
    client.send({ type: 'complete', id: 'nothing' });
    client.subscribe('q', '{ hello }');
    await client.answer('q');
    expect(made.counters.ended.size).toBe(0);
    client.close();
  });

  test('closes with 4500 when a message meets a fault of ours, reports it, and handles nothing more', async () => {
    class BrokenPolicy extends ApiPolicy {
      override prepare(): never {
        throw new Error('a fault of ours');
      }
    }
    const client = await connect({ policy: new BrokenPolicy(API_LIMITS) });
    client.subscribe('a', '{ hello }');
    client.subscribe('b', '{ hello }');
    expect(await client.closed).toEqual({ code: 4500, reason: 'Internal server error' });
    expect(made.faults.map(String)).toEqual(['Error: a fault of ours']);
    expect(ended()).toEqual([['fault', 1]]);
  });

  test('lets go of everything when the connection breaks in the middle of a message', async () => {
    const client = await connect();
    client.subscribe('s', TICK_NUMBERS);
    client.subscribe('q', '{ never }');
    await waitFor(() => made.listeners === 1 && made.server.operationCount === 2);
    client.socket.send('{"type":', { fin: false });
    client.close();
    await once(client.socket, 'close');
    await waitFor(() => made.server.socketCount === 0);
    for (const answer of made.late) answer('to nobody');
    expect([made.listeners, made.faults]).toEqual([0, []]);
  });
});
