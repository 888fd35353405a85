import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { GraphQLError } from 'graphql';
import { BufferOverflowError, OrderFoxClient, type Operation } from './index.js';
import { LoopbackApi } from './testing/loopback-api.js';
import { hurried, take, takeIds, until } from './testing/patience.js';
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

const upTo = (last: number, first = 1) => Array.from({ length: last - first + 1 }, (_, at) => first + at);

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
