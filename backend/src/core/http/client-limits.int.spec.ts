import { request } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ApiForTests, type ApiProblem } from '../../testing/api-for-tests.js';
import { PostgresForTests } from '../../testing/postgres-for-tests.js';
import { readConfig } from '../config.js';
import { RawClient } from '../graphql-socket/raw-client-for-tests.js';

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

let postgres: PostgresForTests;
/** Behind a proxy that is trusted, so that each test can be a client of its own; six requests at once, one a second. */
let api: ApiForTests;

beforeAll(async () => {
  postgres = await PostgresForTests.start();
  api = await ApiForTests.start(postgres, {
    config: readConfig({
      TRUST_PROXY: '127.0.0.0/8',
      REQUEST_BURST: '6',
      REQUESTS_PER_MINUTE: '60',
      MAX_QUERY_COST: '600',
      MAX_COST_PER_MINUTE: '600',
    }),
  });
});
afterAll(async () => {
  await api.stop();
  await postgres.dispose();
});

/** A request with whatever headers, Host included, which fetch would not send. */
async function send(
  path: string,
  { method = 'GET', headers = {}, body = '' }: { method?: string; headers?: object; body?: string } = {},
  url = api.url,
): Promise<Answer> {
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  const sent = request(`${url}${path}`, { method, headers: { ...headers } }, (response) => {
    text(response).then(
      (read) => resolve({ status: response.statusCode ?? 0, headers: response.headers, body: read }),
      reject,
    );
  });
  sent.on('error', reject);
  sent.end(body);
  return promise;
}

const from = (client: string) => ({ 'x-forwarded-for': client, 'content-type': 'application/json' });
const post = (client: string, query: string) =>
  send('/graphql', { method: 'POST', headers: from(client), body: JSON.stringify({ query }) });
const problemOf = ({ body }: Answer) => (JSON.parse(body) as { errors?: ApiProblem[] }).errors?.[0];

async function spendAll(client: string): Promise<Answer> {
  for (let n = 0; n < 20; n += 1) {
    const answer = await post(client, '{ __typename }');
    if (answer.status === 429) return answer;
  }
  throw new Error('nothing was refused');
}

describe('requests of one client', () => {
  test('are told with every answer of GraphQL, good or bad', async () => {
    const answers = [
      await post('192.0.2.1', '{ __typename }'),
      await post('192.0.2.1', '{ nonsense }'),
      await send('/graphql', { method: 'POST', headers: from('192.0.2.1'), body: '[]' }),
    ];
    expect(answers.map(({ status }) => status)).toEqual([200, 400, 400]);
    expect(answers.map(({ headers }) => headers['ratelimit-remaining'])).toEqual(['5', '4', '3']);
    expect(answers[0]?.headers).toMatchObject({
      'ratelimit-limit': '6',
      'ratelimit-reset': '1',
      'ratelimit-policy': '60;w=60;burst=6',
    });
  });

  test('are refused beyond its share with 429, a code and the time to wait, and nobody else is', async () => {
    const refused = await spendAll('192.0.2.2');
    expect(refused.headers).toMatchObject({
      'retry-after': '1',
      'ratelimit-remaining': '0',
      'cache-control': 'no-store',
    });
    const problem = problemOf(refused);
    expect(problem?.extensions).toEqual({
      code: 'RATE_LIMITED',
      retryAfterMs: expect.any(Number) as unknown,
    });
    expect(problem?.extensions.retryAfterMs).toBeLessThanOrEqual(1_000);
    expect((await post('192.0.2.3', '{ __typename }')).status).toBe(200);
  });

  test('count for all of an IPv6 household, and however the address of GraphQL is written', async () => {
    await spendAll('2001:db8:1:2::1');
    expect((await post('2001:db8:1:2:ffff::9', '{ __typename }')).status).toBe(429);
    expect((await send('/%67raphql?query={__typename}', { headers: from('2001:db8:1:2::3') })).status).toBe(
      429,
    );
    expect((await post('2001:db8:1:3::1', '{ __typename }')).status).toBe(200);
  });

  test('leave its pages and the health of the process alone', async () => {
    await spendAll('192.0.2.4');
    const paths = ['/health', '/health/live', '/schema.graphql', '/metrics', '/nothing.js'];
    const answers = await Promise.all(paths.map((path) => send(path, { headers: from('192.0.2.4') })));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 404]);
  });

  test('for pages are refused as well, much later; health is answered always', async () => {
    const ask = (path: string) => send(path, { headers: from('192.0.2.5') });
    const answers = await Promise.all(Array.from({ length: 80 }, () => ask('/schema.graphql')));
    const refused = answers.filter(({ status }) => status === 429);
    expect(refused.length).toBeGreaterThan(0);
    expect(answers.length - refused.length).toBeGreaterThanOrEqual(60);
    expect(JSON.parse(refused[0]?.body ?? '')).toEqual({
      status: 429,
      message: expect.any(String) as unknown,
    });
    expect((await ask('/health/ready')).status).toBe(200);
  });

  test('are not multiplied by a header where no proxy is trusted', async () => {
    const direct = await ApiForTests.start(postgres, { config: readConfig({ REQUEST_BURST: '3' }) });
    try {
      const statuses = [];
      for (let n = 0; n < 5; n += 1) {
        const headers = {
          ...from(`192.0.2.${n}`),
          forwarded: `for=192.0.2.${n}`,
          'x-real-ip': `192.0.2.${n}`,
        };
        const body = '{"query":"{__typename}"}';
        statuses.push((await send('/graphql', { method: 'POST', headers, body }, direct.url)).status);
      }
      expect(statuses).toEqual([200, 200, 200, 429, 429]);
    } finally {
      await direct.stop();
    }
  });
});

