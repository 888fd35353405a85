import { connect, type Socket } from 'node:net';
import { request as httpRequest } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { waitFor } from '@orderfox/testing';
import { readConfig } from '../../config.js';
import { ApiForTests, liquidationForTests } from '../../../testing/api-for-tests.js';
import { PostgresForTests } from '../../../testing/postgres-for-tests.js';

const JSON_TYPE = { 'content-type': 'application/json' };
const ROWS = 'query ($first: Int) { liquidations(first: $first) { edges { node { id symbol } } } }';
const GENEROUS = { requestsPerMinute: 1_000_000, requestBurst: 1_000_000, costPerMinute: 1_000_000_000 };

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: string;
}

let postgres: PostgresForTests;
let api: ApiForTests;

beforeAll(async () => {
  postgres = await PostgresForTests.start();
  api = await ApiForTests.start(postgres, { clientLimits: GENEROUS });
  await api.record(...Array.from({ length: 5 }, (_, n) => liquidationForTests(n)));
});
afterAll(async () => {
  await api.stop();
  await postgres.dispose();
});

async function send(body: string, headers: object = {}, url = api.url): Promise<Answer> {
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  const sent = httpRequest(
    `${url}/graphql`,
    { method: 'POST', headers: { ...JSON_TYPE, ...headers } },
    (answer) => {
      text(answer).then(
        (read) => resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: read }),
        reject,
      );
    },
  );
  sent.on('error', reject);
  sent.end(body);
  return promise;
}

const asking = (first: number) => JSON.stringify({ query: ROWS, variables: { first } });

/** Without what is another with every answer. */
function lasting({ headers, ...rest }: Answer) {
  const { date, 'ratelimit-remaining': remaining, 'ratelimit-reset': reset, ...others } = headers;
  expect([date, remaining, reset]).toEqual([expect.any(String), expect.any(String), expect.any(String)]);
  return { ...rest, headers: others };
}

async function counted(name: string, of = api): Promise<number> {
  const metrics = await (await fetch(`${of.url}/metrics`)).text();
  return Number(new RegExp(`^orderfox_${name} (\\d+)$`, 'm').exec(metrics)?.[1]);
}

/** How many of some requests were answered at the desk. */
async function answeredEarly(requests: () => Promise<unknown>, of = api): Promise<number> {
  const before = await counted('response_cache_early_total', of);
  await requests();
  return (await counted('response_cache_early_total', of)) - before;
}

/** Everything that is written to a socket until it is closed. */
async function raw(socket: Socket): Promise<string> {
  let read = '';
  for await (const chunk of socket) read += String(chunk);
  return read;
}

const port = () => Number(new URL(api.url).port);

describe('a request that was answered before', () => {
  test('is answered before the framework sees it, with the bytes and headers that the framework gave', async () => {
    const first = await send(asking(2));
    const hits = await counted('response_cache_hits_total');
    const answers: Answer[] = [];
    expect(
      await answeredEarly(async () => {
        for (let n = 0; n < 3; n += 1) answers.push(await send(asking(2)));
      }),
    ).toBe(3);
    expect(answers.map(lasting)).toEqual(answers.map(() => lasting(first)));
    expect(await counted('response_cache_hits_total')).toBe(hits + 3);
    expect(first.headers).toMatchObject({
      etag: expect.any(String) as unknown,
      'cache-control': 'no-cache',
      'content-security-policy': expect.stringContaining("default-src 'none'") as unknown,
      'x-content-type-options': 'nosniff',
      'ratelimit-policy': expect.any(String) as unknown,
    });
  });

  test('is answered anew once there is something new, and then from memory again', async () => {
    const before = await send(asking(1));
    await send(asking(1));
    await api.record(liquidationForTests(100));
    const fresh: Answer[] = [];
    const early = await answeredEarly(async () => {
      for (let n = 0; n < 3; n += 1) fresh.push(await send(asking(1)));
    });
    expect(early).toBe(2);
    expect(fresh[0]?.body).not.toBe(before.body);
    expect(new Set(fresh.map(({ body }) => body)).size).toBe(1);
  });

  test('is told from one with another body, type or accept, and those go to the framework', async () => {
    await send(asking(3));
    const others = [
      () => send(`${asking(3)} `),
      () => send(asking(3), { accept: 'application/graphql-response+json' }),
      () => send(asking(3), { 'content-type': 'application/json; charset=utf-8' }),
    ];
    for (const other of others) expect(await answeredEarly(other)).toBe(0);
    // Once they are known, they are known.
    for (const other of others) expect(await answeredEarly(other)).toBe(1);
    const types = await Promise.all(others.map((other) => other()));
    expect(types.map(({ headers }) => headers['content-type'])).toEqual([
      'application/json; charset=utf-8',
      'application/graphql-response+json; charset=utf-8',
      'application/json; charset=utf-8',
    ]);
  });

  test('is left to the framework where it is not of the usual kind', async () => {
    await send(asking(4));
    await send(asking(4));
    const unusual = [
      { 'content-type': 'text/plain' },
      { 'content-encoding': 'gzip' },
      { 'transfer-encoding': 'chunked' },
      { host: 'evil.example:' + String(port()) },
    ];
    const statuses: number[] = [];
    const early = await answeredEarly(async () => {
      for (const headers of unusual) statuses.push((await send(asking(4), headers)).status);
    });
    expect([early, statuses]).toEqual([0, [400, 200, 200, 403]]);
  });

  test('comes in pieces, or with others behind it, and is answered all the same', async () => {
    const body = asking(2);
    const head = `POST /graphql HTTP/1.1\r\nHost: localhost:${port()}\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n`;
    await send(body);
    const pieces = connect(port(), '127.0.0.1');
    const answer = raw(pieces);
    pieces.write(`${head}Connection: close\r\n\r\n${body.slice(0, 20)}`);
    await waitFor(async () => (await counted('response_cache_hits_total')) >= 0);
    pieces.write(body.slice(20));
    expect(await answer).toMatch(/^HTTP\/1\.1 200 OK\r\n[^]*"data":/);
    const behind = connect(port(), '127.0.0.1');
    const answers = raw(behind);
    behind.write(`${head}\r\n${body}${head}\r\n${body}${head}Connection: close\r\n\r\n${body}`);
    expect((await answers).match(/HTTP\/1\.1 200 OK/g)).toHaveLength(3);
  });

  test('is never taken for another that only begins like it', async () => {
    const inPieces = async (body: string) => {
      const socket = connect(port(), '127.0.0.1');
      const answer = raw(socket);
      socket.write(
        `POST /graphql HTTP/1.1\r\nHost: localhost:${port()}\r\nContent-Type: application/json\r\nConnection: close\r\nContent-Length: ${body.length}\r\n\r\n${body.slice(0, 30)}`,
      );
      // The first piece has been read once something that came after it is answered.
      await send(asking(1));
      socket.write(body.slice(30));
      return (await answer).split('\r\n\r\n')[1];
    };
    const few = await inPieces(asking(1));
    const many = await inPieces(asking(3));
    expect(many).not.toBe(few);
    expect(await inPieces(asking(1))).toBe(few);
  });

  test('goes on to the framework with its body where its version cannot be told', async () => {
    await send(asking(5));
    await send(asking(5));
    const spy = jest.spyOn(api.repository, 'latest').mockRejectedValue(new Error('away'));
    let answer: Answer | undefined;
    const early = await answeredEarly(async () => (answer = await send(asking(5))));
    spy.mockRestore();
    expect([early, answer?.status]).toEqual([0, 200]);
    expect(answer?.body).toContain('"data":');
  });
});

