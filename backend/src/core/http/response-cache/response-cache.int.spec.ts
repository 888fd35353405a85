import { request as httpRequest } from 'node:http';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { GraphQLSchemaHost } from '@nestjs/graphql';
import { type GraphQLObjectType, type GraphQLResolveInfo } from 'graphql';
import { waitFor } from '@orderfox/testing';
import { ApiForTests, liquidationForTests } from '../../../testing/api-for-tests.js';
import { PostgresForTests } from '../../../testing/postgres-for-tests.js';

/** These resolvers do not look at it. */
const NO_INFO = {} as GraphQLResolveInfo;
const JSON_TYPE = { 'content-type': 'application/json' };
const PAGE = `query ($first: Int, $after: Cursor) {
  liquidations(first: $first, after: $after) {
    edges { cursor node { id symbol quantityFormatted notionalUsdFormatted } } pageInfo { hasNextPage endCursor }
  }
}`;

let postgres: PostgresForTests;
let api: ApiForTests;
let recorded = 0;

beforeAll(async () => {
  postgres = await PostgresForTests.start();
  api = await ApiForTests.start(postgres, { clientLimits: GENEROUS });
  await record(5);
});
afterAll(async () => {
  await api.stop();
  await postgres.dispose();
});

const GENEROUS = { requestsPerMinute: 1_000_000, requestBurst: 1_000_000, costPerMinute: 1_000_000_000 };

async function record(count: number): Promise<void> {
  const events = Array.from({ length: count }, (_, n) => liquidationForTests(recorded + n));
  recorded += count;
  await api.record(...events);
}

const post = (query: string, variables: object = {}, headers: Record<string, string> = JSON_TYPE) =>
  fetch(`${api.url}/graphql`, { method: 'POST', headers, body: JSON.stringify({ query, variables }) });

/** What the cache has counted, by the end of the metric's name. */
async function counted(name: string): Promise<number> {
  const text = await (await fetch(`${api.url}/metrics`)).text();
  const line = new RegExp(`^orderfox_response_cache_${name} (\\d+)$`, 'm').exec(text);
  return Number(line?.[1]);
}

async function rowsOf(response: Response): Promise<readonly string[]> {
  const { data } = (await response.json()) as {
    data: { liquidations: { edges: { node: { id: string } }[] } };
  };
  return data.liquidations.edges.map(({ node }) => node.id);
}

