import { createServer, type RequestListener, type Server } from 'node:http';
import { type AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { FAKE_EPOCH_MS, FakeClock } from './fake-clock.js';
import { createJsonFetch, type JsonFetch, type JsonFetchOptions } from './json-fetch.js';
import { until } from './testing/until.js';
import { VenueError } from './venue-error.js';

describe('createJsonFetch', () => {
  let clock: FakeClock;
  let server: Server;
  let host: string;
  let requests: string[];
  let answer: RequestListener;
  let get: JsonFetch;
  const fetchWith = (options: Partial<JsonFetchOptions> = {}): JsonFetch => {
    const ask = createJsonFetch({ clock, ...options });
    return (path) => ask(`http://${host}${path}`);
  };
  const answerWith = (status: number, body: string, headers: Record<string, string> = {}) => {
    answer = (_request, response) => response.writeHead(status, headers).end(body);
  };
  const failure = async (request: Promise<unknown>): Promise<VenueError> => {
    const error: unknown = await request.then(
      () => undefined,
      (reason: unknown) => reason,
    );
    if (!(error instanceof VenueError)) throw new Error(`No VenueError but ${String(error)}`);
    return error;
  };

  beforeEach(async () => {
    clock = new FakeClock();
    requests = [];
    answerWith(200, '{"symbols":[]}');
    server = createServer((request, response) => {
      requests.push(request.url ?? '');
      answer(request, response);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
    get = fetchWith();
  });
  afterEach(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  test('resolves with the parsed body and leaves no timer behind', async () => {
    await expect(get('/fapi/v1/exchangeInfo')).resolves.toEqual({ symbols: [] });
    expect(clock.pendingDelaysMs()).toEqual([]);
  });

  test('F28: 429 is RATE_LIMITED until Retry-After, and the host is not asked again before', async () => {
    answerWith(429, '', { 'retry-after': '7' });
    const error = await failure(get('/a?signature=secret'));
    expect(error).toMatchObject({ failure: 'RATE_LIMITED', untilMs: FAKE_EPOCH_MS + 7_000 });
    expect(error.message).toBe(`${host}/a asks for fewer requests (HTTP 429)`);
    answerWith(200, '1');
    clock.advance(6_999);
    const local = await failure(get('/b'));
    expect(local).toMatchObject({ failure: 'RATE_LIMITED', untilMs: FAKE_EPOCH_MS + 7_000 });
    expect(local.message).toBe(`${host}/b was not asked: the host asks for fewer requests (HTTP 429)`);
    expect(requests).toEqual(['/a?signature=secret']);
    clock.advance(1);
    await expect(get('/b')).resolves.toBe(1);
  });

  test('F28: a request that waited for its turn is not sent when another one was refused meanwhile', async () => {
    get = fetchWith({ maxConcurrent: 1 });
    answerWith(429, '');
    const first = failure(get('/first'));
    const second = failure(get('/second'));
    expect(await first).toMatchObject({ untilMs: FAKE_EPOCH_MS + 60_000 });
    expect(await second).toMatchObject({ failure: 'RATE_LIMITED' });
    expect(requests).toEqual(['/first']);
  });

  test('F29: 418 is BANNED until the time in the body when that is later than the header', async () => {
    const until = FAKE_EPOCH_MS + 300_000;
    answerWith(418, `{"code":-1003,"msg":"Way too many requests; IP(192.0.2.1) banned until ${until}."}`, {
      'retry-after': '130',
    });
    expect(await failure(get('/a'))).toMatchObject({ failure: 'BANNED', untilMs: until });
    clock.stepWallClock(3_600_000);
    expect(await failure(get('/a'))).toMatchObject({ failure: 'BANNED' });
    expect(requests).toHaveLength(1);
  });

  test('F29: a ban without a time lasts two minutes and doubles until a request succeeds', async () => {
    const banned = async () => ((await failure(get('/a'))).untilMs ?? 0) - clock.nowMs();
    answerWith(418, '');
    const waits: number[] = [];
    for (let round = 0; round < 3; round += 1) {
      waits.push(await banned());
      clock.advance(waits[round]!);
    }
    answerWith(200, '1');
    await get('/a');
    answerWith(418, '', { 'retry-after': '1' });
    waits.push(await banned());
    expect(waits).toEqual([120_000, 240_000, 480_000, 120_000]);
  });

  test('F30: 451, and 403 with words of a place, are GEO_BLOCKED and asked again after 30 minutes', async () => {
    answerWith(403, 'The distribution is configured to block access from your country.');
    expect(await failure(get('/a'))).toMatchObject({ failure: 'GEO_BLOCKED' });
    clock.advance(30 * 60_000 - 1);
    expect(await failure(get('/a'))).toMatchObject({ failure: 'GEO_BLOCKED' });
    expect(requests).toHaveLength(1);
    clock.advance(1);
    answerWith(451, '');
    expect(await failure(get('/a'))).toMatchObject({ failure: 'GEO_BLOCKED' });
    expect(requests).toHaveLength(2);
  });

  test('403 "access too frequent" is RATE_LIMITED for ten minutes, any other 403 is REFUSED', async () => {
    answerWith(403, 'blocked by a rule');
    const refused = await failure(get('/a'));
    expect([refused.failure, refused.untilMs]).toEqual(['REFUSED', undefined]);
    answerWith(403, '{"retMsg":"access too frequent"}');
    expect(await failure(get('/a'))).toMatchObject({
      failure: 'RATE_LIMITED',
      untilMs: FAKE_EPOCH_MS + 600_000,
    });
  });

  test.each([
    [500, 'UNAVAILABLE'],
    [503, 'UNAVAILABLE'],
    [400, 'REFUSED'],
    [404, 'REFUSED'],
    [302, 'REFUSED'],
  ])('F31: HTTP %i is %s, and the next request goes out', async (status, expected) => {
    answerWith(status, 'maintenance', { location: '/elsewhere' });
    expect((await failure(get('/a'))).failure).toBe(expected);
    answerWith(200, '1');
    await expect(get('/a')).resolves.toBe(1);
    expect(requests).toEqual(['/a', '/a']);
  });

  test('a request that gets no whole answer in time is NETWORK', async () => {
    answer = (_request, response) => void response.writeHead(200).write('{"half":');
    const request = failure(get('/slow'));
    await until(() => requests.length === 1, 'the request');
    clock.advance(10_000);
    const error = await request;
    expect([error.failure, error.message]).toEqual(['NETWORK', `${host}/slow did not answer within 10 s`]);
    expect(clock.pendingDelaysMs()).toEqual([]);
  });

  test('an answer that breaks off, and a host that refuses, are NETWORK', async () => {
    answer = (_request, response) => {
      response.writeHead(200, { 'content-length': '100' }).write('{');
      response.destroy();
    };
    expect((await failure(get('/a'))).failure).toBe('NETWORK');
    const nobody = createJsonFetch({ clock });
    const closed = createServer();
    await new Promise<void>((resolve) => closed.listen(0, '127.0.0.1', resolve));
    const { port } = closed.address() as AddressInfo;
    await new Promise((resolve) => closed.close(resolve));
    const error = await failure(nobody(`http://127.0.0.1:${port}/a`));
    expect([error.failure, error.message]).toEqual(['NETWORK', `127.0.0.1:${port}/a refuses the connection`]);
  });

  test('what is not JSON, not UTF-8 or too long is UNREADABLE', async () => {
    answerWith(200, '<html>');
    expect((await failure(get('/a'))).message).toContain('not JSON');
    answer = (_request, response) => response.end(Buffer.from([0x22, 0xff, 0x22]));
    expect((await failure(get('/a'))).message).toContain('not UTF-8');
    get = fetchWith({ maxBytes: 10 });
    answerWith(200, '"12345678"');
    await expect(get('/a')).resolves.toBe('12345678');
    answerWith(200, '"123456789"');
    const error = await failure(get('/a'));
    expect([error.failure, error.message]).toEqual([
      'UNREADABLE',
      `${host}/a: the answer is longer than 10 bytes`,
    ]);
  });

  test('I6: runs so many requests at once, lets a hundred wait and refuses the next', async () => {
    const held: (() => void)[] = [];
    answer = (_request, response) => held.push(() => response.end('1'));
    get = fetchWith({ maxConcurrent: 2 });
    const all = Array.from({ length: 102 }, (_, index) => get(`/${index}`));
    expect((await failure(get('/one-too-many'))).message).toContain('more than 100 tasks wait');
    await until(() => held.length === 2, 'two requests');
    answer = (_request, response) => response.end('1');
    for (const end of held) end();
    expect(await Promise.all(all)).toHaveLength(102);
    expect(requests).toHaveLength(102);
  });

  test('an address that is none is refused in words that quote nothing of it', async () => {
    const error = await failure(createJsonFetch({ clock })('not a url?key=secret'));
    expect([error.failure, error.message.includes('secret')]).toEqual(['REFUSED', false]);
  });
});
