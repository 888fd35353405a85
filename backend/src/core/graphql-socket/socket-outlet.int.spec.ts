import { duplexPair } from 'node:stream';
import { afterEach, describe, expect, test } from '@jest/globals';
import { FakeClock, waitFor } from '@orderfox/testing';
import {
  OutletServerForTests,
  read,
  type OutletServerOptions,
  type ServedSocket,
} from './outlet-server-for-tests.js';

let running: OutletServerForTests | undefined;
const start = async (options: OutletServerOptions = {}) => {
  const clock = new FakeClock();
  const server = await OutletServerForTests.start(clock, options);
  running = server;
  return { server, clock };
};
afterEach(async () => {
  await running?.stop();
  running = undefined;
});

const turn = () => new Promise((resolve) => setImmediate(resolve));
const next = (body: string) => `{"id":"op","type":"next","payload":${body}}`;

/** Bodies that end with their number, so that order, holes and mixed up bytes show. */
const numbered = (count: number, bytes: number) => `"${`${count}`.padStart(bytes - 2, '.')}"`;

/** Delivers numbered bodies, some per turn, until the condition holds; returns how many. */
async function deliverUntil(
  { outlet }: ServedSocket,
  bytes: number,
  condition: () => boolean,
): Promise<number> {
  const operation = outlet.operation('op');
  for (let count = 0; ; count += 1) {
    if (condition()) return count;
    operation.deliver(Buffer.from(numbered(count, bytes)));
    if (count % 20 === 19) await turn();
  }
}