describe('points of one client', () => {
  const page = (rows: number) => `{ liquidations(first: ${rows}) { edges { node { id } } } }`;

  test('are spent over HTTP and over sockets from one budget, and others keep theirs', async () => {
    const cost = ({ body }: Answer) =>
      (JSON.parse(body) as { extensions: { cost: { requested: number } } }).extensions.cost.requested;
    const each = cost(await post('192.0.2.10', page(50)));
    const client = await RawClient.connect(api.socketUrl, { headers: { 'x-forwarded-for': '192.0.2.11' } });
    // The text is known by now, so that it is not paid for again.
    for (let spent = 0; spent + each <= 600; spent += each) {
      client.subscribe(`q${spent}`, page(50));
      expect(await client.answer(`q${spent}`)).toMatchObject({ type: 'next' });
    }
    // Not the page of before: an answer from memory costs a point, whatever it is.
    const refused = await post('192.0.2.11', page(49));
    expect([refused.status, problemOf(refused)?.extensions.code]).toEqual([429, 'RATE_LIMITED']);
    expect(problemOf(refused)?.extensions.retryAfterMs).toBeGreaterThan(0);
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
    expect((await post('192.0.2.12', page(48))).status).toBe(200);
    client.close();
  });

  test('are spent on reading texts too, and what nobody pays for is not read', async () => {
    const answers: Answer[] = [];
    for (const client of ['192.0.2.13', '192.0.2.13', '192.0.2.13', '192.0.2.14']) {
      const text = `{ nothing } #${answers.length} ${'x'.repeat(7_700)}`;
      answers.push(await post(client, text));
    }
    // Each is charged with 165 of 600 points.
    answers.push(await post('192.0.2.13', `{ nothing } #4 ${'x'.repeat(7_700)}`));
    expect(answers.map(({ status }) => status)).toEqual([400, 400, 400, 400, 429]);
    const refused = await post('192.0.2.13', `{ ${'x '.repeat(3_850)}`);
    expect([refused.status, problemOf(refused)?.extensions.code]).toEqual([429, 'RATE_LIMITED']);
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
  });
});

