import { request } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterEach, describe, expect, test } from '@jest/globals';
import { FakeClock, waitFor } from '@orderfox/testing';
import { RawClient } from './raw-client-for-tests.js';
import { SocketServerForTests } from './socket-server-for-tests.js';

let made: SocketServerForTests;
afterEach(async () => {
  await made.stop();
});

const start = async (clients: { connectionBurst?: number; requestBurst?: number; sockets?: number }) => {
  const clock = new FakeClock();
  const configured = new Set([
    'connectionBurst',
    'connectionsPerMinute',
    'requestBurst',
    'requestsPerMinute',
  ] as const);
  made = await SocketServerForTests.start({}, { clock, clients: { configured, ...clients } });
  return clock;
};

/** Asks for a socket, and gives the answer of HTTP that came in its place. */
async function refusal() {
  const headers = {
    connection: 'Upgrade',
    upgrade: 'websocket',
    'sec-websocket-version': '13',
    'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
  };
  const { promise, resolve, reject } = Promise.withResolvers<{
    status: number;
    headers: object;
    body: unknown;
  }>();
  const asked = request(made.url.replace('ws:', 'http:'), { headers }, (response) => {
    text(response).then(
      (body) =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: JSON.parse(body) }),
      reject,
    );
  });
  asked.on('error', reject);
  asked.end();
  return promise;
}

describe('sockets opened again and again', () => {
  test('are refused beyond a rate, also when each is closed before the next, and are let in later', async () => {
    const clock = await start({ connectionBurst: 3 });
    for (let n = 0; n < 3; n += 1) {
      (await RawClient.connect(made.url)).close();
      await waitFor(() => made.server.socketCount === 0);
    }
    expect(await refusal()).toEqual({
      status: 429,
      headers: expect.objectContaining({
        'retry-after': '1',
        'content-type': 'application/json; charset=utf-8',
        'cache-control': 'no-store',
      }) as unknown,
      body: {
        errors: [
          {
            message: expect.stringMatching(/too many sockets in a short time; .*retryAfterMs/) as unknown,
            extensions: { code: 'RATE_LIMITED', retryAfterMs: 1_000 },
          },
        ],
      },
    });
    expect([...made.counters.refused]).toEqual([['rate', 1]]);
    clock.advance(1_000);
    (await RawClient.connect(made.url)).close();
  });

  test('are told what to do where there is no room for one more', async () => {
    await start({ sockets: 1 });
    const first = await RawClient.connect(made.url);
    expect(await refusal()).toMatchObject({
      status: 503,
      body: { errors: [{ extensions: { code: 'UNAVAILABLE' } }] },
    });
    first.close();
  });
});

describe('queries on sockets', () => {
  test('are requests of their address, on whichever socket; subscriptions are not', async () => {
    const clock = await start({ requestBurst: 2 });
    const [one, two] = [await RawClient.connect(made.url), await RawClient.connect(made.url)];
    one.subscribe('a', '{ hello }');
    two.subscribe('b', '{ hello }');
    expect([(await one.answer('a')).type, (await two.answer('b')).type]).toEqual(['next', 'next']);
    one.subscribe('c', '{ hello }');
    expect(await one.answer('c')).toEqual({
      id: 'c',
      type: 'error',
      payload: [
        {
          message: 'More requests than one address may make; ask again in 1 s',
          extensions: { code: 'RATE_LIMITED', retryAfterMs: 500 },
        },
      ],
    });
    one.subscribe('d', 'subscription { ticks { n } }');
    await waitFor(() => made.listeners === 1);
    expect(made.server.operationCount).toBe(1);
    clock.advance(500);
    two.subscribe('e', '{ hello }');
    expect(await two.answer('e')).toMatchObject({ type: 'next' });
    one.close();
    two.close();
  });
});