describe('a hot query', () => {
  test('is answered from memory with the bytes of its first answer, for whoever asks (S068)', async () => {
    const first = await (await post(PAGE, { first: 3 })).text();
    const before = [await counted('hits_total'), await counted('misses_total')];
    const again = await post(PAGE, { first: 3 });
    expect(await again.text()).toBe(first);
    expect(again.headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(again.headers.get('cache-control')).toBe('no-cache');
    expect([await counted('hits_total'), await counted('misses_total')]).toEqual([
      (before[0] ?? 0) + 1,
      before[1],
    ]);
  });

  test('sends nothing to a client that has the answer already, and the new one once it is old', async () => {
    const search = new URLSearchParams({ query: PAGE, variables: '{"first":2}' }).toString();
    const get = (headers: object = {}) =>
      fetch(`${api.url}/graphql?${search}`, { headers: { ...JSON_TYPE, ...headers } });
    const etag = (await get()).headers.get('etag') ?? '';
    const known = await get({ 'if-none-match': etag });
    expect([known.status, await known.text(), known.headers.get('etag')]).toEqual([304, '', etag]);
    // To a POST there is no such answer (RFC 9110, 13.1.2).
    const posted = await post(PAGE, { first: 2 }, { ...JSON_TYPE, 'if-none-match': etag });
    expect([posted.status, (await rowsOf(posted)).length]).toEqual([200, 2]);
    await record(1);
    const fresh = await get({ 'if-none-match': etag });
    expect([fresh.status, fresh.headers.get('etag') === etag]).toEqual([200, false]);
  });

  test('shows every row from the moment it is committed, by whichever process', async () => {
    const before = await rowsOf(await post(PAGE, { first: 1 }));
    // As another process does: nobody tells the bus of this one.
    recorded += 1;
    const [row] = await api.repository.record([liquidationForTests(recorded - 1)], Date.now());
    const after = await rowsOf(await post(PAGE, { first: 1 }));
    expect([after, before]).toEqual([[row?.eventKey], before]);
    expect(after).not.toEqual(before);
  });

  test('never keeps back a row that a subscriber was shown', async () => {
    const misses: string[] = [];
    for (let n = 0; n < 30; n += 1) {
      const shown = new Promise<string>((resolve) => {
        const stop = api.bus.subscribe('liquidation-recorded', ({ liquidation }) => {
          stop();
          resolve(liquidation.eventKey);
        });
      });
      const herd = Array.from({ length: 4 }, () => post(PAGE, { first: 3 }));
      await record(1);
      const key = await shown;
      const rows = await rowsOf(await post(PAGE, { first: 3 }));
      if (!rows.includes(key)) misses.push(key);
      await Promise.all(herd);
    }
    expect(misses).toEqual([]);
  });

  test('keeps a page below a cursor whatever is recorded after it', async () => {
    const { data } = (await (await post(PAGE, { first: 2 })).json()) as {
      data: { liquidations: { pageInfo: { endCursor: string } } };
    };
    const after = data.liquidations.pageInfo.endCursor;
    const older = await (await post(PAGE, { first: 2, after })).text();
    await record(3);
    const hits = await counted('hits_total');
    expect(await (await post(PAGE, { first: 2, after })).text()).toBe(older);
    expect(await counted('hits_total')).toBe(hits + 1);
  });

  test('is executed once for all who ask at the same time, also when the first of them leaves', async () => {
    await record(1);
    const hold = Promise.withResolvers<undefined>();
    const page = api.repository.page.bind(api.repository);
    const spy = jest.spyOn(api.repository, 'page').mockImplementation(async (...given) => {
      await hold.promise;
      return page(...given);
    });
    const body = JSON.stringify({ query: PAGE, variables: { first: 4 } });
    const leaving = httpRequest(`${api.url}/graphql`, {
      method: 'POST',
      headers: { ...JSON_TYPE, accept: '*/*' },
    });
    leaving.on('error', () => undefined);
    leaving.end(body);
    await waitFor(() => spy.mock.calls.length === 1);
    const waiting = Array.from({ length: 20 }, () => post(PAGE, { first: 4 }));
    leaving.destroy();
    await waitFor(async () => (await counted('waiting')) === 20);
    hold.resolve(undefined);
    const answers = await Promise.all((await Promise.all(waiting)).map((response) => response.text()));
    expect([new Set(answers).size, spy.mock.calls.length]).toEqual([1, 1]);
    spy.mockRestore();
  });
});

describe('the cache', () => {
  test('forgets markets when the catalogue is read anew (S034)', async () => {
    const misses = async () => {
      const before = await counted('misses_total');
      await (await post('{ symbols { id } }')).text();
      return (await counted('misses_total')) - before;
    };
    await misses();
    expect(await misses()).toBe(0);
    const refreshed = (await (await post('mutation { refreshSymbols { problem } }')).json()) as object;
    expect(refreshed).toMatchObject({ data: { refreshSymbols: [{ problem: null }] } });
    expect(await misses()).toBe(1);
    expect(await misses()).toBe(0);
  });

  test('gives each client the media type that it accepts', async () => {
    const types = ['application/json', 'application/graphql-response+json', '*/*'];
    const ask = async (accept: string) => {
      const response = await post(PAGE, { first: 1 }, { ...JSON_TYPE, accept });
      return [response.status, response.headers.get('content-type'), response.headers.get('vary')];
    };
    const first = await Promise.all(types.map(ask));
    expect(await Promise.all(types.map(ask))).toEqual(first);
    expect(first.map(([, type]) => type)).toEqual([
      'application/json; charset=utf-8',
      'application/graphql-response+json; charset=utf-8',
      'application/json; charset=utf-8',
    ]);
    expect((await ask('image/png'))[0]).toBe(406);
    expect((await ask('image/png'))[0]).toBe(406);
  });

  test('lets no request past the checks against foreign pages because its answer is at hand', async () => {
    await (await post(PAGE, { first: 1 })).text();
    const forged = await post(PAGE, { first: 1 }, { 'content-type': 'text/plain' });
    expect(forged.status).toBeGreaterThanOrEqual(400);
    const search = new URLSearchParams({ query: '{ symbols { id } }' });
    const get = (headers: Record<string, string>) =>
      fetch(`${api.url}/graphql?${String(search)}`, { headers: { accept: 'application/json', ...headers } });
    expect((await get(JSON_TYPE)).status).toBe(200);
    const hits = await counted('hits_total');
    expect((await get(JSON_TYPE)).status).toBe(200);
    expect(await counted('hits_total')).toBe(hits + 1);
    expect((await get({})).status).toBe(400);
  });

  test('never keeps an error, a mutation or what shows the time', async () => {
    const entries = await counted('entries');
    for (const query of [
      '{ symbol(id: "NOPE") { id } }',
      '{ liquidations(first: 9999) { edges { cursor } } }',
      '{ nothing }',
      'mutation { refreshSymbols { venue } }',
      '{ system { now } }',
      '{ venues { id } symbols { id } }',
    ]) {
      await (await post(query)).text();
      await (await post(query)).text();
    }
    expect(await counted('entries')).toBe(entries);
  });
});

describe('what is executed after all', () => {
  test('makes no promise for a field that is only shown: pages have thousands of them', async () => {
    const { rows } = await api.repository.page({}, 1);
    const { schema } = api.running.http.nest.get(GraphQLSchemaHost, { strict: false });
    const fields = (schema.getType('Liquidation') as GraphQLObjectType).getFields();
    const shown = ['cursor', 'quantityFormatted', 'priceFormatted', 'notionalUsdFormatted', 'displayTime'];
    const values = shown.map((name) => fields[name]?.resolve?.(rows[0], {}, {}, NO_INFO));
    expect(values.map((value) => typeof value)).toEqual(shown.map(() => 'string'));
  });
});

describe('a client that has used up its budget', () => {
  test('is refused what is at hand as well', async () => {
    const poor = await ApiForTests.start(postgres, {
      clientLimits: { ...GENEROUS, costPerMinute: 16, loopbackFactor: 1 },
    });
    const ask = (id = 'BTCUSDT') =>
      fetch(`${poor.url}/graphql`, {
        method: 'POST',
        headers: JSON_TYPE,
        body: JSON.stringify({ query: `{ symbol(id: "${id}") { id } }` }),
      });
    const statuses: number[] = [];
    for (let n = 0; n < 10; n += 1) statuses.push((await ask()).status);
    const refused = await ask();
    expect([statuses[0], statuses.at(-1), refused.headers.get('retry-after')]).toEqual([
      200,
      429,
      expect.any(String),
    ]);
    expect(await refused.json()).toMatchObject({ errors: [{ extensions: { code: 'RATE_LIMITED' } }] });
    // What it has not asked for before is not even read: nothing looks for an answer.
    expect((await ask('ETHUSDT')).status).toBe(429);
    const metrics = await (await fetch(`${poor.url}/metrics`)).text();
    expect(metrics).toMatch(/^orderfox_response_cache_misses_total 1$/m);
    await poor.stop();
  });
});
