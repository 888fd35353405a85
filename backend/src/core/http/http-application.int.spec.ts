import { once } from 'node:events';
import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { systemClock } from '@orderfox/feed';
import { readConfig } from '../config.js';
import { ApiForTests } from '../../testing/api-for-tests.js';
import { PostgresForTests } from '../../testing/postgres-for-tests.js';
import { RawClient } from '../graphql-socket/raw-client-for-tests.js';

const PAGE =
  '<!doctype html><html><head></head><body><of-app></of-app><script src="main-ABCD1234.js"></script></body></html>';
const HTML = { accept: 'text/html,application/xhtml+xml' };

let postgres: PostgresForTests;
let api: ApiForTests;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'orderfox-page-'));
  await mkdir(join(folder, 'media'));
  await writeFile(join(folder, 'index.html'), PAGE);
  await writeFile(join(folder, 'main-ABCD1234.js'), 'start();');
  await writeFile(join(folder, 'favicon.svg'), '<svg/>');
  await writeFile(join(folder, 'media/plex-ABCD1234.woff2'), 'font');
  postgres = await PostgresForTests.start();
  api = await ApiForTests.start(postgres, {
    webClient: folder,
    config: readConfig({ CORS_ORIGINS: 'https://desk.example' }),
  });
});
afterAll(async () => {
  await api.stop();
  await postgres.dispose();
  await rm(folder, { recursive: true });
});

const get = (path: string, headers: Record<string, string> = {}) => fetch(`${api.url}${path}`, { headers });
const post = (body: string, headers: Record<string, string> = { 'content-type': 'application/json' }) =>
  fetch(`${api.url}/graphql`, { method: 'POST', headers, body });

