import { createServer } from 'node:http';
import { once } from 'node:events';
import { type AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { GraphQLError } from 'graphql';
import { WebSocketServer } from 'ws';
import {
  ApiError,
  BufferOverflowError,
  ConnectionRefusedError,
  NetworkError,
  OrderFoxClient,
  SystemDocument,
  type ConnectionState,
  type Operation,
} from './index.js';
import { LoopbackApi } from './testing/loopback-api.js';
import { hurried, take, until } from './testing/patience.js';
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

async function takeIds(stream: AsyncIterator<{ id: string }>, count: number): Promise<number[]> {
  return (await take(stream, count)).map(({ id }) => Number(id.replace('event-', '')));
}

const upTo = (last: number, first = 1) => Array.from({ length: last - first + 1 }, (_, at) => first + at);

describe('query', () => {
  test('answers with the data of the operation', async () => {
    await expect(client.query(SystemDocument)).resolves.toEqual({
      system: { version: '1', simulated: true, startedAt: 1, now: 2, recorder: 'RECORDING' },
    });
  });

  test('throws an ApiError with code and details when the server refuses', async () => {
    api.refusal = new GraphQLError('No such symbol', {
      extensions: { code: 'UNKNOWN_SYMBOL', suggestions: ['BTCUSDT'] },
    });
    const error = await client.query(SystemDocument).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ApiError);
    expect(error).toMatchObject({
      code: 'UNKNOWN_SYMBOL',
      message: 'No such symbol',
      details: { suggestions: ['BTCUSDT'] },
    });
  });

  test('throws a NetworkError when nobody answers', async () => {
    await api.stop();
    await expect(client.query(SystemDocument)).rejects.toBeInstanceOf(NetworkError);
  });

  test('throws a NetworkError with the status when something else than the API answers', async () => {
    const proxy = createServer((_request, response) => response.writeHead(502).end('<h1>Bad gateway</h1>'));
    proxy.listen(0, '127.0.0.1');
    await once(proxy, 'listening');
    const lost = new OrderFoxClient({ url: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}/` });
    await expect(lost.query(SystemDocument)).rejects.toMatchObject({ name: 'NetworkError', status: 502 });
    proxy.closeAllConnections();
    proxy.close();
  });
});

describe('query, when it is asked too often or nobody answers', () => {
  test.each([
    [{ 'retry-after': '7' }, 'slow down', 7_000],
    [{ 'retry-after': new Date(Date.now() + 3_600_000).toUTCString() }, '', expect.any(Number)],
    [{}, '', undefined],
    [
      { 'retry-after': '7' },
      JSON.stringify({
        errors: [{ message: 'Wait', extensions: { code: 'RATE_LIMITED', retryAfterMs: 6_500 } }],
      }),
      6_500,
    ],
    [
      { 'retry-after': '7' },
      JSON.stringify({ errors: [{ message: 'Wait', extensions: { code: 'RATE_LIMITED' } }] }),
      7_000,
    ],
  ])('makes an ApiError of a 429 with %j and %j', async (headers, text, retryAfterMs) => {
    api.httpAnswer = { status: 429, headers, text };
    const error = await client.query(SystemDocument).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ name: 'ApiError', code: 'RATE_LIMITED' });
    expect(error).toHaveProperty('retryAfterMs', retryAfterMs);
  });

  test('says when a server that is overloaded wants to be asked again', async () => {
    api.httpAnswer = { status: 503, headers: { 'retry-after': '2' }, text: 'no' };
    await expect(client.query(SystemDocument)).rejects.toMatchObject({ status: 503, retryAfterMs: 2_000 });
  });

  test('gives up after the time given, and at once when its signal is given', async () => {
    const mute = createServer(() => undefined);
    mute.listen(0, '127.0.0.1');
    await once(mute, 'listening');
    const url = `http://127.0.0.1:${(mute.address() as AddressInfo).port}/`;
    const asking = new OrderFoxClient({ url });
    await expect(asking.query('{ a }', {}, { timeoutMs: 20 })).rejects.toMatchObject({
      name: 'NetworkError',
      message: 'The server did not answer within 20 ms',
    });
    const leave = new AbortController();
    const answer = asking.query('{ a }', {}, { signal: leave.signal });
    leave.abort(new Error('enough'));
    await expect(answer).rejects.toThrow('enough');
    await expect(asking.query('{ a }', {}, { signal: leave.signal })).rejects.toThrow('enough');
    mute.closeAllConnections();
    mute.close();
  });

  test('takes plain text with the type of its result', async () => {
    const { system } = await client.query<{ system: { version: string } }>('{ system { version } }');
    expect(system.version).toBe('1');
  });
});

describe('liquidations', () => {
  test('streams what is committed after the start, in order', async () => {
    api.commit('BTCUSDT', 'BTCUSDT');
    const stream = client.liquidations();
    await until(() => api.activeStreams === 1);
    api.commit('BTCUSDT', 'ETHUSDT');
    expect(await takeIds(stream, 2)).toEqual([3, 4]);
    await stream.return?.();
  });

  test('goes on exactly where a page ends', async () => {
    api.commit(...Array<string>(60).fill('BTCUSDT'));
    const page = await client.recentLiquidations({ symbols: ['BTCUSDT'] });
    api.commit('BTCUSDT', 'ETHUSDT', 'BTCUSDT');
    const stream = client.liquidations({ filter: { symbols: ['BTCUSDT'] }, after: page.cursor });
    expect(page.liquidations.map(({ cursor }) => Number(cursor))).toEqual(upTo(60, 11).reverse());
    expect(await takeIds(stream, 2)).toEqual([61, 63]);
    await stream.return?.();
  });

  test('a page without a match hands out the end of the record as its cursor', async () => {
    api.commit('BTCUSDT', 'BTCUSDT');
    await expect(client.recentLiquidations({ symbols: ['WIFUSDT'] })).resolves.toEqual({
      liquidations: [],
      cursor: '2',
    });
  });

  test('resumes by cursor after lost connections: none lost, none doubled', async () => {
    api.commit('BTCUSDT');
    const stream = client.liquidations({ after: '1' });
    const received: number[] = [];
    for (let round = 0; round < 5; round++) {
      await until(() => api.activeStreams === 1);
      api.commit('BTCUSDT', 'BTCUSDT');
      received.push(...(await takeIds(stream, 1)));
      api.drop();
      await until(() => api.activeStreams === 0);
      api.commit('BTCUSDT');
    }
    received.push(...(await takeIds(stream, 10)));
    expect(received).toEqual(upTo(16, 2));
    expect(api.handshakes).toBeGreaterThanOrEqual(5);
    await stream.return?.();
  });

  test('leaves out what a server sends twice at the seam', async () => {
    api.commit('BTCUSDT');
    api.overlap = 2;
    const stream = client.liquidations({ after: '1' });
    api.commit('BTCUSDT', 'BTCUSDT', 'BTCUSDT');
    const before = await takeIds(stream, 4);
    api.drop();
    await until(() => api.activeStreams === 0);
    api.commit('BTCUSDT');
    expect([...before, ...(await takeIds(stream, 1))]).toEqual([1, 2, 3, 4, 5]);
    await stream.return?.();
  });

  test('resumes after a restart of the server', async () => {
    api.commit('BTCUSDT');
    const stream = client.liquidations({ after: '1' });
    api.commit('BTCUSDT');
    expect(await takeIds(stream, 1)).toEqual([2]);
    await api.stop();
    api.commit('BTCUSDT', 'BTCUSDT');
    await until(() => client.status.state === 'reconnecting' && client.status.failures > 1);
    await api.start();
    expect(await takeIds(stream, 2)).toEqual([3, 4]);
    await stream.return?.();
  });

  test('resumes after the server let a slow reader go', async () => {
    api.commit('BTCUSDT');
    const stream = client.liquidations({ after: '1' });
    api.commit('BTCUSDT');
    expect(await takeIds(stream, 1)).toEqual([2]);
    api.failOperation(
      '1',
      new GraphQLError('Too slow', { extensions: { code: 'SLOW_CONSUMER', cursor: '2' } }),
    );
    api.drop(1013, 'slow consumer');
    await until(() => api.sockets.size === 0);
    api.commit('BTCUSDT', 'BTCUSDT');
    expect(await takeIds(stream, 2)).toEqual([3, 4]);
    expect(api.subscriptions.at(-1)).toMatchObject({ after: '2' });
    await stream.return?.();
  });

  test('misses nothing when the connection is lost before the first event', async () => {
    const stream = client.liquidations({ filter: { symbols: ['BTCUSDT'] } });
    await until(() => api.activeStreams === 1);
    await api.stop();
    api.commit(...Array<string>(230).fill('BTCUSDT'));
    await api.start();
    expect(await takeIds(stream, 230)).toEqual(upTo(230));
    api.commit('BTCUSDT');
    expect(await takeIds(stream, 1)).toEqual([231]);
    await stream.return?.();
  });

  test('asks the server to wait while the reader is behind, and loses nothing', async () => {
    api.commit('BTCUSDT');
    const stream = client.liquidations({ after: '1', bufferLimit: 3 });
    await until(() => api.activeStreams === 1);
    for (let event = 0; event < 20; event++) api.commit('BTCUSDT');
    await until(() => api.activeStreams === 0);
    expect(await takeIds(stream, 20)).toEqual(upTo(21, 2));
    expect(api.subscriptions.length).toBeGreaterThan(1);
    await stream.return?.();
  });

  test('ends with the error when the server refuses the filter, without asking again', async () => {
    api.commit('BTCUSDT');
    api.refusal = new GraphQLError('No such venue', { extensions: { code: 'BAD_USER_INPUT' } });
    const stream = client.liquidations({ after: '1' });
    await expect(stream.next()).rejects.toMatchObject({ name: 'ApiError', code: 'BAD_USER_INPUT' });
    await expect(stream.next()).resolves.toEqual({ done: true, value: undefined });
    expect(api.subscriptions).toHaveLength(1);
  });

  test('asks again when the server says that it is busy', async () => {
    api.commit('BTCUSDT');
    api.refusal = new GraphQLError('Too many', { extensions: { code: 'RATE_LIMITED', retryAfterMs: 100 } });
    const stream = client.liquidations({ after: '1' });
    await until(() => api.subscriptions.length === 3);
    api.refusal = undefined;
    api.commit('BTCUSDT');
    expect(await takeIds(stream, 1)).toEqual([2]);
    await stream.return?.();
  });

  test('waits as long as a busy server asks for', async () => {
    const waits: number[] = [];
    const timers: Timers = {
      nowMs: () => Date.now(),
      after: (delayMs, task) => {
        waits.push(delayMs);
        return hurried.after(Math.min(delayMs, 10), task);
      },
    };
    const patient = new OrderFoxClient({ url: api.url, timers, random: () => 0 });
    api.refusal = new GraphQLError('Too many', { extensions: { code: 'RATE_LIMITED', retryAfterMs: 7_000 } });
    const stream = patient.liquidations({ after: '0' });
    await until(() => waits.includes(7_000));
    await stream.return?.();
    await patient.close();
  });

  test('ends its subscription when the loop over it is left, and the idle socket after it', async () => {
    api.commit('BTCUSDT', 'BTCUSDT');
    for await (const { id } of client.liquidations({ after: '1' })) {
      expect(id).toBe('event-2');
      break;
    }
    await until(() => api.sockets.size === 0);
    expect(client.status.state).toBe('idle');
  });
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

describe('subscribe', () => {
  const ticks = { toString: () => 'subscription { ticks }' } as Operation<{ ticks: number }, object>;

  test('delivers results in order', async () => {
    const stream = client.subscribe(ticks, {}, { bufferLimit: 100_000 });
    expect(await take(stream, 3)).toEqual([{ ticks: 0 }, { ticks: 1 }, { ticks: 2 }]);
    await stream.return?.();
  });

  test('asks again after a lost connection', async () => {
    const stream = client.subscribe(ticks, {}, { bufferLimit: 100_000 });
    await take(stream, 1);
    api.drop();
    await until(() => api.subscriptions.length === 2);
    let { value } = await stream.next();
    while (value?.ticks !== 0) ({ value } = await stream.next());
    await stream.return?.();
  });

  test('ends with an error, after what it holds, when the reader is too far behind', async () => {
    const stream = client.subscribe(ticks, {}, { bufferLimit: 10 });
    await until(() => api.subscriptions.length === 1);
    await until(() => api.activeStreams === 0);
    const seen: number[] = [];
    const failure = await (async () => {
      await new Promise((resolve) => setTimeout(resolve, 100));
      for await (const tick of stream) seen.push(tick.ticks);
    })().catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(BufferOverflowError);
    expect(seen).toEqual(upTo(9, 0));
  });
});
