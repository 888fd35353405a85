import { afterEach, describe, expect, test } from '@jest/globals';
import { FAKE_EPOCH_MS } from './fake-clock.js';
import { SocketRun, type RunOptions } from './testing/socket-run.js';
import { acknowledgeWithData } from './testing/test-venue.js';
import { until } from './testing/until.js';

const HOUR_MS = 3_600_000;

describe('LiveSocket in a planned rollover', () => {
  let run: SocketRun;
  const live = async (options?: RunOptions) => {
    // Data is far apart here: what is looked at is hours of age, not seconds of silence.
    const protocol = {
      controlStaleMs: 100 * HOUR_MS,
      heartbeat: { idleMs: 100 * HOUR_MS, answerWithinMs: 1 },
    };
    run = await SocketRun.live({ protocol, ...options });
  };
  afterEach(async () => run.end());

  const isOpen = (index: number) => run.venue.connection(index).closeCode === undefined;
  const closes = (index: number) => until(() => !isOpen(index), `connection ${index} to close`);
  /** Lets the first connection grow old enough to be trusted, then has the venue announce its end. */
  const announceClosing = async (index: number) => {
    run.clock.advance(60_000);
    await run.control(index);
    run.venue.connection(index).send({ kind: 'closing', reason: 'upgrade' });
  };

  test('F7: opens the next connection before the old one is too old, overlaps 5 s, and nothing is missed', async () => {
    await live();
    // 23 h less random x 30 min.
    run.clock.advance(22.75 * HOUR_MS - 1);
    await run.control(0);
    expect(run.venue.handshakes).toBe(1);
    run.clock.advance(1);
    await until(() => run.socket.counters().rollovers === 1, 'the rollover');
    run.clock.advance(4_999);
    for (const index of [0, 1]) {
      run.venue.connection(index).send({ kind: 'data', message: `from ${index}` });
    }
    await until(() => run.messages.length === 2, 'data of both connections');
    expect([...run.messages].sort()).toEqual(['from 0', 'from 1']);
    run.clock.advance(1);
    await closes(0);
    expect(run.venue.connection(0).closeCode).toBe(1000);
    await run.control(1);
    expect(run.stateNames).toEqual(['CONNECTING', 'SYNCING', 'LIVE']);
    expect(run.outages).toEqual([]);
    run.clock.advance(22.75 * HOUR_MS);
    await until(() => run.socket.counters().rollovers === 2, 'the next rollover');
  });

  test('a venue that announces its end is left at once', async () => {
    await live();
    await announceClosing(0);
    await until(() => run.socket.counters().rollovers === 1, 'the rollover');
    expect(run.venue.handshakes).toBe(2);
    expect(isOpen(0)).toBe(true);
    expect(run.outages).toEqual([]);
  });

  test('repeated announcements lead to one replacement', async () => {
    await live();
    await announceClosing(0);
    for (let again = 0; again < 3; again += 1) {
      run.venue.connection(0).send({ kind: 'closing', reason: 'upgrade' });
    }
    await until(() => run.socket.counters().rollovers === 1, 'the rollover');
    await run.control(0);
    expect(run.venue.handshakes).toBe(2);
  });

  test('a venue that announces the end of every new connection is followed at the pace of the backoff', async () => {
    await live();
    await announceClosing(0);
    await until(() => run.socket.counters().rollovers === 1, 'the first rollover');
    const waits: number[] = [];
    for (let index = 1; index <= 3; index += 1) {
      for (let again = 0; again < 3; again += 1) {
        run.venue.connection(index).send({ kind: 'closing', reason: 'again' });
      }
      const wait = 250 * 2 ** index;
      await until(() => run.clock.pendingDelaysMs().includes(wait), `a wait of ${wait} ms`);
      waits.push(wait);
      run.clock.advance(wait);
      await until(() => run.socket.counters().rollovers === index + 1, 'the next rollover');
    }
    expect(waits).toEqual([500, 1_000, 2_000]);
    expect(run.outages).toEqual([]);
  });

  test('a new connection whose end is announced before it is ready takes over and is replaced in turn', async () => {
    await live();
    run.venue.manners = { onRequest: () => undefined };
    await announceClosing(0);
    await until(() => run.venue.connections[1]?.requests.length === 1, 'the new subscription');
    run.venue.connection(1).send({ kind: 'closing', reason: 'this one, too' });
    acknowledgeWithData(run.venue.connection(1).requests[0]!, run.venue.connection(1));
    await until(() => run.clock.pendingDelaysMs().includes(500), 'the planned replacement');
    run.venue.manners = {};
    run.clock.advance(500);
    await until(() => run.socket.counters().rollovers === 2, 'the second rollover');
    expect(run.outages).toEqual([]);
  });

  test('keeps the old connection when the new one cannot be made, and tries again with backoff', async () => {
    await live();
    run.venue.manners = { refusal: { status: '503 Service Unavailable' } };
    await announceClosing(0);
    await until(() => run.venue.handshakes === 2 && run.clock.pendingDelaysMs()[0] === 500, 'a refusal');
    await run.control(0);
    run.venue.manners = {};
    run.clock.advance(500);
    await until(() => run.socket.counters().rollovers === 1, 'the rollover');
    expect(run.stateNames).toEqual(['CONNECTING', 'SYNCING', 'LIVE']);
    expect(run.outages).toEqual([]);
  });

  test('F28: a wait that the new connection was told holds when the old one is lost, too', async () => {
    await live();
    run.venue.manners = { refusal: { status: '429 Too Many', headers: 'Retry-After: 600\r\n' } };
    await announceClosing(0);
    await until(() => run.clock.pendingDelaysMs().includes(600_500), 'the refusal');
    run.venue.connection(0).socket.terminate();
    await run.untilState('RESYNCING');
    expect(run.clock.pendingDelaysMs()).toEqual([600_000 + 500]);
    expect(run.clock.pendingDelaysMs()[0]).toBeGreaterThanOrEqual(600_000);
  });

  test('an old connection lost before the new one is ready is an outage until the new one is', async () => {
    await live();
    run.venue.manners = { onRequest: () => undefined };
    await announceClosing(0);
    await until(() => run.venue.connections[1]?.requests.length === 1, 'the new subscription');
    run.clock.advance(1_000);
    run.venue.connection(0).socket.terminate();
    await run.untilState('RESYNCING');
    run.clock.advance(1_000);
    acknowledgeWithData(run.venue.connection(1).requests[0]!, run.venue.connection(1));
    await run.untilState('LIVE');
    expect(run.venue.handshakes).toBe(2);
    expect(run.outages.at(-1)).toMatchObject({
      fromMs: FAKE_EPOCH_MS + 60_000,
      toMs: FAKE_EPOCH_MS + 62_000,
    });
    expect(run.socket.counters().reconnects).toBe(0);
    // It is two seconds old by now, and as any other it is replaced in time.
    run.venue.manners = {};
    run.clock.advance(22.75 * HOUR_MS - 2_001);
    await run.control(1);
    expect(run.venue.handshakes).toBe(2);
    run.clock.advance(1);
    await until(() => run.socket.counters().rollovers === 1, 'its replacement');
  });

  test('a new connection lost during the overlap leaves the old one in charge, without an outage', async () => {
    await live();
    await announceClosing(0);
    await until(() => run.socket.counters().rollovers === 1, 'the rollover');
    run.clock.advance(1_000);
    run.venue.connection(1).socket.terminate();
    await until(() => run.clock.pendingDelaysMs().includes(500), 'the next try');
    run.venue.connection(0).send({ kind: 'data', message: 'still here' });
    await until(() => run.messages.includes('still here'), 'data of the old connection');
    run.clock.advance(500);
    await until(() => run.socket.counters().rollovers === 2, 'the second rollover');
    // The second overlap is a whole one; the first one's end does not cut it short.
    run.clock.advance(4_999);
    await run.control(0);
    run.clock.advance(1);
    await closes(0);
    expect(run.stateNames).toEqual(['CONNECTING', 'SYNCING', 'LIVE']);
    expect(run.outages).toEqual([]);
  });

  test('an old connection lost during the overlap is no outage', async () => {
    await live();
    await announceClosing(0);
    await until(() => run.socket.counters().rollovers === 1, 'the rollover');
    run.venue.connection(0).socket.terminate();
    await closes(0);
    await run.control(1);
    expect(run.outages).toEqual([]);
    expect(run.socket.status.state).toBe('LIVE');
    // The overlap that it ended does not cut the next one short.
    run.venue.connection(1).send({ kind: 'closing', reason: 'again' });
    await until(() => run.clock.pendingDelaysMs().includes(500), 'the planned replacement');
    run.clock.advance(500);
    await until(() => run.socket.counters().rollovers === 2, 'the second rollover');
    run.clock.advance(4_999);
    await run.control(1);
    run.clock.advance(1);
    await closes(1);
  });

  test('T4: health counts across a rollover: an earlier run of failures is forgotten', async () => {
    await live();
    for (const wait of [500, 1_000, 2_000]) {
      const index = run.venue.connections.length - 1;
      run.venue.connection(index).socket.terminate();
      await run.untilState('RESYNCING');
      run.clock.advance(wait);
      await run.untilState('LIVE');
    }
    run.venue.manners = { refusal: { status: '500 Oops' } };
    await announceClosing(3);
    await until(() => run.clock.pendingDelaysMs().includes(500), 'the first wait again');
    run.venue.manners = {};
    run.clock.advance(500);
    await until(() => run.socket.counters().rollovers === 1, 'the rollover');
    run.clock.advance(5_000);
    await closes(3);
    run.venue.connection(4).socket.terminate();
    await run.untilState('RESYNCING');
    expect(run.clock.pendingDelaysMs()).toEqual([500]);
  });

  test('drops and counts late frames of a replaced connection', async () => {
    await live();
    await announceClosing(0);
    await until(() => run.socket.counters().rollovers === 1, 'the rollover');
    const old = run.venue.connection(0);
    // The venue stops reading, so that it neither sees the goodbye nor answers it, and goes on talking.
    old.raw.pause();
    run.clock.advance(5_000);
    old.send({ kind: 'data', message: 'late' });
    await until(() => run.socket.counters().lateFrames === 1, 'the late frame');
    expect(run.messages).toEqual([]);
    // Five seconds later it is cut off, as the venue finds out when it writes again.
    run.clock.advance(5_000);
    await until(() => {
      old.send({ kind: 'data', message: 'into the void' });
      return old.raw.destroyed;
    }, 'the cut');
    expect(run.messages).toEqual([]);
  });

  test('topics that change during the overlap change on both connections', async () => {
    await live();
    await announceClosing(0);
    await until(() => run.socket.counters().rollovers === 1, 'the rollover');
    run.socket.setTopics(['a', 'new']);
    for (const index of [0, 1]) {
      const { requests } = run.venue.connection(index);
      await until(() => requests.at(-1)?.topics.includes('new') === true, `the new topic on ${index}`);
    }
  });
});
