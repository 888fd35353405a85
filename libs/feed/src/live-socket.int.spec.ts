import { afterEach, describe, expect, test } from '@jest/globals';
import { FAKE_EPOCH_MS } from './fake-clock.js';
import { SocketRun, type RunOptions } from './testing/socket-run.js';
import { until } from './testing/until.js';

describe('LiveSocket', () => {
  let run: SocketRun;
  const live = async (options?: RunOptions) => (run = await SocketRun.live(options));
  afterEach(async () => run.end());

  test('connects, subscribes its topics and the control topic, and is LIVE when data flows', async () => {
    await live({ topics: ['a', 'b'] });
    expect(run.stateNames).toEqual(['CONNECTING', 'SYNCING', 'LIVE']);
    expect(run.venue.connection(0).requests).toEqual([
      { op: 'subscribe', id: '1', topics: ['control', 'a', 'b'] },
    ]);
    expect(run.socket.lastDataMs).toBe(FAKE_EPOCH_MS);
    expect(run.outages).toEqual([]);
  });

  test('hands on data, and control frames that carry a message, with the time they came', async () => {
    const seen: [unknown, number][] = [];
    await live({ socket: { onMessage: (message, timeMs) => void seen.push([message, timeMs]) } });
    run.clock.advance(7);
    const venue = run.venue.connection(0);
    venue.send({ kind: 'data', message: { price: '1.50' } });
    venue.send({ kind: 'control' });
    venue.send({ kind: 'control', message: 'mark price' });
    await until(() => seen.length === 2, 'two messages');
    expect(seen).toEqual([
      [{ price: '1.50' }, FAKE_EPOCH_MS + 7],
      ['mark price', FAKE_EPOCH_MS + 7],
    ]);
  });

  test('asks for no compression, which would cost more than it saves', async () => {
    await live();
    expect(run.venue.connection(0).headers['sec-websocket-extensions']).toBeUndefined();
  });

  test('sends requests at the pace of the venue', async () => {
    run = await SocketRun.start({
      topics: ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'],
      protocol: { sendPaceMs: 350 },
    });
    await run.untilConnections(1);
    const { requests } = run.venue.connection(0);
    await until(() => requests.length === 1, 'the first request');
    run.clock.advance(349);
    await run.control(0);
    expect(requests).toHaveLength(1);
    run.clock.advance(1);
    await until(() => requests.length === 2, 'the second request');
    run.clock.advance(350);
    await until(() => requests.length === 3, 'the third request');
    expect(requests.flatMap(({ topics }) => topics)).toHaveLength(9);
  });

  test('S044: a handler that throws is counted and told, and the next message still comes', async () => {
    const seen: unknown[] = [];
    await live({
      socket: {
        onMessage: (message) => {
          seen.push(message);
          throw new Error(`cannot take ${String(message)}`);
        },
      },
    });
    for (const message of [1, 2, 2, 2]) run.venue.connection(0).send({ kind: 'data', message });
    await until(() => seen.length === 4, 'four messages');
    expect(run.handlerErrors.map(String)).toEqual(['Error: cannot take 1', 'Error: cannot take 2']);
    expect(run.socket.counters().handlerErrors).toBe(4);
    expect(run.socket.status.state).toBe('LIVE');
  });

  test('S044: the other callbacks may throw as well, even the one that is told of it', async () => {
    const fail = () => {
      throw new Error('broken');
    };
    run = await SocketRun.start({
      socket: { onState: fail, onOutage: fail, onUnreadable: fail, onHandlerError: fail },
    });
    await run.untilState('LIVE');
    run.venue.connection(0).socket.send('garbage');
    run.venue.connection(0).socket.terminate();
    await run.untilState('RESYNCING');
    run.clock.advance(500);
    await run.untilState('LIVE');
    expect(run.socket.counters().handlerErrors).toBeGreaterThanOrEqual(6);
  });
});