describe('the name that the server is called by', () => {
  const port = () => new URL(api.url).port;

  test('must not be one that a page made lead here, neither for pages nor for GraphQL nor for sockets', async () => {
    const headers = {
      host: `evil.example:${port()}`,
      origin: `http://evil.example:${port()}`,
      ...from('192.0.2.20'),
    };
    const page = await send('/', { headers });
    expect([page.status, page.body]).toEqual([403, expect.stringContaining('ALLOWED_HOSTS')]);
    const answer = await send('/graphql', { method: 'POST', headers, body: '{"query":"{__typename}"}' });
    expect([answer.status, problemOf(answer)?.extensions.code]).toEqual([403, 'BAD_USER_INPUT']);
    const upgrade = { headers: { host: headers.host, origin: headers.origin } };
    await expect(RawClient.connect(api.socketUrl, upgrade)).rejects.toThrow('refused with 403');
    expect((await send('/metrics')).body).toMatch(/^orderfox_hosts_refused_total 3$/m);
  });

  test('may be that of a visitor of a proxy on the same machine', async () => {
    const headers = { host: 'desk.example', ...from('192.0.2.21') };
    expect((await send('/health', { headers })).status).toBe(200);
    const upgrade = { headers: { host: 'desk.example' }, origin: 'https://desk.example' };
    (await RawClient.connect(api.socketUrl, upgrade)).close();
  });

  test('must be on the list where there is one; a socket needs an origin where that is wanted', async () => {
    const config = readConfig({ ALLOWED_HOSTS: 'desk.example', ALLOW_NO_ORIGIN: 'false' });
    const strict = await ApiForTests.start(postgres, { config });
    try {
      const status = async (host: string) =>
        (await send('/health', { headers: { host } }, strict.url)).status;
      expect([await status('desk.example'), await status('other.example')]).toEqual([200, 403]);
      await expect(RawClient.connect(strict.socketUrl)).rejects.toThrow('refused with 403');
      (await RawClient.connect(strict.socketUrl, { origin: strict.url })).close();
    } finally {
      await strict.stop();
    }
  });
});

test('what clients were refused can be seen in the metrics, without their addresses', async () => {
  const { body } = await send('/metrics', { headers: from('192.0.2.30') });
  expect(body).toMatch(/^orderfox_budget_refusals_total\{budget="requests",share="client"\} [1-9]/m);
  expect(body).toMatch(/^orderfox_budget_refusals_total\{budget="cost",share="client"\} 3$/m);
  expect(body).toMatch(/^orderfox_clients [1-9]/m);
  expect(body).not.toContain('192.0.2');
});

describe('what is no GraphQL request', () => {
  const json = { 'content-type': 'application/json' };
  const mutation = encodeURIComponent('mutation { refreshSymbols { symbols } }');

  test.each([
    ['GET without a query', 'GET', '/graphql', json, '', 400],
    ['GET that any page could send', 'GET', '/graphql?query={__typename}', {}, '', 400],
    ['GET with variables that are no JSON', 'GET', '/graphql?query={__typename}&variables={', json, '', 400],
    ['GET that changes something', 'GET', `/graphql?query=${mutation}`, json, '', 405],
    ['an array', 'POST', '/graphql', json, '[{"query":"{__typename}"}]', 400],
    ['an empty array', 'POST', '/graphql', json, '[]', 400],
    ['a number', 'POST', '/graphql', json, '7', 400],
    ['null', 'POST', '/graphql', json, 'null', 400],
    ['text', 'POST', '/graphql', { 'content-type': 'text/plain' }, '{"query":"{__typename}"}', 400],
    [
      'a form with files',
      'POST',
      '/graphql',
      { 'content-type': 'multipart/form-data; boundary=x' },
      '--x--',
      415,
    ],
    ['XML', 'POST', '/graphql', { 'content-type': 'application/xml' }, '<query/>', 415],
    ['no type at all', 'POST', '/graphql', {}, '{"query":"{__typename}"}', 415],
    ['PUT', 'PUT', '/graphql', json, '{"query":"{__typename}"}', 404],
    ['DELETE', 'DELETE', '/graphql', {}, '', 404],
  ] as const)('is met with a code: %s', async (_what, method, path, headers, body, status) => {
    const client = `198.51.100.${100 + _what.length}`;
    const answer = await send(path, { method, headers: { ...headers, 'x-forwarded-for': client }, body });
    expect([answer.status, problemOf(answer)?.extensions.code]).toEqual([status, 'BAD_USER_INPUT']);
    expect(answer.body).not.toMatch(/node_modules|\bat \w+ \(|stack/);
  });
});
