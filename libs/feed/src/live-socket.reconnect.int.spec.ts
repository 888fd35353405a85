import { afterEach, describe, expect, test } from '@jest/globals';
import { FAKE_EPOCH_MS } from './fake-clock.js';
import { SocketRun, type RunOptions } from './testing/socket-run.js';
import { acknowledgeWithData } from './testing/test-venue.js';
import { until } from './testing/until.js';

describe('LiveSocket after a lost connection', () => {
  let run: SocketRun;
  const live = async (options?: RunOptions) => (run = await SocketRun.live(options));
  afterEach(async () => run.end());

  /** Has the newest connection closed, and tells the wait until the next try. */
  const waitAfterClose = async (close: (index: number) => void): Promise<number> => {
    const index = run.venue.connections.length - 1;
    const before = run.states.length;
    close(index);
    await until(() => run.states.length > before && run.socket.status.state === 'RESYNCING', 'RESYNCING');
    return run.clock.pendingDelaysMs()[0]!;
  };
  const closeCleanly = (index: number) => run.venue.connection(index).socket.close(1000);

  test('S039, F1: waits random x 1, 2, 4 ... 60 s, after clean closes too, and asks for its topics each time', async () => {
    await live({ random: () => 0.75, topics: ['a', 'b'] });
    const waits: number[] = [];
    for (let round = 1; round <= 8; round += 1) {
      waits.push(await waitAfterClose(closeCleanly));
      run.clock.advance(waits.at(-1)! - 1);
      expect(run.venue.handshakes).toBe(round);
      run.clock.advance(1);
      await run.untilState('LIVE');
    }
    expect(waits).toEqual([1, 2, 4, 8, 16, 32, 60, 60].map((seconds) => seconds * 750));
    for (const { requests } of run.venue.connections) {
      expect(requests.map(({ topics }) => topics)).toEqual([['control', 'a', 'b']]);
    }
    expect(run.socket.counters()).toMatchObject({ connections: 9, reconnects: 8 });
  });

  test('T4: starts the backoff anew only after 60 s of flowing data', async () => {
    await live();
    const lose = async (index: number) => {
      const wait = await waitAfterClose(closeCleanly);
      run.clock.advance(wait);
      await run.untilConnections(index + 2);
      await run.untilState('LIVE');
      return wait;
    };
    expect(await lose(0)).toBe(500);
    await run.flow(59, 1);
    expect(await lose(1)).toBe(1_000);
    await run.flow(60, 2);
    expect(await lose(2)).toBe(500);
  });

  test('T3: an open connection without data is no success; the backoff grows on', async () => {
    run = await SocketRun.start({ manners: { onRequest: (request, venue) => venue.acknowledge(request) } });
    await run.untilState('SYNCING');
    expect(await waitAfterClose(closeCleanly)).toBe(500);
    run.clock.advance(500);
    await run.untilState('SYNCING');
    expect(await waitAfterClose(closeCleanly)).toBe(1_000);
    expect(run.outages).toEqual([]);
  });

  test('I3: an outage lasts from the last good frame, not from its detection, to the first good one after it', async () => {
    await live();
    run.clock.advance(3_000);
    await run.control(0);
    run.clock.advance(2_000);
    await waitAfterClose((index) => run.venue.connection(index).socket.terminate());
    const fromMs = FAKE_EPOCH_MS + 3_000;
    expect(run.outages).toEqual([
      { fromMs, cause: 'DISCONNECTED', detail: `${run.venue.host} closed the connection (1006)` },
    ]);
    run.venue.manners = { onRequest: (request, venue) => venue.acknowledge(request) };
    run.clock.advance(500);
    await run.untilState('SYNCING');
    await until(() => run.venue.connections[1]?.requests.length === 1, 'the subscription');
    run.clock.advance(1_000);
    expect(run.outages).toHaveLength(1);
    await run.control(1);
    expect(run.outages[1]).toEqual({ ...run.outages[0], toMs: FAKE_EPOCH_MS + 6_500 });
    expect(run.stateNames).toEqual(['CONNECTING', 'SYNCING', 'LIVE', 'RESYNCING', 'SYNCING', 'LIVE']);
  });

  test('I3: data before the last acknowledgement is handed on, yet does not end the outage', async () => {
    await live({ topics: ['a', 'b', 'c', 'd', 'e'] });
    await waitAfterClose(closeCleanly);
    run.venue.manners = {
      onRequest: (request, venue) => {
        if (request.topics.includes('a')) acknowledgeWithData(request, venue);
      },
    };
    run.clock.advance(500);
    await until(() => run.venue.connections[1]?.requests.length === 2, 'both requests');
    run.venue.connection(1).send({ kind: 'data', message: 'early' });
    await until(() => run.messages.includes('early'), 'early data');
    expect(run.socket.status.state).toBe('SYNCING');
    run.venue.connection(1).acknowledge(run.venue.connection(1).requests[1]!);
    await run.control(1);
    expect(run.socket.status.state).toBe('LIVE');
    expect(run.outages).toHaveLength(2);
  });

  test('F2: a frame cut off in the middle is discarded whole', async () => {
    await live();
    const whole = JSON.stringify({ kind: 'data', message: 'half' });
    const { raw } = run.venue.connection(0);
    // Fin and text, the length of the whole, and half of the payload.
    raw.write(Buffer.concat([Buffer.from([0x81, whole.length]), Buffer.from(whole.slice(0, 20))]));
    await waitAfterClose(() => raw.destroy());
    run.clock.advance(500);
    await run.untilState('LIVE');
    expect(run.messages).toEqual([]);
    expect(run.socket.counters().unreadable).toEqual({});
  });

  test('F3: notices a half-open connection by its unanswered heartbeat and cuts it', async () => {
    await live();
    run.venue.connection(0).raw.pause();
    run.clock.advance(15_000);
    expect(run.socket.status).toEqual({
      state: 'STALE',
      reason: `no data from ${run.venue.host} for 15 s; asking whether anyone is there`,
    });
    run.clock.advance(10_000);
    expect(run.socket.status).toEqual({
      state: 'RESYNCING',
      reason: `${run.venue.host} did not answer a heartbeat within 10 s; next try in 1 s`,
    });
    expect(run.outages).toMatchObject([{ fromMs: FAKE_EPOCH_MS, cause: 'DISCONNECTED' }]);
    run.clock.advance(500);
    await run.untilState('LIVE');
  });

  test('F4: acknowledged but silent is SILENT once the transport has answered, and stays so until data flows', async () => {
    await live();
    run.venue.manners = { onRequest: (request, venue) => venue.acknowledge(request) };
    const goSilent = async (index: number) => {
      run.clock.advance(15_000);
      const { others, socket } = run.venue.connection(index);
      await until(() => others.includes('ping'), 'a heartbeat');
      expect(run.socket.status.state).toBe('STALE');
      socket.send('pong');
      await run.untilState('SILENT');
    };
    await goSilent(0);
    expect(run.socket.status.reason).toContain('though it acknowledged the subscription');
    expect(run.outages).toMatchObject([{ fromMs: FAKE_EPOCH_MS, cause: 'SILENT' }]);
    run.clock.advance(500);
    await until(() => run.venue.connections[1]?.requests.length === 1, 'the subscription');
    expect(run.socket.status.state).toBe('SILENT');
    run.venue.connection(1).send({ kind: 'ignored' });
    await until(() => run.socket.counters().frames === 5, 'the acknowledgement to be read');
    await goSilent(1);
    run.venue.manners = {};
    run.clock.advance(1_000);
    await run.untilState('LIVE');
    expect(run.outages).toHaveLength(2);
  });

  test('F5: heartbeats alone never refresh the age of the data', async () => {
    await live();
    for (let second = 0; second < 14; second += 1) {
      run.clock.advance(1_000);
      const before = run.socket.counters().frames;
      run.venue.connection(0).socket.send('pong');
      await until(() => run.socket.counters().frames > before, 'a pong');
    }
    run.clock.advance(1_000);
    expect(run.socket.status.state).toBe('STALE');
    expect(run.socket.lastDataMs).toBe(FAKE_EPOCH_MS);
  });

  test('a late frame ends STALE without an outage: the connection held and lost nothing', async () => {
    await live();
    run.clock.advance(15_000);
    expect(run.socket.status.state).toBe('STALE');
    await run.control(0);
    expect(run.socket.status.state).toBe('LIVE');
    run.clock.advance(14_999);
    expect(run.socket.status.state).toBe('LIVE');
    expect(run.outages).toEqual([]);
    expect(run.venue.handshakes).toBe(1);
  });

  test('S041: a quiet stream whose control stream speaks stays LIVE', async () => {
    await live();
    await run.flow(90, 0);
    expect(run.venue.handshakes).toBe(1);
    expect(run.stateNames.at(-1)).toBe('LIVE');
  });

  test('S040: answers the pings of the venue, and pings itself where the venue knows no text heartbeat', async () => {
    await live({
      protocol: { heartbeat: { idleMs: 180_000, answerWithinMs: 10_000 }, controlStaleMs: 600_000 },
    });
    const venue = run.venue.connection(0);
    let pongs = 0;
    venue.socket.on('pong', () => (pongs += 1));
    venue.socket.ping();
    await until(() => pongs === 1, 'a pong');
    run.clock.advance(180_000);
    await until(() => venue.pings === 1, 'a ping');
    // The pong comes by itself and is the answer: no heartbeat is outstanding any more.
    await until(() => !run.clock.pendingDelaysMs().includes(10_000), 'the pong to be read');
    run.clock.advance(20_000);
    expect(run.socket.status.state).toBe('LIVE');
  });

  test('F44: silence during our own standstill is not held against the venue', async () => {
    await live();
    run.clock.stall(40_000);
    expect(run.socket.status.state).toBe('LIVE');
    await run.control(0);
    run.clock.advance(14_000);
    expect(run.stateNames.at(-1)).toBe('LIVE');
    expect(run.outages).toEqual([]);
  });
});
