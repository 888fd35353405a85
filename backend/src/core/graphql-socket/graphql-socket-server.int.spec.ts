import { once } from 'node:events';
import { connect } from 'node:net';
import { afterEach, describe, expect, test } from '@jest/globals';
import { FakeClock, waitFor } from '@orderfox/testing';
import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import { RawClient } from './raw-client-for-tests.js';
import { SocketServerForTests } from './socket-server-for-tests.js';

const TICKS = 'subscription { ticks { n text } }';
const TICK_NUMBERS = 'subscription { ticks { n } }';

let running: SocketServerForTests | undefined;
const start = async (...args: Parameters<typeof SocketServerForTests.start>) => {
  running = await SocketServerForTests.start(...args);
  return running;
};
afterEach(async () => {
  await running?.stop();
  running = undefined;
});

const codeOf = (payload: unknown) =>
  (payload as readonly { extensions: { code: string } }[])[0]?.extensions.code;

describe('GraphqlSocketServer', () => {
  test('serves a stock graphql-ws client: queries and streams (S009)', async () => {
    const made = await start();
    const client = createClient({ url: made.url, webSocketImpl: WebSocket });
    const received: unknown[] = [];
    const stop = client.subscribe(
      { query: TICK_NUMBERS },
      {
        next: ({ data }) => received.push(data),
        error: (error) => received.push(error),
        complete: () => undefined,
      },
    );
    await waitFor(() => made.listeners === 1);
    made.publish(3);
    await waitFor(() => received.length === 3);
    expect(received).toEqual([{ ticks: { n: 1 } }, { ticks: { n: 2 } }, { ticks: { n: 3 } }]);
    const answers = [];
    for await (const { data } of client.iterate({ query: '{ hello }' })) answers.push(data);
    expect(answers).toEqual([{ hello: 'world' }]);
    stop();
    await waitFor(() => made.listeners === 0);
    await client.dispose();
  });

  test('gives the same errors as HTTP: too deep, too many, no such field, bad arguments, our own faults', async () => {
    const made = await start();
    const client = await RawClient.connect(made.url);
    client.subscribe('syntax', '{ hello');
    client.subscribe('unknown', '{ nothing }');
    client.subscribe('aliases', `{ ${Array.from({ length: 16 }, (_, n) => `a${n}: hello`).join(' ')} }`);
    client.subscribe('tokens', `{ ${'hello '.repeat(1_001)} }`);
    client.subscribe('long', `{ hello } # ${'x'.repeat(9_000)}`);
    client.subscribe('none', 'fragment F on Query { hello }');
    const codes = await Promise.all(
      ['syntax', 'unknown', 'aliases', 'tokens', 'long', 'none'].map(async (id) => {
        const { type, payload } = await client.answer(id);
        return [type, codeOf(payload)];
      }),
    );
    expect(codes).toEqual([
      ['error', 'BAD_USER_INPUT'],
      ['error', 'BAD_USER_INPUT'],
      ['error', 'QUERY_TOO_COMPLEX'],
      ['error', 'QUERY_TOO_COMPLEX'],
      ['error', 'QUERY_TOO_COMPLEX'],
      ['error', 'BAD_USER_INPUT'],
    ]);
    client.subscribe('broken', '{ broken }');
    const { payload } = await client.answer('broken');
    expect(payload).toEqual({
      data: { broken: null },
      extensions: { cost: { requested: 1, allowed: 5_000 } },
      errors: [
        {
          message: expect.not.stringContaining('SELECT') as unknown,
          locations: [{ line: 1, column: 3 }],
          path: ['broken'],
          extensions: { code: 'UNAVAILABLE', reference: 'reference' },
        },
      ],
    });
    client.subscribe('refused', 'subscription { refused { n } }');
    expect((await client.answer('refused')).payload).toMatchObject([
      { extensions: { code: 'UNKNOWN_SYMBOL', suggestions: ['A'] } },
    ]);
    expect(made.faults).toEqual([]);
    client.close();
  });

  test.each([
    ['http://evil.example', 'refused with 403'],
    ['null', 'refused with 403'],
    ['http://127.0.0.1.evil.example', 'refused with 403'],
    ['http://127.0.0.1:1', 'refused with 403'],
    ['file://', 'refused with 403'],
  ])('refuses a page of %s before it has a socket', async (origin, error) => {
    const made = await start({}, { origins: ['https://desk.example'] });
    await expect(RawClient.connect(made.url, { origin })).rejects.toThrow(error);
    expect(made.counters.refused.get('origin')).toBe(1);
  });

  test('lets in its own page, a configured page, and programs that are no browser', async () => {
    const made = await start({}, { origins: ['https://desk.example'] });
    const clients = [
      await RawClient.connect(made.url, { origin: `http://127.0.0.1:${made.port}` }),
      await RawClient.connect(made.url, { origin: 'https://desk.example' }),
      await RawClient.connect(made.url),
    ];
    expect(made.counters.accepted).toBe(3);
    for (const client of clients) client.close();
  });

  test('answers other paths and broken handshakes instead of leaving them hanging', async () => {
    const made = await start();
    await expect(RawClient.connect(made.url.replace('graphql', 'other'))).rejects.toThrow('refused with 404');
    const socket = connect(made.port, '127.0.0.1');
    socket.write('GET /graphql HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n');
    const [data] = (await once(socket, 'data')) as [Buffer];
    expect(data.toString()).toMatch(/^HTTP\/1\.1 400/);
    await once(socket, 'close');
  });

  test('closes a socket without the subprotocol with 4406, and one that stays silent with 4408', async () => {
    const made = await start({ initWithinMs: 20 });
    const wrong = await RawClient.connect(made.url, { init: false, protocols: [] });
    expect(await wrong.closed).toMatchObject({ code: 4406 });
    const silent = await RawClient.connect(made.url, { init: false });
    expect(await silent.closed).toMatchObject({ code: 4408 });
  });

  test.each([
    ['a second connection_init', { type: 'connection_init' }, 4429],
    ['what is no message', 'hello', 4400],
    ['a message of an unknown type', { type: 'shout' }, 4400],
    ['more than 64 KiB', 'x'.repeat(65_537), 1009],
  ])('closes the socket that sends %s', async (_what, message, code) => {
    const made = await start();
    const client = await RawClient.connect(made.url);
    client.send(message);
    expect(await client.closed).toMatchObject({ code });
    await waitFor(() => made.server.socketCount === 0);
    expect(made.faults).toEqual([]);
  });

  test('closes only the socket that uses one id twice (4409)', async () => {
    const made = await start();
    const [clumsy, other] = [await RawClient.connect(made.url), await RawClient.connect(made.url)];
    other.subscribe('a', TICK_NUMBERS);
    clumsy.subscribe('a', TICK_NUMBERS);
    await waitFor(() => made.listeners === 2);
    clumsy.subscribe('a', TICK_NUMBERS);
    expect(await clumsy.closed).toMatchObject({ code: 4409 });
    await waitFor(() => made.listeners === 1);
    made.publish(1);
    await other.answer('a');
    other.close();
  });

  test('refuses the 21st operation of a socket and keeps the socket; a slot comes back', async () => {
    const made = await start();
    const client = await RawClient.connect(made.url);
    for (let n = 0; n < 21; n += 1) client.subscribe(String(n), TICK_NUMBERS);
    expect(codeOf((await client.answer('20')).payload)).toBe('RATE_LIMITED');
    expect([made.listeners, made.server.operationCount]).toEqual([20, 20]);
    client.send({ type: 'complete', id: '3' });
    await waitFor(() => made.listeners === 19);
    client.subscribe('again', TICK_NUMBERS);
    await waitFor(() => made.listeners === 20);
    expect(made.counters.subscriptionsRefused).toBe(1);
    client.close();
  });

  test('limits the sockets of one address and of the process, and gives places back', async () => {
    const clients = { socketsPerClient: 2, configured: new Set(['socketsPerClient'] as const) };
    const made = await start({}, { clients });
    const first = await RawClient.connect(made.url);
    await RawClient.connect(made.url);
    await expect(RawClient.connect(made.url)).rejects.toThrow('refused with 429');
    first.close();
    await waitFor(() => made.server.socketCount === 1);
    const third = await waitFor(() => RawClient.connect(made.url));
    third.close();
    const full = await SocketServerForTests.start({}, { clients: { sockets: 1 } });
    await RawClient.connect(full.url);
    await expect(RawClient.connect(full.url)).rejects.toThrow('refused with 503');
    await full.stop();
  });

  test('pings, and cuts a client that does not answer by the next ping', async () => {
    const clock = new FakeClock();
    const made = await start({}, { clock });
    const good = await RawClient.connect(made.url);
    const dead = await RawClient.connect(made.url, { autoPong: false });
    const pinged = Promise.all([once(good.socket, 'ping'), once(dead.socket, 'ping')]);
    clock.advance(12_000);
    await pinged;
    // The good client's pong is on its way: it is there when an answer to a later message is.
    good.subscribe('q', '{ hello }');
    await good.answer('q');
    clock.advance(12_000);
    expect(await dead.closed).toMatchObject({ code: 1006 });
    expect([made.server.socketCount, made.counters.ended.get('unanswered')]).toEqual([1, 1]);
    good.close();
  });

  test('ends a reader that never reads with SLOW_CONSUMER and its cursor, then 1013, and serves the others', async () => {
    const made = await start({ maxUnsentMs: 300 });
    const [stuck, good] = [await RawClient.connect(made.url), await RawClient.connect(made.url)];
    stuck.subscribe('s', TICKS);
    good.subscribe('g', TICKS);
    await waitFor(() => made.listeners === 2);
    stuck.socket.pause();
    const text = 'x'.repeat(4_096);
    await waitFor(
      () => {
        made.publish(100, text);
        return made.counters.ended.get('slow') === 1;
      },
      { withinMs: 30_000 },
    );
    await waitFor(() => made.listeners === 1);
    const delivered = () => good.messages.filter(({ type }) => type === 'next').length;
    const before = delivered();
    made.publish(1);
    await waitFor(() => delivered() > before);

    // What it was sent before the end is still on its way; then come the reason, the place to resume at, and the close.
    stuck.socket.resume();
    const { code } = await stuck.closed;
    const error = await stuck.waitFor(({ type }) => type === 'error');
    const [{ extensions }] = error.payload as [{ extensions: { code: string; cursor: string } }];
    const last = stuck.messages.filter(({ type }) => type === 'next').at(-1);
    expect(code).toBe(1013);
    expect(extensions).toEqual({
      code: 'SLOW_CONSUMER',
      cursor: String((last?.payload as { data: { ticks: { n: number } } }).data.ticks.n),
    });
    const numbers = good.messages
      .filter(({ type }) => type === 'next')
      .map(({ payload }) => (payload as { data: { ticks: { n: number } } }).data.ticks.n);
    expect(numbers).toEqual(numbers.map((_, index) => index + 1));
    good.close();
  });

  test('ends a reader that paused for too many events, even if it reads on in time', async () => {
    const made = await start();
    const late = await RawClient.connect(made.url);
    late.subscribe('s', TICKS);
    late.subscribe('idle', 'subscription { ticks { n } }');
    await waitFor(() => made.listeners === 2);
    late.socket.pause();
    // More than the network holds, and then more than the queue does.
    const text = 'x'.repeat(16_384);
    for (let batch = 0; batch < 25; batch += 1) {
      made.publish(100, text);
      await new Promise((resolve) => setImmediate(resolve));
    }
    made.publish(1_001, text);
    late.socket.resume();
    expect(await late.closed).toEqual({ code: 1013, reason: 'slow consumer' });
    const errors = late.messages.filter(({ type }) => type === 'error');
    expect(errors.map(({ payload }) => codeOf(payload))).toEqual(['SLOW_CONSUMER', 'SLOW_CONSUMER']);
    expect(made.listeners).toBe(0);
  });

  test('cuts a slow reader that does not even read the close', async () => {
    const made = await start({ maxUnsentMs: 100, closeWithinMs: 100 });
    const stuck = await RawClient.connect(made.url);
    stuck.subscribe('s', TICKS);
    await waitFor(() => made.listeners === 1);
    stuck.socket.pause();
    await waitFor(() => {
      made.publish(100, 'x'.repeat(8_192));
      return made.server.socketCount === 0;
    });
    expect(made.listeners).toBe(0);
    stuck.close();
  });

  test('says "service restart" to everyone at the end, and takes nobody any more', async () => {
    const made = await start();
    const client = await RawClient.connect(made.url);
    client.subscribe('t', TICK_NUMBERS);
    await waitFor(() => made.listeners === 1);
    const ended = made.server.close();
    await expect(RawClient.connect(made.url)).rejects.toThrow('refused with 503');
    expect(await client.closed).toEqual({
      code: 1012,
      reason: 'service restart; retryAfterMs=0',
    });
    await ended;
    expect(made.listeners).toBe(0);
  });

  test('asks its clients at the end to come back one after the other', async () => {
    const made = await start({ reconnectsPerSecond: 4 });
    const clients = await Promise.all([1, 2, 3].map(() => RawClient.connect(made.url)));
    await made.server.close();
    const reasons = await Promise.all(clients.map(async ({ closed }) => (await closed).reason));
    const told = ['0', '250', '500'].map((ms) => `service restart; retryAfterMs=${ms}`);
    expect(reasons.sort()).toEqual(told);
  });

  test('leaves nothing behind after a thousand clients came and went', async () => {
    const clock = new FakeClock();
    const made = await start({}, { clock, clients: { connectionBurst: 1_000 } });
    for (let round = 0; round < 50; round += 1) {
      const clients = await Promise.all(Array.from({ length: 20 }, () => RawClient.connect(made.url)));
      for (const client of clients) client.subscribe('t', TICK_NUMBERS);
      await waitFor(() => made.listeners === 20);
      clients.forEach((client, index) => {
        if (index % 3 === 0) client.send({ type: 'complete', id: 't' });
        if (index % 3 === 1) client.socket.close();
        else client.close();
      });
      await waitFor(() => made.server.socketCount === 0);
    }
    await waitFor(() => made.listeners === 0);
    expect(made.server.operationCount).toBe(0);
    expect(clock.pendingDelaysMs()).toEqual([]);
    expect(made.counters.accepted).toBe(1_000);
    expect(made.faults).toEqual([]);
  });
});
