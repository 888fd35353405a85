import { once } from 'node:events';
import { type AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { WebSocketServer } from 'ws';
import { ConnectionRefusedError, OrderFoxClient, type ConnectionState } from './index.js';
import { LoopbackApi } from './testing/loopback-api.js';
import { hurried, takeIds, until } from './testing/patience.js';
import { type Timers } from './timers.js';

let api: LoopbackApi;
let client: OrderFoxClient;

beforeEach(async () => {
  api = new LoopbackApi();
  await api.start();
  client = new OrderFoxClient({ url: api.url, timers: hurried });
});

afterEach(async () => {
  await client.close();
  await api.stop();
});

describe('connection', () => {
  test('tells its state and since when', async () => {
    const states: ConnectionState[] = [];
    client.watchStatus(({ state }) => states.at(-1) === state || states.push(state));
    api.commit('BTCUSDT');
    const stream = client.liquidations({ after: '1' });
    await until(() => client.status.state === 'connected');
    api.drop(1001, 'going away');
    await until(() => client.status.state === 'reconnecting');
    expect(client.status.reason).toBe('going away');
    const lostAt = client.status.sinceMs;
    await until(() => client.status.state === 'connected');
    expect(states).toEqual(['idle', 'connecting', 'connected', 'reconnecting', 'connected']);
    expect(client.status.sinceMs).toBeGreaterThanOrEqual(lostAt);
    await stream.return?.();
  });

  test('a refusal for good ends every subscription with its close code', async () => {
    api.commit('BTCUSDT');
    const stream = client.liquidations({ after: '1' });
    await until(() => api.activeStreams === 1);
    api.drop(4400, 'bad request');
    await expect(stream.next()).rejects.toMatchObject({ closeCode: 4400, reason: 'bad request' });
    expect(client.status).toMatchObject({ state: 'closed' });
    expect(ConnectionRefusedError.prototype).toBeInstanceOf(Error);
  });

  test('leaves a server that restarts alone for as long as it asks in its close', async () => {
    const waits: number[] = [];
    const timers: Timers = {
      ...hurried,
      after: (delayMs, task) => {
        waits.push(delayMs);
        return hurried.after(delayMs, task);
      },
    };
    const polite = new OrderFoxClient({ url: api.url, timers, random: () => 0 });
    api.commit('BTCUSDT');
    const stream = polite.liquidations({ after: '1' });
    await until(() => api.activeStreams === 1);
    api.drop(1012, 'service restart; retryAfterMs=1234');
    await until(() => api.handshakes === 2);
    expect(waits).toContain(1_234);
    await stream.return?.();
    await polite.close();
  });

  test.each([1001, 1006, 1012, 1013, 1014, 4408, 4499])(
    'tries again after close code %i, and loses nothing',
    async (code) => {
      api.commit('BTCUSDT');
      const stream = client.liquidations({ after: '1' });
      await until(() => api.activeStreams === 1);
      api.drop(code === 1006 ? undefined : code);
      await until(() => api.activeStreams === 0);
      api.commit('BTCUSDT');
      expect(await takeIds(stream, 1)).toEqual([2]);
      expect(api.handshakes).toBe(2);
      await stream.return?.();
    },
  );

  test.each([
    [1008, 'less often'],
    [1009, 'smaller documents'],
    [4400, 'fault of the client'],
    [4403, 'Access is denied'],
    [4406, 'fault of the client'],
    [4409, 'fault of the client'],
    [4429, 'fault of the client'],
    [4500, 'connect again later'],
  ])('ends for good after close code %i, and says what to do: %s', async (code, advice) => {
    const stream = client.liquidations({ after: '0' });
    await until(() => api.activeStreams === 1);
    api.drop(code, 'in its own words');
    const error = await stream.next().catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({
      name: 'ConnectionRefusedError',
      closeCode: code,
      reason: 'in its own words',
    });
    expect(error).toHaveProperty('message', expect.stringMatching(`${code}: in its own words.*${advice}`));
    expect(client.status).toMatchObject({ state: 'closed' });
    await until(() => api.sockets.size === 0);
    expect(api.handshakes).toBe(1);
  });

  test('passes on the warning that this client reads too slowly, until nobody listens', async () => {
    const behind: number[] = [];
    const stream = client.liquidations({ after: '0' });
    await until(() => api.activeStreams === 1);
    const leave = client.watchLagging((notice) => behind.push(notice.behind));
    api.warn(500);
    await until(() => behind.length > 0);
    leave();
    api.warn(900);
    api.commit('BTCUSDT');
    expect(await takeIds(stream, 1)).toEqual([1]);
    expect(behind).toEqual([500]);
    await stream.return?.();
  });

  test('slows down when a server accepts and closes again and again, also with the normal code', async () => {
    const waits: number[] = [];
    const timers: Timers = {
      nowMs: () => Date.now(),
      after: (delayMs, task) => {
        waits.push(delayMs);
        return delayMs < 60_000 && delayMs !== 10_000 ? hurried.after(1, task) : () => undefined;
      },
    };
    const rude = new OrderFoxClient({ url: api.url, timers, random: () => 0.999 });
    api.commit('BTCUSDT');
    const stream = rude.liquidations({ after: '1' });
    while (waits.filter((wait) => wait !== 10_000).length < 8) {
      await until(() => api.sockets.size > 0 && rude.status.state === 'connected');
      api.drop(1000);
      await until(() => rude.status.state !== 'connected');
    }
    const paced = waits.filter((wait) => wait !== 10_000).slice(0, 8);
    expect(paced).toEqual([999, 1998, 3996, 7992, 15984, 29970, 29970, 29970]);
    await stream.return?.();
    await rude.close();
  });

  test('finds a connection that looks open and is dead', async () => {
    const mute = new WebSocketServer({
      port: 0,
      host: '127.0.0.1',
      handleProtocols: () => 'graphql-transport-ws',
    });
    await once(mute, 'listening');
    mute.on('connection', (socket) => {
      socket.once('message', () => socket.send(JSON.stringify({ type: 'connection_ack' })));
    });
    const url = `http://127.0.0.1:${(mute.address() as AddressInfo).port}/`;
    const patient = new OrderFoxClient({ url, heartbeatMs: 30 });
    const states: ConnectionState[] = [];
    patient.watchStatus(({ state }) => states.push(state));
    const stream = patient.liquidations({ after: '1' });
    await until(() => states.includes('connected') && states.includes('reconnecting'));
    await stream.return?.();
    for (const socket of mute.clients) socket.terminate();
    mute.close();
    await patient.close();
  });

  test('connects at once when told that the network is back', async () => {
    await api.stop();
    const patient = new OrderFoxClient({
      url: api.url,
      timers: { nowMs: () => 0, after: () => () => undefined },
      random: () => 0.5,
    });
    const stream = patient.liquidations({ after: '1' });
    await until(() => patient.status.nextAttemptMs !== undefined);
    await api.start();
    patient.retryNow();
    await until(() => patient.status.state === 'connected');
    await stream.return?.();
    await patient.close();
  });
});
