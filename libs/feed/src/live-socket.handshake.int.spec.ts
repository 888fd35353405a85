import { createServer } from 'node:net';
import { afterEach, describe, expect, test } from '@jest/globals';
import { FAKE_EPOCH_MS } from './fake-clock.js';
import { SocketRun, type RunOptions } from './testing/socket-run.js';
import { type VenueManners } from './testing/test-venue.js';
import { until } from './testing/until.js';

const MINUTE_MS = 60_000;

describe('LiveSocket at the handshake', () => {
  let run: SocketRun;
  const start = async (options?: RunOptions) => (run = await SocketRun.start(options));
  afterEach(async () => run.end());

  const refuse = (status: string, headers = '', body = ''): VenueManners => ({
    refusal: { status, headers, body },
  });
  const nextTryMs = () => run.clock.pendingDelaysMs()[0];

  test('F28: 429 waits for Retry-After, with the backoff on top, and not a moment less', async () => {
    await start({ manners: refuse('429 Too Many Requests', 'Retry-After: 7\r\n') });
    await run.untilState('RATE_LIMITED');
    expect(run.socket.status).toEqual({
      state: 'RATE_LIMITED',
      reason: `${run.venue.host} asks for fewer requests (HTTP 429); next try in 8 s`,
      untilMs: FAKE_EPOCH_MS + 7_000,
    });
    run.venue.manners = {};
    run.clock.advance(7_499);
    expect(run.venue.handshakes).toBe(1);
    run.clock.advance(1);
    await run.untilState('LIVE');
  });

  test('F28: Retry-After may be a date, and one minute stands in for a missing or senseless one', async () => {
    const date = new Date(FAKE_EPOCH_MS + 90_000).toUTCString();
    await start({ random: () => 0, manners: refuse('429 Too Many Requests', `Retry-After: ${date}\r\n`) });
    await run.untilState('RATE_LIMITED');
    expect(nextTryMs()).toBe(90_000);
    run.venue.manners = refuse('429 Too Many Requests', 'Retry-After: soon\r\n');
    run.clock.advance(90_000);
    await until(() => run.venue.handshakes === 2 && nextTryMs() === MINUTE_MS, 'the second refusal');
  });

  test('F29: 418 waits at least two minutes, doubling, and longer when the venue says so', async () => {
    await start({ random: () => 0, manners: refuse("418 I'm a teapot", 'Retry-After: 5\r\n') });
    const waits: number[] = [];
    for (let round = 1; round <= 4; round += 1) {
      await until(() => run.venue.handshakes === round && run.states.length === round + 1, 'a refusal');
      expect(run.socket.status).toMatchObject({ state: 'BANNED', untilMs: run.clock.nowMs() + nextTryMs()! });
      waits.push(nextTryMs()! / MINUTE_MS);
      if (round === 3) run.venue.manners = refuse("418 I'm a teapot", 'Retry-After: 7200\r\n');
      run.clock.advance(nextTryMs()!);
    }
    expect(waits).toEqual([2, 4, 8, 120]);
  });

  test.each([
    ['451 Unavailable For Legal Reasons', ''],
    ['403 Forbidden', 'Service unavailable from a restricted location'],
    ['403 Forbidden', ''],
  ])('F30: %s %s is GEO_BLOCKED and tried every half hour only', async (status, body) => {
    await start({ random: () => 0, manners: refuse(status, '', body) });
    await run.untilState('GEO_BLOCKED');
    expect(nextTryMs()).toBe(30 * MINUTE_MS);
    expect(run.socket.status.untilMs).toBeUndefined();
  });

  test('403 "access too frequent" is RATE_LIMITED for ten minutes', async () => {
    await start({ random: () => 0, manners: refuse('403 Forbidden', '', 'access too frequent.') });
    await run.untilState('RATE_LIMITED');
    expect(nextTryMs()).toBe(10 * MINUTE_MS);
  });

  test('F31: 503 is VENUE_PAUSED and its backoff grows to random x five minutes', async () => {
    await start({ manners: refuse('503 Service Unavailable') });
    const waits: number[] = [];
    for (let round = 1; round <= 11; round += 1) {
      // While a handshake is under way its ten seconds are the one thing that is waited for.
      const refused = () => run.clock.pendingDelaysMs().length === 1 && nextTryMs() !== 10_000;
      await until(() => run.venue.handshakes === round && refused(), `refusal ${round}`);
      waits.push(nextTryMs()! / 500);
      run.clock.advance(nextTryMs()!);
    }
    expect(run.socket.status.state).toBe('VENUE_PAUSED');
    expect(waits).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300]);
  });

  test('any other answer is an ERROR with its status and the beginning of its body', async () => {
    await start({ manners: refuse('404 Not Found', '', 'no such route\u0007') });
    await run.untilState('ERROR');
    expect(run.socket.status.reason).toBe(
      `${run.venue.host} refuses the request (HTTP 404): no such route·; next try in 1 s`,
    );
  });

  test('an answer whose body never ends is judged by what came of it in ten seconds', async () => {
    await start({ manners: { mute: true } });
    await until(() => run.venue.handshakes === 1, 'the handshake');
    run.venue.stream(0).write('HTTP/1.1 429 Too Many\r\nRetry-After: 30\r\nContent-Length: 99\r\n\r\nslow');
    // What is written on loopback can be read in the next turn of the event loop.
    let turns = 0;
    await until(() => (turns += 1) === 10, 'a few turns');
    expect(run.socket.status.state).toBe('CONNECTING');
    run.clock.advance(10_000);
    expect(run.socket.status.state).toBe('RATE_LIMITED');
  });

  test('an answer with a huge body is judged by its beginning', async () => {
    await start({ manners: { mute: true } });
    await until(() => run.venue.handshakes === 1, 'the handshake');
    const head = 'HTTP/1.1 403 Forbidden\r\nContent-Length: 1000000000\r\n\r\naccess too frequent';
    run.venue.stream(0).write(head + ' '.repeat(5_000));
    await run.untilState('RATE_LIMITED');
  });

  test('gives a venue that does not answer ten seconds', async () => {
    await start({ manners: { mute: true } });
    await until(() => run.venue.handshakes === 1, 'the handshake');
    run.clock.advance(9_999);
    expect(run.socket.status.state).toBe('CONNECTING');
    run.clock.advance(1);
    expect(run.socket.status).toEqual({
      state: 'ERROR',
      reason: `${run.venue.host} did not answer the handshake within 10 s; next try in 1 s`,
    });
    run.venue.manners = {};
    run.clock.advance(500);
    await run.untilState('LIVE');
  });

  test('says in plain words when nobody listens, and keeps saying so while it tries again', async () => {
    await start();
    await run.untilState('LIVE');
    await run.venue.close();
    await run.untilState('RESYNCING');
    for (let round = 0; round < 3; round += 1) {
      const before = run.states.length;
      run.clock.advance(nextTryMs()!);
      await until(() => run.states.length > before, 'the next failure');
      expect(run.socket.status.state).toBe('ERROR');
      expect(run.socket.status.reason).toMatch(/^127\.0\.0\.1:\d+ refuses the connection; next try in \d s$/);
    }
    expect(run.outages).toHaveLength(1);
    expect(run.outages[0]).toMatchObject({ fromMs: FAKE_EPOCH_MS, cause: 'DISCONNECTED' });
  });

  test('F33: a host that cannot prove who it is gets no connection', async () => {
    // A server without TLS: the secure handshake fails on its first bytes.
    const plain = createServer((stream) =>
      stream
        .on('error', () => undefined)
        .resume()
        .end('HTTP/1.1 200 OK\r\n\r\n'),
    );
    await new Promise<void>((resolve) => plain.listen(0, '127.0.0.1', resolve));
    const address = plain.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    await start({ protocol: { url: `wss://127.0.0.1:${port}/ws` } });
    await run.untilState('ERROR');
    expect(run.socket.status.reason).toContain(`127.0.0.1:${port} cannot be trusted (TLS)`);
    await new Promise((resolve) => plain.close(resolve));
  });
});
