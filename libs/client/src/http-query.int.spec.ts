import { createServer } from 'node:http';
import { once } from 'node:events';
import { type AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { GraphQLError } from 'graphql';
import { ApiError, NetworkError, OrderFoxClient, SystemDocument } from './index.js';
import { LoopbackApi } from './testing/loopback-api.js';
import { hurried } from './testing/patience.js';

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
