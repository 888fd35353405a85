import { createServer, type RequestListener, type Server } from 'node:http';
import { type AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { FAKE_EPOCH_MS, FakeClock } from './fake-clock.js';
import { type RequestAsk } from './request-ask.js';
import { type RequestLimit, type RequestRules } from './request-rules.js';
import { until } from './testing/until.js';
import { VenueError } from './venue-error.js';
import { VenueRequests, type VenuePause, type VenueRequestsOptions } from './venue-requests.js';

/** Ten points in ten seconds, of which eight are used; `/dear` costs four. */
const WEIGHT: RequestLimit = { name: 'weight', points: 10, perMs: 10_000 };
const RULES: RequestRules = {
  costOf: (path) => ({ limit: WEIGHT, points: path === '/dear' ? 4 : 1 }),
  readUsed: (headers) => {
    const used = headers.get('x-used');
    return used === null ? undefined : { limit: WEIGHT, usedPoints: Number(used) };
  },
};

describe('VenueRequests over HTTP', () => {
  let clock: FakeClock;
  let server: Server;
  let host: string;
  /** What arrived at the server. */
  let asked: string[];
  let answer: RequestListener;
  let venues: VenueRequests;
  let pauses: VenuePause[];

  const answerWith = (status: number, body = '1', headers: Record<string, string> = {}) => {
    answer = (_request, response) => response.writeHead(status, headers).end(body);
  };
  const make = (options: Partial<VenueRequestsOptions> = {}, rules = RULES) => {
    venues = new VenueRequests({
      clock,
      venues: [{ id: 'toy', name: 'Toy', root: `http://${host}/proxy`, rules }],
      onPause: (pause) => pauses.push(pause),
      ...options,
    });
  };
  const get = (path: string, ask: RequestAsk = { kind: 'CATALOGUE' }) =>
    venues.fetch(`http://${host}/proxy${path}`, ask);
  const failure = async (request: Promise<unknown>): Promise<VenueError> => {
    const error: unknown = await request.then(
      () => undefined,
      (reason: unknown) => reason,
    );
    if (!(error instanceof VenueError)) throw new Error(`No VenueError but ${String(error)}`);
    return error;
  };
  const mood = () => {
    const { state, sinceMs, untilMs } = venues.state('toy') ?? {};
    return { state, sinceMs, untilMs };
  };

  beforeEach(async () => {
    clock = new FakeClock();
    asked = [];
    pauses = [];
    answerWith(200);
    server = createServer((request, response) => {
      asked.push(request.url ?? '');
      answer(request, response);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
    make();
  });
  afterEach(async () => {
    venues.close();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  test('F28: 429 is obeyed as long as it says, by everybody, and shown', async () => {
    answerWith(429, '', { 'retry-after': '7' });
    expect(await failure(get('/a'))).toMatchObject({
      failure: 'RATE_LIMITED',
      untilMs: FAKE_EPOCH_MS + 7_000,
    });
    answerWith(200);
    clock.advance(6_999);
    const kinds = ['CATALOGUE', 'MISSED_TRADES', 'LIVE_CANDLES', 'SNAPSHOTS', 'POLLING', 'HISTORY'] as const;
    for (const kind of kinds) {
      const error = await failure(get('/b', { kind }));
      expect(error).toMatchObject({ failure: 'RATE_LIMITED', untilMs: FAKE_EPOCH_MS + 7_000 });
      expect(error.message).toContain('was not asked: the host asks for fewer requests (HTTP 429)');
    }
    expect(asked).toEqual(['/proxy/a']);
    expect(mood()).toEqual({
      state: 'RATE_LIMITED',
      sinceMs: FAKE_EPOCH_MS,
      untilMs: FAKE_EPOCH_MS + 7_000,
    });
    clock.advance(1);
    expect(mood().state).toBe('SYNCING');
    await expect(get('/b')).resolves.toBe(1);
    expect(mood()).toEqual({ state: 'LIVE', sinceMs: clock.nowMs(), untilMs: undefined });
  });

  test('F28: 429 that does not say waits a minute, and twice as long each time it comes again', async () => {
    answerWith(429, '');
    const waits: number[] = [];
    for (let round = 0; round < 3; round += 1) {
      waits.push(((await failure(get('/a'))).untilMs ?? 0) - clock.nowMs());
      clock.advance(waits.at(-1)!);
    }
    answerWith(200);
    await get('/a');
    answerWith(429, '');
    waits.push(((await failure(get('/a'))).untilMs ?? 0) - clock.nowMs());
    expect(waits).toEqual([60_000, 120_000, 240_000, 60_000]);
  });

  test('F29: a ban holds until the time in the body, with those that waited told at once', async () => {
    const end = FAKE_EPOCH_MS + 300_000;
    const held: (() => void)[] = [];
    answer = (_request, response) => {
      const body = `{"code":-1003,"msg":"IP(192.0.2.1) banned until ${end}."}`;
      held.push(() => response.writeHead(418, { 'retry-after': '130' }).end(body));
    };
    const all = Array.from({ length: 5 }, (_, index) => failure(get(`/${index}`)));
    await until(() => held.length === 2, 'as many as may be under way');
    expect(venues.state('toy')?.counts.get('CATALOGUE')).toMatchObject({ made: 2, waiting: 3 });
    for (const release of held) release();
    for (const error of await Promise.all(all)) {
      expect(error).toMatchObject({ failure: 'BANNED', untilMs: end });
    }
    expect(asked).toHaveLength(2);
    expect(mood()).toEqual({ state: 'BANNED', sinceMs: FAKE_EPOCH_MS, untilMs: end });
    expect(pauses[0]).toEqual({
      venue: 'toy',
      failure: 'BANNED',
      words: 'banned this address for asking too often (HTTP 418)',
      status: 418,
      sinceMs: FAKE_EPOCH_MS,
      untilMs: end,
      strikes: 1,
    });
    // A step of the wall clock does not end it.
    clock.stepWallClock(3_600_000);
    expect((await failure(get('/a'))).failure).toBe('BANNED');
    expect(asked).toHaveLength(2);
  });

  test('F29: who waits is told though others are under way, and what those still get unsays nothing', async () => {
    const held: ((status: number) => void)[] = [];
    answer = (_request, response) => void held.push((status) => response.writeHead(status).end('1'));
    const [first, second, third] = ['/a', '/b', '/c'].map((path) =>
      get(path).catch((error: unknown) => error),
    );
    await until(() => held.length === 2, 'as many as may be under way');
    held[0]?.(418);
    expect([await first, await third]).toMatchObject([{ failure: 'BANNED' }, { failure: 'BANNED' }]);
    held[1]?.(200);
    expect(await second).toBe(1);
    expect(mood().state).toBe('BANNED');
  });

  test('F29: who waits for its place in a limit is told of a ban that another kind of request meets', async () => {
    const ask: RequestAsk = { kind: 'HISTORY', patienceMs: 60_000 };
    for (const path of ['/a', '/b', '/c']) await get(path, ask);
    const waiting = failure(get('/d', ask));
    answerWith(418, '');
    expect(await failure(get('/e'))).toMatchObject({ failure: 'BANNED' });
    expect(await waiting).toMatchObject({ failure: 'BANNED' });
    expect(asked).toHaveLength(4);
  });

  test('F29: requests that are banned together are one ban, and the next is twice as long', async () => {
    answerWith(418, '');
    const both = await Promise.all([failure(get('/a')), failure(get('/b'))]);
    expect(both.map(({ untilMs }) => untilMs)).toEqual(Array<number>(2).fill(FAKE_EPOCH_MS + 120_000));
    expect(asked).toHaveLength(2);
    clock.advance(120_000);
    expect((await failure(get('/a'))).untilMs).toBe(clock.nowMs() + 240_000);
  });

  test('waits where a good answer says that there is nothing left', async () => {
    make({}, { ...RULES, readRest: (headers) => (headers.get('x-left') === '0' ? 800 : undefined) });
    answerWith(200, '1', { 'x-left': '0' });
    await get('/a');
    expect(venues.state('toy')?.limits).toMatchObject([{ untilMs: FAKE_EPOCH_MS + 800 }]);
    const next = get('/b');
    await new Promise((resolve) => setImmediate(resolve));
    expect(asked).toHaveLength(1);
    clock.advance(800);
    await next;
    expect(asked).toHaveLength(2);
  });

  test('F29: a ban that an earlier process met holds before the first request, and its length counts', async () => {
    const before: VenuePause = {
      venue: 'toy',
      failure: 'BANNED',
      words: 'banned this address',
      status: 418,
      sinceMs: FAKE_EPOCH_MS - 60_000,
      untilMs: FAKE_EPOCH_MS + 60_000,
      strikes: 2,
    };
    let tell: (value: readonly VenuePause[]) => void = () => undefined;
    make({ pausesBefore: () => new Promise((resolve) => (tell = resolve)) });
    const first = failure(get('/a'));
    await new Promise((resolve) => setImmediate(resolve));
    expect(asked).toEqual([]);
    tell([before, { ...before, venue: 'gone' }]);
    expect(await first).toMatchObject({ failure: 'BANNED', untilMs: before.untilMs });
    expect(mood()).toEqual({ state: 'BANNED', sinceMs: before.sinceMs, untilMs: before.untilMs });
    expect(asked).toEqual([]);
    clock.advance(60_000);
    answerWith(418, '');
    // Two minutes, doubled twice.
    expect((await failure(get('/a'))).untilMs).toBe(clock.nowMs() + 480_000);
  });

  test('F30: a place that is not served is asked again after half an hour', async () => {
    answerWith(451, '');
    expect(await failure(get('/a'))).toMatchObject({ failure: 'GEO_BLOCKED' });
    clock.advance(30 * 60_000 - 1);
    expect(await failure(get('/a'))).toMatchObject({ failure: 'GEO_BLOCKED' });
    expect(mood().state).toBe('GEO_BLOCKED');
    clock.advance(1);
    answerWith(403, 'block access from your country');
    expect(await failure(get('/a'))).toMatchObject({ failure: 'GEO_BLOCKED', status: undefined });
    expect(asked).toHaveLength(2);
  });

  test('403 "access too frequent" is left alone for ten minutes, any other for one and then longer', async () => {
    answerWith(403, '{"retMsg":"access too frequent"}');
    expect((await failure(get('/a'))).untilMs).toBe(clock.nowMs() + 600_000);
    clock.advance(600_000);
    answerWith(403, '<html>blocked</html>');
    expect(await failure(get('/a'))).toMatchObject({ failure: 'REFUSED', untilMs: clock.nowMs() + 60_000 });
    expect(mood().state).toBe('ERROR');
    clock.advance(60_000);
    expect((await failure(get('/a'))).untilMs).toBe(clock.nowMs() + 120_000);
    expect(asked).toHaveLength(3);
  });

  test('F31: a venue that is out of service is left alone from the third time in a row, ever longer', async () => {
    answerWith(503, '');
    const waits: (number | undefined)[] = [];
    for (let round = 0; round < 5; round += 1) {
      const { untilMs } = await failure(get('/a'));
      waits.push(untilMs === undefined ? undefined : untilMs - clock.nowMs());
      clock.advance(waits.at(-1) ?? 5_000);
      expect(mood().state).toBe(waits.at(-1) === undefined ? 'VENUE_PAUSED' : 'SYNCING');
    }
    expect(waits).toEqual([undefined, undefined, 1_000, 2_000, 4_000]);
    answerWith(503, '', { 'retry-after': '90' });
    expect((await failure(get('/a'))).untilMs).toBe(clock.nowMs() + 90_000);
  });

  test('F32: a venue that does not answer is an ERROR that says why, and is LIVE with the next answer', async () => {
    answer = (_request, response) => response.destroy();
    expect((await failure(get('/a'))).failure).toBe('NETWORK');
    expect(mood().state).toBe('ERROR');
    expect(venues.state('toy')?.reason).toContain(`${host}/proxy/a`);
    answerWith(200, 'no json');
    expect((await failure(get('/a'))).failure).toBe('UNREADABLE');
    answerWith(200);
    await get('/a');
    expect(mood().state).toBe('LIVE');
    expect(venues.state('toy')?.failed).toBe(2);
  });

  test('never begins what would pass the limit, counting what others on this address use', async () => {
    answerWith(200, '1', { 'x-used': '5' });
    await get('/a');
    // One is ours, so four are of others; three of eight are left.
    expect(venues.state('toy')?.limits).toEqual([
      { name: 'weight', usedPoints: 5, usablePoints: 8, limitPoints: 10, perMs: 10_000 },
    ]);
    answerWith(200, '1', { 'x-used': '8' });
    const dear = get('/dear', { kind: 'CATALOGUE', patienceMs: 60_000 });
    const cheap = ['/b', '/c', '/d'].map((path) => get(path, { kind: 'CATALOGUE', patienceMs: 60_000 }));
    await new Promise((resolve) => setImmediate(resolve));
    expect(asked).toEqual(['/proxy/a']);
    clock.advance(10_000);
    clock.advance(200);
    await until(() => asked.length >= 2, 'the dear one');
    expect(asked[1]).toBe('/proxy/dear');
    await dear;
    for (let step = 0; step < 200 && asked.length < 5; step += 1) {
      clock.advance(200);
      await new Promise((resolve) => setImmediate(resolve));
    }
    await Promise.all(cheap);
  });

  test('a refusal under a good status counts, and slows down that limit alone where limits are apart', async () => {
    const slow: RequestLimit = { name: 'slow', points: 20, perMs: 2_000 };
    make(
      {},
      {
        costOf: (path) => ({ limit: path === '/slow' ? slow : WEIGHT, points: 1 }),
        readRefusal: (body) =>
          body === 'too many'
            ? { failure: 'RATE_LIMITED', words: 'says too many', waitMs: 2_000, isGuess: true, status: 200 }
            : undefined,
        rateWaitMs: 2_000,
        limitsAreApart: true,
      },
    );
    answerWith(200, '"too many"');
    expect((await failure(get('/slow'))).untilMs).toBe(clock.nowMs() + 2_000);
    expect(mood()).toMatchObject({ state: 'RATE_LIMITED' });
    answerWith(200);
    await get('/a');
    expect(mood()).toMatchObject({ state: 'LIVE' });
    const waiting = get('/slow');
    await new Promise((resolve) => setImmediate(resolve));
    expect(asked).toHaveLength(2);
    clock.advance(2_000);
    await waiting;
    clock.advance(2_000);
    answerWith(429, '');
    // An answer came in between: it counts as the first again.
    expect((await failure(get('/slow'))).untilMs).toBe(clock.nowMs() + 2_000);
    expect(pauses).toEqual([]);
  });

  test('refuses what is the address of no venue, and asks nothing once it is closed', async () => {
    await expect(venues.fetch(`http://${host}/elsewhere`)).rejects.toThrow('is the address of no venue');
    venues.close();
    expect((await failure(get('/a'))).message).toContain('the program ends');
    expect(asked).toEqual([]);
    expect(clock.pendingDelaysMs()).toEqual([]);
  });
});
