import { afterEach, describe, expect, test } from '@jest/globals';
import { SocketRun, type RunOptions } from './testing/socket-run.js';
import { until } from './testing/until.js';

describe('LiveSocket and bad frames', () => {
  let run: SocketRun;
  const live = async (options?: RunOptions) => (run = await SocketRun.live(options));
  afterEach(async () => run.end());

  const send = (frame: string | Buffer, binary?: boolean) => {
    run.venue.connection(0).socket.send(frame, binary === undefined ? {} : { binary });
  };
  const counted = (kind: string) => run.socket.counters().unreadable[kind] ?? 0;

  test('F8: garbage, binary, empty and broken UTF-8 frames are counted, told and survived', async () => {
    await live();
    send('{"kind":"data","message":');
    send(Buffer.from([1, 2, 0xab]), true);
    send('');
    send(Buffer.from([0x22, 0xe2, 0x82, 0x22]), false);
    send('throw');
    send(JSON.stringify({ kind: 'unreadable', reason: 'no such event' }));
    await until(() => counted('no such event') === 1, 'the last one');
    expect(run.socket.counters().unreadable).toEqual({
      'not JSON': 1,
      'binary frame': 1,
      'empty frame': 1,
      'not valid UTF-8': 1,
      'the reader failed: Error: a bug in the reader': 1,
      'no such event': 1,
    });
    expect(run.unreadable.slice(0, 3)).toEqual([
      { kind: 'not JSON', count: 1, sample: '{"kind":"data","message":' },
      { kind: 'binary frame', count: 1, sample: '0102ab' },
      { kind: 'empty frame', count: 1, sample: '' },
    ]);
    run.venue.connection(0).send({ kind: 'data', message: 'still alive' });
    await until(() => run.messages.length === 1, 'data');
    expect(run.venue.handshakes).toBe(1);
    expect(run.socket.status.state).toBe('LIVE');
  });

  test('F8: tells the first of a kind and then at most one a minute, cut to 200 printable characters', async () => {
    await live({ protocol: { controlStaleMs: 600_000, heartbeat: { idleMs: 600_000, answerWithinMs: 1 } } });
    for (let index = 0; index < 5; index += 1) send(`\u0000\u202e${'x'.repeat(300)}`);
    await until(() => counted('not JSON') === 5, 'five bad frames');
    run.clock.advance(59_999);
    send('x');
    await until(() => counted('not JSON') === 6, 'a bad frame');
    expect(run.unreadable).toEqual([{ kind: 'not JSON', count: 1, sample: `··${'x'.repeat(198)}` }]);
    run.clock.advance(1);
    send('y');
    await until(() => counted('not JSON') === 7, 'a bad frame');
    expect(run.unreadable.at(-1)).toEqual({ kind: 'not JSON', count: 7, sample: 'y' });
  });

  test('F8: says of each bad frame where among the messages it came, also where it is not reported', async () => {
    const heard: unknown[] = [];
    await live({
      socket: {
        onMessage: (message) => heard.push(message),
        onUnreadableFrame: () => heard.push('unreadable'),
      },
    });
    const data = (message: string) => run.venue.connection(0).send({ kind: 'data', message });
    data('a');
    send('bad');
    send('bad');
    data('b');
    send('bad');
    data('c');
    await until(() => heard.includes('c'), 'the last one');
    expect(heard).toEqual(['a', 'unreadable', 'unreadable', 'b', 'unreadable', 'c']);
  });

  test('F8: more than 1 % and at least 20 bad frames in a minute are an ERROR and a new connection', async () => {
    await live();
    for (let index = 0; index < 19; index += 1) send('bad');
    await until(() => counted('not JSON') === 19, '19 bad frames');
    expect(run.socket.status.state).toBe('LIVE');
    send('bad');
    await run.untilState('ERROR');
    expect(run.socket.status.reason).toContain('more than 1 % of the frames of a minute cannot be read');
    expect(run.outages).toHaveLength(1);
    run.clock.advance(500);
    await run.untilState('LIVE');
  });

  test('F8: 20 bad ones among 2,000 good ones are 1 % and not more', async () => {
    await live();
    const good = JSON.stringify({ kind: 'ignored' });
    for (let index = 0; index < 2_000; index += 1) send(good);
    for (let index = 0; index < 20; index += 1) send('bad');
    await until(() => counted('not JSON') === 20, '20 bad frames');
    await run.control(0);
    expect(run.socket.status.state).toBe('LIVE');
  });

  test('F11: a frame above the limit ends its connection, is counted, and is followed by the backoff', async () => {
    await live({ protocol: { maxFrameBytes: 1_000 } });
    send('x'.repeat(1_001));
    await run.untilState('ERROR');
    expect(run.socket.status.reason).toBe(`${run.venue.host} sent a frame above 1000 bytes; next try in 1 s`);
    expect(counted('frame too large')).toBe(1);
    expect(run.clock.pendingDelaysMs()).toEqual([500]);
    run.clock.advance(500);
    await run.untilState('LIVE');
  });

  test('a frame that breaks the WebSocket protocol itself ends its connection and is counted', async () => {
    await live();
    // Reserved opcode 3.
    run.venue.connection(0).raw.write(Buffer.from([0x83, 0x00]));
    await run.untilState('ERROR');
    expect(counted('broken WebSocket frame')).toBe(1);
  });

  test('a refusal of nothing that was asked is counted and does no harm', async () => {
    await live();
    run.venue.connection(0).send({ kind: 'refused', id: 'other', reason: 'what?' });
    run.venue.connection(0).send({ kind: 'acknowledged', id: 'other' });
    await until(() => counted('refusal of nothing that was asked') === 1, 'the refusal');
    await run.control(0);
    expect(run.socket.status.state).toBe('LIVE');
  });

  test('I6: a venue with ever new kinds of nonsense fills fifty counters and one more', async () => {
    await live();
    const good = JSON.stringify({ kind: 'ignored' });
    for (let index = 0; index < 60; index += 1) {
      send(JSON.stringify({ kind: 'unreadable', reason: `kind ${index}` }));
      for (let filler = 0; filler < 150; filler += 1) send(good);
    }
    await until(() => counted('other') === 10, 'the kinds beyond fifty');
    expect(Object.keys(run.socket.counters().unreadable)).toHaveLength(51);
  });
});