describe('the budget of a client', () => {
  const limits = { requestsPerMinute: 60, requestBurst: 10, costPerMinute: 1_000_000, loopbackFactor: 1 };

  test('is taken once for each request, whoever answers it, and refused when it is used up', async () => {
    const poor = await ApiForTests.start(postgres, { clientLimits: limits });
    const answers: Answer[] = [];
    const early = await answeredEarly(async () => {
      for (let n = 0; n < 13; n += 1) answers.push(await send(asking(1), {}, poor.url));
    }, poor);
    const remaining = answers.map(({ headers }) => Number(headers['ratelimit-remaining']));
    expect(remaining.slice(0, 10)).toEqual([9, 8, 7, 6, 5, 4, 3, 2, 1, 0]);
    expect([early, answers.map(({ status }) => status)]).toEqual([
      9,
      [...Array<number>(10).fill(200), 429, 429, 429],
    ]);
    expect(answers.at(-1)?.body).toContain('RATE_LIMITED');
    const metrics = await (await fetch(`${poor.url}/metrics`)).text();
    // Each refusal once, though two look at it.
    expect(metrics).toMatch(/^orderfox_budget_refusals_total\{budget="requests",share="client"\} 3$/m);
    await poor.stop();
  });

  test('of points is spent on what is at hand as well', async () => {
    const poor = await ApiForTests.start(postgres, {
      clientLimits: { ...GENEROUS, costPerMinute: 40, loopbackFactor: 1 },
    });
    const statuses: number[] = [];
    const early = await answeredEarly(async () => {
      while (statuses.length < 100 && statuses.at(-1) !== 429) {
        statuses.push((await send('{"query":"{ symbol(id: \\"BTCUSDT\\") { id } }"}', {}, poor.url)).status);
      }
    }, poor);
    // Eleven for reading the text, two for the operation, one for each answer from memory.
    expect([statuses.length, statuses.at(-1)]).toEqual([early + 2, 429]);
    expect(early).toBeGreaterThanOrEqual(26);
    expect(early).toBeLessThan(40);
    await poor.stop();
  });
});

describe('answers that pages of other origins may read', () => {
  test('are given by the framework to who names an origin, and without its headers to others', async () => {
    const open = await ApiForTests.start(postgres, {
      config: readConfig({ CORS_ORIGINS: 'https://desk.example' }),
      clientLimits: GENEROUS,
    });
    const ask = (headers: object = {}) => send(asking(1), headers, open.url);
    for (let n = 0; n < 2; n += 1) await ask({ origin: 'https://desk.example' });
    const named: Answer[] = [];
    const early = await answeredEarly(async () => {
      named.push(
        await ask({ origin: 'https://desk.example' }),
        await ask({ origin: 'https://evil.example' }),
      );
    }, open);
    expect(early).toBe(0);
    expect(named.map(({ headers }) => headers['access-control-allow-origin'])).toEqual([
      'https://desk.example',
      undefined,
    ]);
    await ask();
    let bare: Answer | undefined;
    expect(await answeredEarly(async () => (bare = await ask()), open)).toBe(1);
    expect(bare?.headers).not.toHaveProperty('access-control-allow-origin');
    await open.stop();
  });
});
