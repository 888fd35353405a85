import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { buildSchema } from 'graphql';
import { AnswerStore } from './answer-store.js';
import { toAnswer } from './cached-answer.js';
import { DataVersions, type VersionSources } from './data-versions.js';
import { type PlainRequest } from './plain-request.js';
import { QueryPlans } from './query-plans.js';
import { ResponseCache, type Lookup } from './response-cache.js';
import { SharedReading } from './shared-reading.js';

const SCHEMA = buildSchema(`
  type Query { rows(below: Int, first: Int = 50): Int  buckets(to: Int!): Int  now: Int }
  type Mutation { refresh: Int }
`);
const TYPE = 'application/json';

const ask = (query: string, variables: Record<string, unknown> = {}, more: Partial<PlainRequest> = {}) => ({
  query,
  variables,
  accept: '*/*',
  ...more,
});
const good = (n: number) => toAnswer(200, TYPE, JSON.stringify({ data: { n } }));
const bad = (code: string) => toAnswer(200, TYPE, JSON.stringify({ errors: [{ extensions: { code } }] }));

function cacheWith(sources: VersionSources, store = new AnswerStore()): ResponseCache {
  const limits = { characters: 8_192, tokens: 1_000 };
  return new ResponseCache(new QueryPlans(() => SCHEMA, new DataVersions(sources), limits), store);
}

function leads(lookup: Lookup) {
  if (lookup.kind !== 'lead') throw new Error(`expected to execute, got ${lookup.kind}`);
  return lookup.flight;
}

describe('what is answered from memory', () => {
  test('is what was answered before, while the version stays the same', async () => {
    let version = '1';
    const cache = cacheWith({ rows: () => version });
    leads(await cache.find(ask('{ rows }'))).finish(good(1));
    expect(await cache.find(ask('{ rows }'))).toEqual({ kind: 'answer', answer: good(1) });
    version = '2';
    leads(await cache.find(ask('{ rows }'))).finish(good(2));
    expect(await cache.find(ask('{ rows }'))).toEqual({ kind: 'answer', answer: good(2) });
    expect(cache.counts()).toEqual({
      hits: 2,
      shared: 0,
      misses: 2,
      bypassed: { SHAPE: 0, FIELD: 0, VERSION: 0 },
    });
  });

  test('never crosses documents, operations, variables, media types or scopes', async () => {
    const cache = cacheWith({ rows: () => '1' });
    const both = 'query a { rows } query b { rows }';
    const asked: [PlainRequest, string?][] = [
      [ask('{ rows }')],
      [ask('{rows}')],
      [ask(both, {}, { operationName: 'a' })],
      [ask(both, {}, { operationName: 'b' })],
      [ask('query ($n: Int) { rows(first: $n) }', { n: 1 })],
      [ask('query ($n: Int) { rows(first: $n) }', { n: 2 })],
      [ask('{ rows }', {}, { accept: 'application/graphql-response+json' })],
      [ask('{ rows }'), 'trader'],
    ];
    for (const [n, [request, scope]] of asked.entries()) {
      leads(await cache.find(request, scope)).finish(good(n));
    }
    for (const [n, [request, scope]] of asked.entries()) {
      expect(await cache.find(request, scope)).toEqual({ kind: 'answer', answer: good(n) });
    }
  });

  test('is never an answer with an error', async () => {
    const cache = cacheWith({ rows: () => '1' });
    leads(await cache.find(ask('{ rows }'))).finish(bad('UNAVAILABLE'));
    leads(await cache.find(ask('{ rows }'))).finish(undefined);
    leads(await cache.find(ask('{ rows }'))).finish(good(1));
    expect([cache.store.size, cache.flying]).toEqual([1, 0]);
  });

  test('is of a version read before the execution: what changed meanwhile makes it newer than it says', async () => {
    let version = '1';
    const cache = cacheWith({ rows: () => version });
    const flight = leads(await cache.find(ask('{ rows }')));
    version = '2';
    flight.finish(good(2));
    expect((await cache.find(ask('{ rows }'))).kind).toBe('lead');
  });
});

