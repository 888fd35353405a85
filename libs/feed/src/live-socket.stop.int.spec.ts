import { describe, expect, test } from '@jest/globals';
import { SocketRun } from './testing/socket-run.js';
import { until } from './testing/until.js';

/** Stops the socket, then shows that it is gone and that time wakes nothing up again. */
async function expectGone(run: SocketRun): Promise<void> {
  await run.socket.stop();
  expect(run.clock.pendingDelaysMs()).toEqual([]);
  const { handshakes } = run.venue;
  const said = run.states.length + run.outages.length;
  run.clock.advance(3_600_000);
  await until(() => run.venue.openCount === 0, 'every socket to close');
  expect(run.venue.handshakes).toBe(handshakes);
  expect(run.states.length + run.outages.length).toBe(said);
  await run.end();
}

describe('LiveSocket.stop', () => {
  test('S043: closes a live connection with 1000 and leaves no timer', async () => {
    const run = await SocketRun.live();
    const { socket } = run.venue.connection(0);
    const code = new Promise((resolve) => socket.once('close', resolve));
    await expectGone(run);
    expect(await code).toBe(1000);
  });

  test('S045: ends the wait for the next try', async () => {
    const run = await SocketRun.live();
    run.venue.connection(0).socket.terminate();
    await run.untilState('RESYNCING');
    await expectGone(run);
  });

  test('S045: breaks off a handshake', async () => {
    const run = await SocketRun.start({ manners: { mute: true } });
    await until(() => run.venue.handshakes === 1, 'the handshake');
    await expectGone(run);
  });

  test('S045: breaks off before anything was sent', async () => {
    await expectGone(await SocketRun.start());
  });

  test('S043: forgets requests that wait for their turn or for an answer', async () => {
    const topics = Array.from({ length: 40 }, (_, index) => `t${index}`);
    const run = await SocketRun.start({
      topics,
      protocol: { sendPaceMs: 350 },
      manners: { onRequest: () => undefined },
    });
    await until(() => run.venue.connections[0]?.requests.length === 1, 'the first request');
    await expectGone(run);
    expect(run.venue.connection(0).requests).toHaveLength(1);
  });

  test('S043: nothing is left of a connection that was replaced', async () => {
    const run = await SocketRun.live();
    run.venue.connection(0).send({ kind: 'closing', reason: 'upgrade' });
    await until(() => run.clock.pendingDelaysMs().includes(500), 'the planned replacement');
    run.clock.advance(500);
    await until(() => run.socket.counters().rollovers === 1, 'the rollover');
    run.clock.advance(5_000);
    await until(() => run.venue.connection(0).closeCode !== undefined, 'the old one to close');
    await run.control(1);
    await expectGone(run);
  });

  test('S043: nothing is left of a connection that was lost while it was being replaced', async () => {
    const run = await SocketRun.live();
    run.venue.connection(0).send({ kind: 'closing', reason: 'upgrade' });
    await until(() => run.clock.pendingDelaysMs().includes(500), 'the planned replacement');
    run.clock.advance(500);
    await until(() => run.socket.counters().rollovers === 1, 'the rollover');
    run.venue.connection(0).socket.close();
    await until(() => !run.clock.pendingDelaysMs().includes(5_000), 'the end of the overlap');
    await expectGone(run);
  });

  test('ends both connections of a rollover', async () => {
    const run = await SocketRun.live();
    run.venue.manners = { onRequest: () => undefined };
    run.clock.advance(1_000);
    run.venue.connection(0).send({ kind: 'closing', reason: 'upgrade' });
    await until(() => run.clock.pendingDelaysMs().includes(500), 'the planned replacement');
    run.clock.advance(500);
    await run.untilConnections(2);
    await expectGone(run);
  });

  test('may be called by a handler, and twice, and before start', async () => {
    let stopped: Promise<void> | undefined;
    const run = await SocketRun.start({
      socket: { onState: ({ state }) => void (state === 'LIVE' && (stopped = run.socket.stop())) },
      manners: {
        onRequest: (request, venue) => {
          venue.acknowledge(request);
          venue.send({ kind: 'data', message: 'the one that makes it LIVE' });
        },
      },
    });
    await until(() => stopped !== undefined, 'LIVE');
    expect(run.messages).toEqual([]);
    expect(run.socket.stop()).toBe(stopped);
    await expectGone(run);

    const never = await SocketRun.live();
    await never.socket.stop();
    never.socket.start();
    await expectGone(never);
  });

  test('may be called by the handler that hears of an outage', async () => {
    const run = await SocketRun.live({ socket: { onOutage: () => void run.socket.stop() } });
    run.venue.connection(0).socket.terminate();
    await until(() => run.clock.pendingDelaysMs().length === 0, 'every timer to be gone');
    await expectGone(run);
  });
});