describe('SocketOutlet on a real connection', () => {
  test.each([{}, { compress: true }, { hideTcp: true }])(
    'is read back as it was handed over: %j',
    async (how) => {
      const { server } = await start(how);
      const { client, served } = await server.connect();
      const { texts } = read(client);
      const bodies = [1, 2, 57, 88, 89, 90, 125, 126, 300, 65_498, 65_499, 65_500, 65_535, 65_536, 200_000];
      for (const bytes of bodies) served.outlet.operation('op').deliver(Buffer.from('7'.repeat(bytes)));
      served.outlet.send('{"type":"ping","payload":"Füchse 🦊"}');
      await waitFor(() => texts.length === bodies.length + 1);
      expect(texts.slice(0, -1).map((text) => text === next('7'.repeat(text.length - 36)))).toEqual(
        bodies.map(() => true),
      );
      expect(texts.map((text) => text.length - 36).slice(0, -1)).toEqual(bodies);
      expect(texts.at(-1)).toBe('{"type":"ping","payload":"Füchse 🦊"}');
      expect(served.isGivenUp).toBe(false);
    },
  );

  test('goes over a connection that is no network socket as well', async () => {
    const { server } = await start();
    const [ours, theirs] = duplexPair();
    server.http.emit('connection', theirs);
    const { client, served } = await server.connect({ createConnection: () => ours as never });
    const { texts } = read(client);
    for (let count = 0; count < 500; count += 1) {
      served.outlet.operation('op').deliver(Buffer.from(numbered(count, 200)));
      if (count % 50 === 0) await turn();
    }
    await waitFor(() => texts.length === 500);
    expect(texts).toEqual(Array.from({ length: 500 }, (_, count) => next(numbered(count, 200))));
  });

  test.each([
    ['bytes', 8_000, {}],
    ['messages', 300, {}],
    ['bytes, compressed', 8_000, { compress: true }],
    ['bytes, through ws', 8_000, { hideTcp: true }],
  ])(
    'gives up a reader that stands still, for its unsent %s, and loses nothing on the way',
    async (_what, bytes, how) => {
      const { server, clock } = await start(how);
      const { client, served } = await server.connect();
      const { texts, closed } = read(client);
      client.pause();
      const count = await deliverUntil(served, bytes, () => served.isGivenUp);
      expect(served.lagging).toHaveLength(1);
      served.outlet.operation('op').deliver(Buffer.from('"too late"'));
      await turn();
      client.resume();
      expect(await closed).toBe(1_013);
      expect(texts.pop()).toBe('last words');
      expect(texts.length).toBe(count);
      expect(texts.every((text, index) => text === next(numbered(index, bytes)))).toBe(true);
      await waitFor(() => served.isClosed);
      expect([server.turns.backlogged, clock.pendingDelaysMs()]).toEqual([0, []]);
    },
  );

  test('gives up a reader for whom something waits for ten seconds, and cuts it after five more', async () => {
    const { server, clock } = await start();
    const { client, served } = await server.connect();
    client.pause();
    await deliverUntil(served, 8_000, () => server.turns.backlogged === 1);
    await turn();
    const unsent = served.outlet.unsentMessages;
    clock.advance(9_999);
    expect([served.isGivenUp, served.lagging]).toEqual([false, [unsent]]);
    clock.advance(1);
    expect(served.isGivenUp).toBe(true);
    await turn();
    clock.advance(4_999);
    await turn();
    expect(served.isClosed).toBe(false);
    clock.advance(1);
    await waitFor(() => served.isClosed);
    expect([server.turns.backlogged, clock.pendingDelaysMs()]).toEqual([0, []]);
  });

  test('carries a reader that comes and goes at its own pace, pings in between, none of it torn or mixed up', async () => {
    const { server } = await start();
    const { client, served } = await server.connect();
    const { texts } = read(client);
    let pings = 0;
    client.on('ping', () => (pings += 1));
    const total = 3_000;
    const operation = served.outlet.operation('op');
    let congestions = 0;
    for (let count = 0; count < total; count += 1) {
      if (count % 1_000 === 0) client.pause();
      operation.deliver(Buffer.from(numbered(count, 5_000)));
      if (count % 500 === 0) served.socket.ping();
      if (operation.isCongested) {
        congestions += 1;
        served.socket.ping();
        client.resume();
        await operation.uncongested();
      }
    }
    client.resume();
    await waitFor(() => texts.length === total);
    expect(texts.every((text, index) => text === next(numbered(index, 5_000)))).toBe(true);
    expect(congestions).toBeGreaterThan(0);
    await waitFor(() => pings === congestions + total / 500);
    expect([served.isGivenUp, served.outlet.unsentBytes, server.turns.backlogged]).toEqual([false, 0, 0]);
  });

  test('keeps what waits for one reader apart from what others get meanwhile', async () => {
    const { server } = await start();
    const slow = await server.connect();
    const quick = await server.connect();
    const [slowTexts, quickTexts] = [read(slow.client).texts, read(quick.client).texts];
    slow.client.pause();
    const isBehind = () => server.turns.backlogged === 1;
    const count = await deliverUntil(slow.served, 8_000, isBehind);
    for (let turns = 0; turns < 50; turns += 1) {
      quick.served.outlet.send('z'.repeat(60_000));
      await turn();
    }
    slow.client.resume();
    await waitFor(() => slowTexts.length === count && quickTexts.length === 50);
    expect(slowTexts.every((text, index) => text === next(numbered(index, 8_000)))).toBe(true);
  });

  test('takes no harm from a client that vanishes in the middle of a backlog (S082)', async () => {
    const { server, clock } = await start();
    const { client, served } = await server.connect();
    client.pause();
    await deliverUntil(served, 8_000, () => served.outlet.isCongested);
    const uncongested = served.outlet.uncongested();
    client.terminate();
    await uncongested;
    for (let count = 0; count < 2_000; count += 1) served.outlet.send('into the void');
    await waitFor(() => served.isClosed);
    expect([served.isGivenUp, served.outlet.unsentMessages, server.turns.backlogged]).toEqual([false, 0, 0]);
    expect(clock.pendingDelaysMs()).toEqual([]);
  });

  test('is harmless after destroy, before anybody has noticed (S082)', async () => {
    const { server, clock } = await start();
    const { served } = await server.connect();
    served.socket.terminate();
    served.outlet.send('into the void');
    served.outlet.close(1_012, 'service restart');
    await waitFor(() => served.isClosed);
    expect([served.outlet.unsentMessages, clock.pendingDelaysMs()]).toEqual([0, []]);
  });
});