describe('what is executed without the cache', () => {
  const cache = cacheWith({
    rows: () => '1',
    buckets: ({ to }) => (typeof to === 'number' && to <= 100 ? 'closed' : undefined),
  });
  const bypass = async (request: PlainRequest | undefined) => {
    const before = cache.counts().bypassed;
    const { kind } = await cache.find(request);
    const after = cache.counts().bypassed;
    const reason = Object.entries(after).find(([name, count]) => count > before[name as keyof typeof before]);
    return kind === 'alone' ? reason?.[0] : kind;
  };

  test.each([
    ['a request of another shape', undefined, 'SHAPE'],
    [
      'variables nested without end',
      ask('{ rows }', { a: JSON.parse('['.repeat(99) + ']'.repeat(99)) as unknown }),
      'SHAPE',
    ],
    ['a field without a version, alone', ask('{ now }'), 'FIELD'],
    ['a field without a version among others', ask('{ rows now }'), 'FIELD'],
    [
      'such a field in a fragment',
      ask('{ rows ...f } fragment f on Query { ... on Query { now } }'),
      'FIELD',
    ],
    ['such a field that is skipped', ask('{ rows now @skip(if: true) }'), 'FIELD'],
    ['an unknown field', ask('{ nothing }'), 'FIELD'],
    ['a mutation', ask('mutation { refresh }'), 'FIELD'],
    [
      'a mutation beside a query',
      ask('query a { rows } mutation b { refresh }', {}, { operationName: 'b' }),
      'FIELD',
    ],
    ['an operation that is not named', ask('query a { rows } query b { rows }'), 'FIELD'],
    ['an operation that is not there', ask('query a { rows }', {}, { operationName: 'b' }), 'FIELD'],
    ['a fragment that spreads itself', ask('{ ...f } fragment f on Query { ...f now }'), 'FIELD'],
    ['a document that cannot be read', ask('{ rows'), 'FIELD'],
    ['a document beyond the limits', ask(`{ ${'rows '.repeat(1_100)} }`), 'FIELD'],
    ['variables that do not fit', ask('query ($n: Int) { rows(first: $n) }', { n: 'many' }), 'VERSION'],
    ['a missing argument', ask('{ buckets }'), 'VERSION'],
    ['arguments for which there is no version', ask('{ buckets(to: 101) }'), 'VERSION'],
  ])('is %s', async (_what, request, reason) => {
    expect(await bypass(request)).toBe(reason);
  });

  test('is everything while the version cannot be read', async () => {
    const away = cacheWith({ rows: () => Promise.reject(new Error('the database is away')) });
    expect(await away.find(ask('{ rows }'))).toEqual({ kind: 'alone' });
  });
});

describe('a version by arguments', () => {
  test('lets a closed bucket stay for ever while the running one is renewed with every event', async () => {
    let events = 0;
    const cache = cacheWith({
      buckets: ({ to }) => (typeof to === 'number' && to <= 100 ? 'closed' : `${events}`),
    });
    const QUERY = 'query ($to: Int!) { buckets(to: $to) }';
    leads(await cache.find(ask(QUERY, { to: 100 }))).finish(good(1));
    leads(await cache.find(ask(QUERY, { to: 160 }))).finish(good(2));
    events += 1;
    expect((await cache.find(ask(QUERY, { to: 100 }))).kind).toBe('answer');
    expect((await cache.find(ask(QUERY, { to: 160 }))).kind).toBe('lead');
  });

  test('gets them as the resolver does: defaults filled in, variables read, aliases apart', async () => {
    const seen: unknown[] = [];
    const cache = cacheWith({
      rows: (args) => {
        seen.push({ ...args });
        return '1';
      },
    });
    await cache.find(ask('query ($b: Int) { rows(below: $b) other: rows(first: 3) __typename }', { b: 7 }));
    expect(seen).toEqual([{ below: 7, first: 50 }, { first: 3 }]);
  });

  test('cannot be declared twice for one field', () => {
    const source: VersionSources = { rows: () => '1' };
    expect(() => new DataVersions(source, source)).toThrow('rows is declared twice');
  });
});

