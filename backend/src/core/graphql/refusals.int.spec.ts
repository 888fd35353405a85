import { glob, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { GraphQLSchemaHost } from '@nestjs/graphql';
import {
  getIntrospectionQuery,
  isObjectType,
  parse,
  print,
  separateOperations,
  type GraphQLSchema,
} from 'graphql';
import { ApiForTests, type ApiProblem } from '../../testing/api-for-tests.js';
import { PostgresForTests } from '../../testing/postgres-for-tests.js';
import { API_LIMITS } from './api-limits.js';
import { ApiPolicy } from './api-policy.js';
import { type OperationRequest } from './operation-request.js';

const ROOT = join(import.meta.dirname, '../../../..');

const times = (count: number, text: (n: number) => string) =>
  Array.from({ length: count }, (_, n) => text(n)).join(' ');
const nested = (levels: number) => `{ ${'... { '.repeat(levels)} system { version } ${'} '.repeat(levels)} }`;
const bomb = `{ venues { ...F0 } } ${times(40, (n) => `fragment F${n} on Venue { ...F${n + 1} ...F${n + 1} }`)} fragment F40 on Venue { x: id }`;

/** What is sent, and how it is refused: the same over HTTP and over the socket, which does as `prepare` says. */
const REFUSALS: readonly (readonly [
  what: string,
  request: OperationRequest,
  code: string,
  limit?: string,
])[] = [
  ['no query', {}, 'BAD_USER_INPUT'],
  ['a query that is null', { query: null }, 'BAD_USER_INPUT'],
  ['an empty query', { query: '' }, 'BAD_USER_INPUT'],
  ['a query of spaces', { query: ' \n ' }, 'BAD_USER_INPUT'],
  ['a comment alone', { query: '# hello' }, 'BAD_USER_INPUT'],
  ['a number for a query', { query: 1 }, 'BAD_USER_INPUT'],
  ['a list for a query', { query: ['{ __typename }'] }, 'BAD_USER_INPUT'],
  ['a parsed query', { query: parse('{ __typename }') }, 'BAD_USER_INPUT'],
  ['no GraphQL', { query: 'SELECT 1' }, 'BAD_USER_INPUT'],
  ['half a query', { query: '{ system { version }' }, 'BAD_USER_INPUT'],
  ['a fragment alone', { query: 'fragment F on Query { __typename }' }, 'BAD_USER_INPUT'],
  ['a schema', { query: 'type Query { a: Int }' }, 'BAD_USER_INPUT'],
  ['a field that is not there', { query: '{ passwords }' }, 'BAD_USER_INPUT'],
  ['a fragment that goes in circles', { query: '{ ...F } fragment F on Query { ...F }' }, 'BAD_USER_INPUT'],
  ['variables as a string', { query: '{ __typename }', variables: '{}' }, 'BAD_USER_INPUT'],
  ['variables as a list', { query: '{ __typename }', variables: [] }, 'BAD_USER_INPUT'],
  ['variables as a number', { query: '{ __typename }', variables: 7 }, 'BAD_USER_INPUT'],
  ['a number for an operation name', { query: '{ __typename }', operationName: 1 }, 'BAD_USER_INPUT'],
  ['an operation that is not there', { query: '{ __typename }', operationName: 'A' }, 'BAD_USER_INPUT'],
  ['an empty operation name', { query: 'query A { __typename }', operationName: '' }, 'BAD_USER_INPUT'],
  [
    'two operations and no name',
    { query: 'query A { __typename } query B { __typename }' },
    'BAD_USER_INPUT',
  ],
  ['extensions as a list', { query: '{ __typename }', extensions: [] }, 'BAD_USER_INPUT'],
  [
    'the hash of a query',
    { extensions: { persistedQuery: { version: 1, sha256Hash: '0'.repeat(64) } } },
    'BAD_USER_INPUT',
  ],
  ['8,193 characters', { query: `{ __typename } #${' '.repeat(8_177)}` }, 'QUERY_TOO_COMPLEX', 'characters'],
  ['a thousand fields', { query: `{ ${'a '.repeat(1_000)} }` }, 'QUERY_TOO_COMPLEX', 'tokens'],
  ['four hundred levels of fragments', { query: nested(400) }, 'QUERY_TOO_COMPLEX', 'tokens'],
  [
    'nine levels',
    { query: `{ liquidations { edges { node { a { b { c { d { e { f } } } } } } } } }` },
    'QUERY_TOO_COMPLEX',
    'depth',
  ],
  [
    'sixteen aliases',
    { query: `{ system { ${times(16, (n) => `a${n}: version`)} } }` },
    'QUERY_TOO_COMPLEX',
    'aliases',
  ],
  ['fragments that explode', { query: bomb }, 'QUERY_TOO_COMPLEX', 'aliases'],
  ['eleven fields', { query: `{ ${'__typename '.repeat(11)} }` }, 'QUERY_TOO_COMPLEX', 'rootFields'],
  [
    'twenty-one directives',
    { query: `{ system { ${'version @skip(if: false) '.repeat(21)} } }` },
    'QUERY_TOO_COMPLEX',
    'directives',
  ],
  [
    'directives on the operation',
    { query: `query ($n: Int ${'@a '.repeat(10)}) ${'@a '.repeat(11)} { __typename }` },
    'QUERY_TOO_COMPLEX',
    'directives',
  ],
  [
    'too many rows',
    {
      query:
        'query ($n: Int) { x: liquidations(first: $n) { edges { node { id symbol venue price quantity } } } }',
      variables: { n: 2_000 },
    },
    'QUERY_TOO_COMPLEX',
    'cost',
  ],
  [
    'the same rows again and again',
    { query: `{ ${times(6, (n) => `x${n}: liquidations(first: 500) { edges { cursor node { id } } }`)} }` },
    'QUERY_TOO_COMPLEX',
    'cost',
  ],
  [
    'the schema of the schema of the schema',
    { query: '{ __schema { types { fields { type { fields { type { fields { name } } } } } } } }' },
    'BAD_USER_INPUT',
  ],
];

let postgres: PostgresForTests;
let api: ApiForTests;
let schema: GraphQLSchema;

beforeAll(async () => {
  postgres = await PostgresForTests.start();
  api = await ApiForTests.start(postgres);
  ({ schema } = api.running.http.nest.get(GraphQLSchemaHost, { strict: false }));
});
afterAll(async () => {
  await api.stop();
  await postgres.dispose();
});

async function post(body: string): Promise<{ status: number; text: string; errors: readonly ApiProblem[] }> {
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(`${api.url}/graphql`, { method: 'POST', headers, body });
  const text = await response.text();
  return {
    status: response.status,
    text,
    errors: (JSON.parse(text) as { errors?: ApiProblem[] }).errors ?? [],
  };
}

describe.each(REFUSALS)('%s', (what, request, code, limit) => {
  test('is refused by the policy', () => {
    const policy = new ApiPolicy(API_LIMITS);
    const prepared = policy.prepare(schema, request);
    if (prepared.ok) throw new Error('it was not refused');
    const [error] = prepared.errors;
    expect(error?.extensions.limit).toBe(limit);
    expect(error?.extensions.code ?? 'BAD_USER_INPUT').toBe(code);
    expect([...policy.refused.values()]).toEqual([1]);
  });

  test('is refused over HTTP with the same code', async () => {
    const { status, text, errors } = await post(JSON.stringify(request));
    expect(errors.map(({ extensions }) => [extensions.code, extensions.limit])).toContainEqual([code, limit]);
    // Clients that send hashes learn from this very answer to send the text.
    expect(status).toBe(what.includes('hash') ? 200 : 400);
    expect(text).not.toMatch(/"data"|node_modules|\bat \w+ \(|stack/);
  });
});

describe('what fits', () => {
  const ROOM = API_LIMITS.cost / 2;

  test('are all operations of the client library and of the page, with the longest pages', async () => {
    const policy = new ApiPolicy(API_LIMITS);
    const texts = new Map<string, string>();
    for await (const file of glob('{libs/client/src,frontend/src}/**/*.graphql', { cwd: ROOT }))
      texts.set(file, await readFile(join(ROOT, file), 'utf8'));
    const operations = Object.entries(separateOperations(parse([...texts.values()].join('\n'))));
    expect(operations.length).toBeGreaterThanOrEqual(6);
    for (const [name, document] of operations) {
      const prepared = policy.prepare(schema, { query: print(document), variables: { first: 500 } });
      expect([name, prepared.ok && prepared.operation.cost < ROOM]).toEqual([name, true]);
    }
  });

  test('are all examples in the schema', () => {
    const policy = new ApiPolicy(API_LIMITS);
    const roots = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()];
    const fields = roots.filter(isObjectType).flatMap((root) => Object.values(root.getFields()));
    const examples = fields.map(({ description }) => /Example: `([^`]+)`/.exec(description ?? '')?.[1]);
    for (const query of examples) {
      const prepared = policy.prepare(schema, { query });
      expect([query, prepared.ok && prepared.operation.cost < ROOM]).toEqual([query, true]);
    }
  });

  test('is the whole schema, as playgrounds ask for it', () => {
    const options = { inputValueDeprecation: true, oneOf: true, specifiedByUrl: true };
    const prepared = new ApiPolicy(API_LIMITS).prepare(schema, { query: getIntrospectionQuery(options) });
    expect(prepared.ok && prepared.operation.cost < ROOM).toBe(true);
  });
});

describe('HTTP alone', () => {
  const get = (path: string, headers: Record<string, string> = { 'apollo-require-preflight': '1' }) =>
    fetch(`${api.url}/graphql?${path}`, { headers });

  test.each([
    ['several requests in one', '[{"query":"{__typename}"}]', 400],
    ['a list that is empty', '[]', 400],
    ['text', '"{ __typename }"', 400],
    ['null', 'null', 400],
  ])('refuses %s', async (_what, body, status) => {
    const answer = await post(body);
    expect([answer.status, answer.errors[0]?.extensions.code]).toEqual([status, 'BAD_USER_INPUT']);
  });

  test.each([
    ['a mutation by GET', 'query=mutation{refreshSymbols{venue}}', undefined, 405],
    ['what any page could send', 'query={__typename}', {}, 400],
    ['a query given twice', 'query={__typename}&query={__typename}', undefined, 400],
    ['variables that are no JSON', 'query={__typename}&variables={', undefined, 400],
    ['variables that are no object', 'query={__typename}&variables=[]', undefined, 400],
    ['a subscription by GET', 'query=subscription{liquidationAdded{id}}', undefined, 405],
  ])('refuses %s', async (_what, path, headers, status) => {
    const response = await get(path, headers);
    const { errors } = (await response.json()) as { errors: ApiProblem[] };
    expect([response.status, errors[0]?.extensions.code]).toEqual([status, 'BAD_USER_INPUT']);
  });

  test('says where subscriptions are served', async () => {
    const { status, errors } = await post('{"query":"subscription { liquidationAdded { id } }"}');
    expect([status, errors.length]).toEqual([400, 1]);
    expect(errors[0]?.message).toMatch(/WebSocket.*graphql-transport-ws/);
  });

  test('refuses variables that do not fit their types, and executes nothing', async () => {
    const query = 'query ($n: Int) { liquidations(first: $n) { edges { cursor } } }';
    const { status, errors, text } = await post(JSON.stringify({ query, variables: { n: 'many' } }));
    expect([status, errors[0]?.extensions.code]).toEqual([400, 'BAD_USER_INPUT']);
    expect(text).not.toContain('"data"');
  });
});