/** A request exactly as written: fetch would tidy its path. */
async function raw(path: string): Promise<string> {
  const socket = connect(Number(new URL(api.url).port), '127.0.0.1');
  socket.write(`GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
  let text = '';
  for await (const chunk of socket) text += String(chunk);
  return text;
}

describe('the page', () => {
  test('is served at the root and at every address of its own, under a policy with a nonce used once', async () => {
    const nonces = [];
    for (const path of ['/', '/m/binance:BTCUSDT?tf=5m']) {
      const response = await get(path, HTML);
      const nonce = /ngCspNonce="([\w-]+)"/.exec(await response.text())?.[1];
      const policy = response.headers.get('content-security-policy');
      expect([response.status, response.headers.get('cache-control')]).toEqual([200, 'no-cache']);
      expect(policy).toContain(`style-src 'self' 'nonce-${nonce ?? ''}'`);
      expect(policy).toMatch(/default-src 'none'; script-src 'self'; /);
      expect(policy).not.toMatch(/unsafe|https?:/);
      nonces.push(nonce);
    }
    expect(new Set(nonces).size).toBe(2);
  });

  test('keeps what is named after its content for ever, and asks again for the rest', async () => {
    const caching = async (path: string) => {
      const response = await get(path);
      return [response.status, response.headers.get('content-type'), response.headers.get('cache-control')];
    };
    expect(await caching('/main-ABCD1234.js')).toEqual([
      200,
      'application/javascript; charset=utf-8',
      'public, max-age=31536000, immutable',
    ]);
    expect(await caching('/media/plex-ABCD1234.woff2')).toEqual([
      200,
      'font/woff2',
      'public, max-age=31536000, immutable',
    ]);
    expect(await caching('/favicon.svg')).toEqual([200, 'image/svg+xml', 'public, max-age=0']);
  });

  test.each([
    '/main-GONE0000.js',
    '/api/v9/nothing',
    '/../package.json',
    '/..%2f..%2fpackage.json',
    '/media/..%2f..%2f..%2fetc/passwd',
    '/media/',
    '//etc/passwd',
    '/%00',
    '/%',
    '/.env',
  ])('is not %s', async (path) => {
    const answer = await raw(path);
    expect(answer).toMatch(/^HTTP\/1\.1 40[04] /);
    expect(answer).not.toMatch(/root:|"name"|node_modules/);
  });

  test('says how to build it where it has not been built', async () => {
    const bare = await ApiForTests.start(postgres, { webClient: join(folder, 'nowhere') });
    expect(await (await fetch(bare.url)).text()).toMatch(/has not been built[^]*npm start/);
    await bare.stop();
  });
});

describe('GraphQL over HTTP', () => {
  test('answers a query, by POST and by GET, and a browser with the playground', async () => {
    const query = '{ system { version simulated recorder } }';
    const answer = {
      data: { system: { version: '1.2.3', simulated: false, recorder: 'RECORDING' } },
      extensions: { cost: { requested: 2, allowed: 5_000 } },
    };
    expect(await (await post(JSON.stringify({ query }))).json()).toEqual(answer);
    const address = `/graphql?query=${encodeURIComponent(query)}`;
    expect(await (await get(address, { 'apollo-require-preflight': '1' })).json()).toEqual(answer);
    const page = await (await get('/graphql', HTML)).text();
    expect(page).toContain('/playground/graphiql.js');
    expect(page).not.toMatch(/https?:\/\//);
  });

  test('gives the whole schema to who asks for it', async () => {
    const { data } = await api.post('{ __schema { subscriptionType { fields { name } } } }');
    expect(data).toMatchObject({
      __schema: {
        subscriptionType: {
          fields: expect.arrayContaining([{ name: 'liquidationAdded' }, { name: 'venueStatusChanged' }]),
        },
      },
    });
  });

  test.each([
    ['no JSON', '{', undefined, 400, 'BAD_USER_INPUT'],
    ['no query', '{}', undefined, 400, 'BAD_USER_INPUT'],
    ['a list', '[{"query":"{__typename}"},{"query":"{__typename}"}]', undefined, 400, 'BAD_USER_INPUT'],
    ['nothing', '', undefined, 400, 'BAD_USER_INPUT'],
    [
      'a form, which any page could send',
      'query={__typename}',
      { 'content-type': 'application/x-www-form-urlencoded' },
      400,
      'BAD_USER_INPUT',
    ],
    [
      'text, which any page could send',
      '{"query":"{__typename}"}',
      { 'content-type': 'text/plain' },
      400,
      'BAD_USER_INPUT',
    ],
    ['more than 64 KiB', JSON.stringify({ query: 'x'.repeat(70_000) }), undefined, 413, 'BAD_USER_INPUT'],
    [
      'a key that poisons',
      '{"query":"{__typename}","__proto__":{"polluted":true}}',
      undefined,
      400,
      'BAD_USER_INPUT',
    ],
    [
      'sixteen aliases',
      JSON.stringify({ query: `{ ${Array.from({ length: 16 }, (_, n) => `a${n}: __typename`).join(' ')} }` }),
      undefined,
      400,
      'QUERY_TOO_COMPLEX',
    ],
    [
      'a thousand fields',
      JSON.stringify({ query: `{ ${'__typename '.repeat(1_000)} }` }),
      undefined,
      400,
      'QUERY_TOO_COMPLEX',
    ],
    [
      'a subscription',
      JSON.stringify({ query: 'subscription { liquidationAdded { id } }' }),
      undefined,
      400,
      'BAD_USER_INPUT',
    ],
    ['no such field', JSON.stringify({ query: '{ passwords }' }), undefined, 400, 'BAD_USER_INPUT'],
  ])('meets %s with a code and no more', async (_what, body, headers, status, code) => {
    const response = await post(body, headers);
    const text = await response.text();
    const { errors } = JSON.parse(text) as { errors?: { extensions: { code: string } }[] };
    expect([response.status, errors?.[0]?.extensions.code]).toEqual([status, code]);
    expect(text).not.toMatch(/node_modules|\bat \w+ \(|stack|SELECT/);
  });

  test('lets only configured pages read its answers', async () => {
    const answer = async (origin: string) => (await get('/graphql?query={__typename}', { origin })).headers;
    expect((await answer('https://desk.example')).get('access-control-allow-origin')).toBe(
      'https://desk.example',
    );
    expect((await answer('https://evil.example')).get('access-control-allow-origin')).not.toBe(
      'https://evil.example',
    );
    const socket = RawClient.connect(api.socketUrl, { origin: 'https://evil.example' });
    await expect(socket).rejects.toThrow('refused with 403');
    (await RawClient.connect(api.socketUrl, { origin: 'https://desk.example' })).close();
  });
});

describe('health and metrics', () => {
  test('tells how every part is, and is never cached', async () => {
    const response = await get('/health');
    expect([response.status, response.headers.get('cache-control')]).toEqual([200, 'no-store']);
    expect(await response.json()).toMatchObject({
      ready: true,
      components: {
        process: { state: 'OK' },
        database: { state: 'OK' },
        recorder: { state: 'RECORDING' },
        'venue:okx': { state: expect.any(String) as unknown },
      },
    });
    expect((await get('/health/ready')).status).toBe(200);
    expect(await (await get('/health/live')).json()).toEqual({ status: 'ok' });
  });

  test('counts sockets, operations and refusals, under names that begin with orderfox', async () => {
    const client = await RawClient.connect(api.socketUrl);
    client.subscribe('live', 'subscription { liquidationAdded { id } }');
    client.subscribe('q', '{ __typename }');
    await client.answer('q');
    const text = await (await get('/metrics')).text();
    expect(text).toMatch(/^orderfox_sockets 1$/m);
    expect(text).toMatch(/^orderfox_subscribers 1$/m);
    expect(text).toMatch(/^orderfox_sockets_refused_total\{cause="origin"\} 1$/m);
    expect(text).toMatch(/^nodejs_eventloop_lag_p99_seconds /m);
    expect(text).toMatch(/^process_resident_memory_bytes /m);
    client.close();
  });

  test('puts the headers that browsers heed on every answer, errors included', async () => {
    for (const path of ['/health', '/graphql', '/nothing.js', '/schema.graphql', '/%']) {
      const { headers } = await get(path);
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('referrer-policy')).toBe('no-referrer');
      expect(headers.get('content-security-policy')).toContain("default-src 'none'");
      expect(headers.get('x-powered-by')).toBeNull();
    }
  });

  test('ends in time beside connections that say nothing, or half a request', async () => {
    const other = await ApiForTests.start(postgres);
    const port = Number(new URL(other.url).port);
    const silent = connect(port, '127.0.0.1');
    const half = connect(port, '127.0.0.1');
    const closed = (socket: Socket) => new Promise((resolve) => socket.once('close', resolve));
    const ended = Promise.all([closed(silent), closed(half)]);
    await Promise.all([once(silent, 'connect'), once(half, 'connect')]);
    half.write('POST /graphql HTTP/1.1\r\nHost: 127.0');
    silent.on('error', () => undefined);
    half.on('error', () => undefined);
    // Sooner than the ten seconds after which a request without headers is given up anyway.
    const late = Symbol('late');
    const cut = Promise.withResolvers<symbol>();
    const timer = systemClock.after(8_000, () => cut.resolve(late));
    expect(await Promise.race([other.stop(), cut.promise])).not.toBe(late);
    timer.cancel();
    await ended;
  });
});