describe('equal requests at the same time', () => {
  test('are executed once, and all get that answer', async () => {
    const cache = cacheWith({ rows: () => Promise.resolve('1') });
    const found = Array.from({ length: 100 }, () => cache.find(ask('{ rows }')));
    const flight = leads(await Promise.race(found));
    flight.finish(good(1));
    const kinds = (await Promise.all(found)).map(({ kind }) => kind);
    expect(kinds.filter((kind) => kind === 'answer')).toHaveLength(99);
    expect(cache.counts()).toMatchObject({ misses: 1, shared: 99, hits: 0 });
  });

  test('all get an error that is about what was asked, and it is not kept', async () => {
    const cache = cacheWith({ rows: () => '1' });
    const flight = leads(await cache.find(ask('{ rows }')));
    const waiting = cache.find(ask('{ rows }'));
    await turn();
    flight.finish(bad('UNAVAILABLE'));
    expect(await waiting).toEqual({ kind: 'answer', answer: bad('UNAVAILABLE') });
    expect((await cache.find(ask('{ rows }'))).kind).toBe('lead');
  });

  test('do not pay for the one among them that has used up its budget: the next one executes for the rest', async () => {
    const cache = cacheWith({ rows: () => '1' });
    const flight = leads(await cache.find(ask('{ rows }')));
    const waiting = [cache.find(ask('{ rows }')), cache.find(ask('{ rows }'))] as const;
    await turn();
    flight.finish(bad('RATE_LIMITED'));
    leads(await waiting[0]).finish(good(1));
    expect(await waiting[1]).toEqual({ kind: 'answer', answer: good(1) });
  });

  test('of a newer version do not wait for an execution that may not see it', async () => {
    let version = '1';
    const cache = cacheWith({ rows: () => version });
    const old = leads(await cache.find(ask('{ rows }')));
    version = '2';
    leads(await cache.find(ask('{ rows }'))).finish(good(2));
    old.finish(good(1));
    expect(await cache.find(ask('{ rows }'))).not.toEqual({ kind: 'answer', answer: good(1) });
  });
});

describe('plans', () => {
  test('are bounded, however many documents are sent', () => {
    const plans = new QueryPlans(() => SCHEMA, new DataVersions({ rows: () => '1' }), {
      characters: 8_192,
      tokens: 1_000,
    });
    for (let n = 0; n < 3_000; n += 1) plans.of(ask(`{ rows(first: ${n}) }`));
    expect(plans.size).toBe(1_000);
    const long = '#'.repeat(8_000);
    for (let n = 0; n < 300; n += 1) plans.of(ask(`{ rows(first: ${n}) } ${long}`));
    expect(plans.size).toBeLessThan(140);
  });
});

describe('no stale byte', () => {
  test('whatever writes, questions and executions fall between one another: each answer was true at some moment between question and answer', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.scheduler(),
        fc.array(fc.array(fc.constantFrom('write', 'ask', 'ask', 'ask below'), { maxLength: 12 }), {
          minLength: 2,
          maxLength: 5,
        }),
        async (s, users) => {
          let state = 0;
          // What is read is already old while the answer is under way.
          const read = (label: string) =>
            s
              .schedule(Promise.resolve(), label)
              .then(() => state)
              .then((value) => s.schedule(Promise.resolve(value), `${label} answered`));
          const position = new SharedReading(
            () => read('version'),
            () => s.schedule(Promise.resolve(), 'turn'),
          );
          const cache = cacheWith({
            rows: async ({ below }) => (below === undefined ? `${await position.get()}` : 'fixed'),
          });
          const answerOf = async (query: string): Promise<number> => {
            const lookup = await cache.find(ask(query));
            if (lookup.kind === 'answer')
              return (JSON.parse(lookup.answer.bytes.toString()) as { data: { n: number } }).data.n;
            const n = query === '{ rows }' ? await read('execution') : -1;
            await s.schedule(Promise.resolve(), 'stringify');
            if (lookup.kind === 'lead') lookup.flight.finish(good(n));
            return n;
          };
          const run = async (step: string): Promise<void> => {
            await s.schedule(Promise.resolve(), step);
            if (step === 'write') state += 1;
            else if (step === 'ask below') expect(await answerOf('{ rows(below: 3) }')).toBe(-1);
            else {
              const asked = state;
              const n = await answerOf('{ rows }');
              expect(n).toBeGreaterThanOrEqual(asked);
              expect(n).toBeLessThanOrEqual(state);
            }
          };
          await s.waitFor(
            Promise.all(
              users.map(async (steps) => {
                for (const step of steps) await run(step);
              }),
            ),
          );
          expect(cache.flying).toBe(0);
        },
      ),
      { numRuns: 500 },
    );
  });
});
