import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { waitFor } from '@orderfox/testing';
import { RawClient } from '../graphql-socket/raw-client-for-tests.js';
import { SocketServerForTests } from '../graphql-socket/socket-server-for-tests.js';
import { Metrics } from './metrics.js';
import { registerSocketMetrics } from './socket-metrics.js';

const TICKS = 'subscription { ticks { n text } }';

let made: SocketServerForTests;
let metrics: Metrics;

async function start(...args: Parameters<typeof SocketServerForTests.start>): Promise<void> {
  made = await SocketServerForTests.start(...args);
  metrics = new Metrics();
  registerSocketMetrics(metrics, made.server, made.counters);
}
beforeEach(() => start());
afterEach(() => made.stop());

/** What the text says, by name and labels: `orderfox_sockets_ended_total{cause="slow"}`. */
async function read(): Promise<ReadonlyMap<string, number>> {
  const lines = (await metrics.text()).split('\n').filter((line) => line.startsWith('orderfox_'));
  return new Map(lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.split(' ').at(-1))]));
}
async function valuesOf(...names: readonly string[]): Promise<readonly (number | undefined)[]> {
  const all = await read();
  return names.map((name) => all.get(`orderfox_${name}`));
}

describe('socket metrics', () => {
  test('begin at zero, so that the first of anything is a change', async () => {
    const all = await read();
    expect([...all.values()].every((value) => value === 0)).toBe(true);
    expect([...all.keys()].sort()).toEqual(
      [
        'flood_warnings_total',
        'lagging_notices_total',
        'selections{kind="events"}',
        'selections{kind="states"}',
        'slow_closed_total',
        'socket_frames_total',
        'socket_writes_total',
        'socket_written_bytes_total',
        'sockets',
        'sockets_accepted_total',
        'sockets_backlogged',
        'subscribers',
        'subscriptions_refused_total',
        'topic_members{kind="events"}',
        'topic_members{kind="states"}',
      ].map((name) => `orderfox_${name}`),
    );
  });

  test('say how many share how many selections, and fall again when they leave', async () => {
    const names = ['sockets', 'subscribers', 'topic_members{kind="events"}', 'selections{kind="events"}'];
    const clients = [await RawClient.connect(made.url), await RawClient.connect(made.url)];
    for (const client of clients) {
      client.subscribe('a', TICKS);
      client.subscribe('b', 'subscription B { ticks { n } }');
    }
    await waitFor(() => made.listeners === 4);
    expect(await valuesOf(...names)).toEqual([2, 4, 4, 2]);
    clients[0]?.send({ type: 'complete', id: 'a' });
    await waitFor(() => made.listeners === 3);
    expect(await valuesOf(...names)).toEqual([2, 3, 3, 2]);
    for (const client of clients) client.close();
    await waitFor(() => made.server.socketCount === 0);
    expect(await valuesOf(...names)).toEqual([0, 0, 0, 0]);
    expect(await valuesOf('sockets_accepted_total')).toEqual([2]);
  });

  test('count a turn as one write, and its bytes as they are on the wire', async () => {
    const names = ['socket_writes_total', 'socket_frames_total', 'socket_written_bytes_total'];
    const client = await RawClient.connect(made.url);
    client.subscribe('s', TICKS);
    await waitFor(() => made.listeners === 1);
    const [writes = 0, frames = 0, bytes = 0] = await valuesOf(...names);
    let received = 0;
    client.socket.on('message', (data: Buffer) => (received += data.length));
    made.publish(20, 'short');
    await waitFor(() => client.messages.length === 21);
    // Below 126 bytes a frame of the server has two bytes before its payload.
    expect(await valuesOf(...names)).toEqual([writes + 1, frames + 20, bytes + received + 20 * 2]);
    client.close();
  });

  test('show a reader that falls behind, that it was told, and that it was given up', async () => {
    await made.stop();
    await start({ maxUnsentBytes: 256 * 1_024 });
    const client = await RawClient.connect(made.url);
    client.subscribe('s', TICKS);
    await waitFor(() => made.listeners === 1);
    client.socket.pause();
    // Until the network takes no more: then half of what may wait, then all of it.
    for (let turn = 0; made.counters.laggingNotices === 0 && turn < 10_000; turn += 1) {
      made.publish(1, 'x'.repeat(16_384));
      await new Promise((resolve) => setImmediate(resolve));
    }
    const names = ['sockets_backlogged', 'lagging_notices_total', 'sockets_ended_total{cause="slow"}'];
    expect(await valuesOf(...names)).toEqual([1, 1, undefined]);
    made.publish(20, 'x'.repeat(16_384));
    await waitFor(() => made.listeners === 0);
    expect(await valuesOf(...names, 'slow_closed_total')).toEqual([0, 1, 1, 1]);
    client.close();
  });

  test('count every ending once, under its cause', async () => {
    const endings: readonly (readonly [cause: string, end: (client: RawClient) => void])[] = [
      ['protocol', (client) => client.send('hello')],
      ['protocol', (client) => client.socket.send(Buffer.from([1, 2, 3]))],
      ['oversize', (client) => client.send('x'.repeat(70_000))],
      [
        'flood',
        (client) => {
          for (let n = 0; n < 80; n += 1) client.send({ type: 'pong' });
        },
      ],
    ];
    for (const [, end] of endings) {
      const client = await RawClient.connect(made.url);
      end(client);
      await client.closed;
    }
    await waitFor(() => made.server.socketCount === 0);
    const causes = ['protocol', 'oversize', 'flood'].map((cause) => `sockets_ended_total{cause="${cause}"}`);
    expect(await valuesOf(...causes, 'flood_warnings_total')).toEqual([2, 1, 1, 1]);
    const all = await read();
    const ended = [...all].filter(([name]) => name.startsWith('orderfox_sockets_ended_total'));
    expect(ended.reduce((sum, [, value]) => sum + value, 0)).toBe(endings.length);
  });

  test('count what was refused: sockets by cause, and operations', async () => {
    await expect(RawClient.connect(made.url, { origin: 'http://evil.example' })).rejects.toThrow('403');
    await expect(RawClient.connect(made.url.replace('graphql', 'other'))).rejects.toThrow('404');
    const client = await RawClient.connect(made.url);
    for (let n = 0; n < 21; n += 1) client.subscribe(`${n}`, TICKS);
    await client.answer('20');
    expect(
      await valuesOf(
        'sockets_refused_total{cause="origin"}',
        'sockets_refused_total{cause="path"}',
        'subscriptions_refused_total',
      ),
    ).toEqual([1, 1, 1]);
    client.close();
  });
});
