import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ApiForTests, type ApiProblem } from '../../testing/api-for-tests.js';
import { PostgresForTests } from '../../testing/postgres-for-tests.js';
import { RawClient } from './raw-client-for-tests.js';

let postgres: PostgresForTests;
let api: ApiForTests;
let client: RawClient;

beforeAll(async () => {
  postgres = await PostgresForTests.start();
  api = await ApiForTests.start(postgres);
  client = await RawClient.connect(api.socketUrl);
});
afterAll(async () => {
  client.close();
  await api.stop();
  await postgres.dispose();
});

let ids = 0;
/** The errors that `subscribe` with this payload, as JSON, is refused with. */
async function overSocket(payload: string): Promise<readonly ApiProblem[]> {
  const id = String((ids += 1));
  client.send(`{"type":"subscribe","id":"${id}","payload":${payload}}`);
  const answer = await client.answer(id);
  expect(answer.type).toBe('error');
  return answer.payload as readonly ApiProblem[];
}

async function overHttp(body: string): Promise<{ status: number; errors: readonly ApiProblem[] }> {
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(`${api.url}/graphql`, { method: 'POST', headers, body });
  const { errors = [] } = (await response.json()) as { errors?: ApiProblem[] };
  return { status: response.status, errors };
}

const ROWS = 'query ($n: Int) { liquidations(first: $n) { edges { cursor } } }';
const REQUIRED = 'query ($n: Int!) { liquidations(first: $n) { edges { cursor } } }';
/** Equally long up to the variables, so that errors name equal places. */
const FILTERED = {
  query: 'query        ($f: LiquidationFilter) { liquidations(filter: $f) { edges { cursor } } }',
  subscription: 'subscription ($f: LiquidationFilter) { liquidationAdded(filter: $f) { cursor } }',
};
/** A filter inside filters, a thousand deep. */
const DEEP = JSON.parse(`${'{"filter":'.repeat(1_000)}1${'}'.repeat(1_000)}`) as object;

const MISFITS: readonly (readonly [what: string, filter: unknown])[] = [
  ['text for an object', 'BTCUSDT'],
  ['a list for an object', [{ symbols: ['BTCUSDT'] }]],
  ['a member that is not there', { symbol: 'BTCUSDT' }],
  ['a side that is not there', { liquidatedSide: 'UP' }],
  ['null in a list', { symbols: ['BTCUSDT', null] }],
  ['no decimal', { minNotionalUsd: 'much' }],
  ['no time', { from: 'yesterday' }],
  ['several at once', { symbols: [7, null], liquidatedSide: 1, minNotionalUsd: [] }],
  ['what is nested very deeply', DEEP],
];

describe('variables that do not fit their types', () => {
  test.each([
    ['text for a number', ROWS, { n: 'many' }],
    ['a fraction for a whole number', ROWS, { n: 1.5 }],
    ['a number that is too large', ROWS, { n: 2 ** 31 }],
    ['an object for a number', ROWS, { n: { a: 1 } }],
    ['a required one that is missing', REQUIRED, {}],
    ['a required one that is null', REQUIRED, { n: null }],
    ['a very long text', ROWS, { n: 'x'.repeat(5_000) }],
  ])('get the same answer over HTTP and over the socket: %s', async (_what, query, variables) => {
    const body = JSON.stringify({ query, variables });
    const { errors } = await overHttp(body);
    expect(errors[0]?.extensions.code).toBe('BAD_USER_INPUT');
    expect(await overSocket(body)).toEqual(errors);
  });

  test.each(MISFITS)(
    'get the same answer from a query and from a subscription: %s',
    async (_what, filter) => {
      const bodyOf = (query: string) => JSON.stringify({ query, variables: { f: filter } });
      const { status, errors } = await overHttp(bodyOf(FILTERED.query));
      expect([status, errors[0]?.extensions.code]).toEqual([400, 'BAD_USER_INPUT']);
      expect(await overSocket(bodyOf(FILTERED.query))).toEqual(errors);
      expect(await overSocket(bodyOf(FILTERED.subscription))).toEqual(errors);
    },
  );

  test.each([
    ['symbols of no market', { symbols: ['NOTHINGUSDT'] }, 'UNKNOWN_SYMBOL'],
    ['too many symbols', { symbols: Array.from({ length: 51 }, (_, n) => `A${n}USDT`) }, 'BAD_USER_INPUT'],
  ])('are refused with the same words where only the resolver can tell: %s', async (_what, f, code) => {
    const facts = (errors: readonly ApiProblem[]) =>
      errors.map(({ message, extensions }) => [message, extensions]);
    const bodyOf = (query: string) => JSON.stringify({ query, variables: { f } });
    const { errors } = await overHttp(bodyOf(FILTERED.query));
    expect(errors[0]?.extensions.code).toBe(code);
    expect(facts(await overSocket(bodyOf(FILTERED.subscription)))).toEqual(facts(errors));
  });
});

describe('variables that could reach a prototype', () => {
  test.each([
    ['{"__proto__":{"n":1}}'],
    ['{"n":1,"__proto__":null}'],
    ['{"n":{"a":[{"__proto__":{"polluted":true}}]}}'],
    ['{"constructor":{"prototype":{"polluted":true}}}'],
    ['{"n":[{"constructor":{"prototype":{}}}]}'],
  ])('are refused with one code on both ways, and by GET: %s', async (variables) => {
    const body = `{"query":${JSON.stringify(ROWS)},"variables":${variables}}`;
    const { status, errors } = await overHttp(body);
    expect([status, errors.map(({ extensions }) => extensions.code)]).toEqual([400, ['BAD_USER_INPUT']]);
    const refusal = [
      {
        message: 'variables: may hold no "__proto__" and no "constructor" with a "prototype"',
        extensions: { code: 'BAD_USER_INPUT', argument: 'variables' },
      },
    ];
    expect(await overSocket(body)).toEqual(refusal);
    const query = new URLSearchParams({ query: ROWS, variables }).toString();
    const got = await fetch(`${api.url}/graphql?${query}`, { headers: { 'apollo-require-preflight': '1' } });
    expect([got.status, ((await got.json()) as { errors: unknown }).errors]).toEqual([400, refusal]);
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });

  test('are all that is refused: a variable may be called constructor', async () => {
    const query = 'query ($constructor: Int) { liquidations(first: $constructor) { edges { cursor } } }';
    const body = JSON.stringify({ query, variables: { constructor: 1 } });
    expect((await overHttp(body)).status).toBe(200);
    client.send(`{"type":"subscribe","id":"fits","payload":${body}}`);
    expect(await client.answer('fits')).toMatchObject({
      type: 'next',
      payload: { data: { liquidations: {} } },
    });
  });
});
