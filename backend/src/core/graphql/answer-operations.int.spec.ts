import { Module, type NestApplicationOptions } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Args, Context, GraphQLSchemaHost, Query, registerEnumType, Resolver } from '@nestjs/graphql';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { afterEach, describe, expect, test } from '@jest/globals';
import { FakeClock, waitFor } from '@orderfox/testing';
import { type GraphQLFormattedError } from 'graphql';
import { ApiError } from '../graphql-errors.js';
import { type AnswerParts } from './answer-operations.js';
import { API_LIMITS, type ApiLimits } from './api-limits.js';
import { ApiPolicy } from './api-policy.js';
import { ErrorFormatter } from './error-formatter.js';
import { graphqlModule } from './graphql-module.js';
import { inputValidation } from './input-validation.js';
import { OperationLife } from './operation-life.js';
import { TroubleLog } from './trouble-log.js';

const Side = { LONG: 'LONG', SHORT: 'SHORT' } as const;
registerEnumType(Side, { name: 'Side' });

/** Of the operations that never end. */
const lives: OperationLife[] = [];

@Resolver()
class Answers {
  @Query(() => String)
  hello(@Args('side', { type: () => Side, nullable: true }) side?: string): string {
    return `hello ${side ?? ''}`;
  }

  @Query(() => String, { nullable: true })
  slow(): Promise<string> {
    return new Promise(() => undefined);
  }

  @Query(() => String, { nullable: true })
  endless(@Context('life') life: OperationLife): Promise<string> {
    lives.push(life);
    return new Promise(() => undefined);
  }

  @Query(() => String)
  refused(): string {
    throw new ApiError('RATE_LIMITED', 'later', { retryAfterMs: 1_500 });
  }
}

interface Answer {
  readonly data?: unknown;
  readonly errors?: readonly GraphQLFormattedError[];
  readonly extensions?: unknown;
}

const running: NestFastifyApplication[] = [];
afterEach(async () => {
  for (const nest of running.splice(0)) await nest.close();
});

async function start(given: Partial<ApiLimits> = {}, spend?: AnswerParts['spend']) {
  const limits = { ...API_LIMITS, ...given };
  const clock = new FakeClock();
  const silent = {
    debug: () => undefined,
    info: () => undefined,
    warn: () => undefined,
    error: () => undefined,
  };
  const policy = new ApiPolicy(limits);
  const errors = new ErrorFormatter(new TroubleLog(silent, clock, () => 'reference'), limits);
  const clientOf = () => '192.0.2.1';
  const graphql = graphqlModule({ policy, errors, clock, clientOf, log: silent, ...(spend && { spend }) });

  @Module({ imports: [graphql], providers: [Answers] })
  class Root {}

  const options: Readonly<NestApplicationOptions> = { logger: false };
  const nest = await NestFactory.create<NestFastifyApplication>(Root, new FastifyAdapter(), options);
  running.push(nest);
  nest.useGlobalPipes(inputValidation(limits));
  await nest.listen(0, '127.0.0.1');
  const url = `${await nest.getUrl()}/graphql`;
  const { schema } = nest.get(GraphQLSchemaHost);
  const ask = async (query: string, variables: object = {}, signal?: AbortSignal) => {
    const headers = { 'content-type': 'application/json' };
    const response = await fetch(url, {
      method: 'POST',
      headers,
      body: JSON.stringify({ query, variables }),
      ...(signal && { signal }),
    });
    return { response, status: response.status, body: (await response.json()) as Answer };
  };
  return { clock, policy, schema, ask };
}

describe('GraphQL over HTTP', () => {
  test('says what an answer cost and what it may cost', async () => {
    const { ask } = await start({ cost: 100 });
    const { status, body } = await ask('{ hello }');
    expect([status, body]).toEqual([
      200,
      { data: { hello: 'hello ' }, extensions: { cost: { requested: 1, allowed: 100 } } },
    ]);
  });

  test('reads a text once, for itself and for whoever else asks the policy', async () => {
    const { ask, policy, schema } = await start();
    const query = 'query A { hello }';
    for (let n = 0; n < 3; n += 1) await ask(query);
    const { documents } = policy;
    expect([documents.misses, documents.hits, documents.size]).toEqual([1, 2, 1]);
    const [first, second] = [policy.prepare(schema, { query }), policy.prepare(schema, { query })];
    expect([documents.misses, documents.hits]).toEqual([1, 4]);
    expect(first.ok && second.ok && first.operation.definition === second.operation.definition).toBe(true);
  });

  test('leaves no text to the parser of the framework, which has no bounds', async () => {
    const { ask } = await start();
    const { status, body } = await ask(`{ ${'a '.repeat(1_000)} }`);
    expect([status, body.errors?.map(({ extensions }) => extensions?.limit)]).toEqual([400, ['tokens']]);
  });

  test('keeps no text that it refused', async () => {
    const { ask, policy } = await start();
    for (const query of ['{ nothing }', '{', `{ ${'hello '.repeat(11)}}`]) await ask(query);
    expect([policy.documents.size, policy.documents.misses]).toEqual([0, 3]);
    expect([...policy.refused]).toEqual([
      ['BAD_USER_INPUT', 2],
      ['rootFields', 1],
    ]);
  });

  test('gives up what takes too long, and tells so as of any part that is away', async () => {
    const { ask, clock } = await start({ timeoutMs: 2_000 });
    const answer = ask('{ slow }');
    await waitFor(() => clock.pendingDelaysMs().length === 1);
    clock.advance(2_000);
    const { status, body } = await answer;
    expect([status, body.data, body.errors?.length]).toEqual([200, null, 1]);
    expect(body.errors?.[0]).toMatchObject({ extensions: { code: 'UNAVAILABLE', timeoutMs: 2_000 } });
    expect(clock.pendingDelaysMs()).toEqual([]);
  });

  test('tells resolvers who asks, and that it has given up', async () => {
    const { ask, clock } = await start({ timeoutMs: 2_000 });
    const answer = ask('{ endless }');
    await waitFor(() => clock.pendingDelaysMs().length === 1);
    const life = lives.at(-1);
    expect([life?.client, life?.signal.aborted]).toEqual(['192.0.2.1', false]);
    clock.advance(2_000);
    expect(life?.signal.reason).toMatchObject({ code: 'UNAVAILABLE', extensions: { timeoutMs: 2_000 } });
    await answer;
  });

  test('tells resolvers when the client has gone', async () => {
    const { ask, clock } = await start();
    const leaving = new AbortController();
    const refused = expect(ask('{ endless }', {}, leaving.signal)).rejects.toThrow();
    await waitFor(() => clock.pendingDelaysMs().length === 1);
    const signal = lives.at(-1)?.signal;
    expect(signal?.aborted).toBe(false);
    leaving.abort();
    await refused;
    await waitFor(() => signal?.aborted);
    clock.advance(5_000);
  });

  test('takes points from the sender for reading a text and for the operation, and refuses without', async () => {
    let left = 24;
    const { ask, policy } = await start({}, (request, points) => {
      expect(request.raw.socket.remoteAddress).toBe('127.0.0.1');
      if (points > left) return 1_200;
      left -= points;
      return undefined;
    });
    expect((await ask('{ a: hello b: hello }')).status).toBe(200);
    expect((await ask('{ nothing }')).status).toBe(400);
    expect((await ask('{ a: hello b: hello }')).status).toBe(200);
    expect(left).toBe(24 - 11 - 1 - 11 - 1);
    left = 0;
    expect((await ask('{ hello }')).status).toBe(429);
    expect(policy.knows('{ hello }')).toBe(false);
    const { response, status, body } = await ask('{ a: hello b: hello }');
    expect([status, response.headers.get('retry-after')]).toEqual([429, '2']);
    expect(body).toMatchObject({ errors: [{ extensions: { code: 'RATE_LIMITED', retryAfterMs: 1_200 } }] });
    expect(body).not.toHaveProperty('data');
  });

  test('answers a refusal of a resolver as part of the answer', async () => {
    const { ask } = await start();
    const { status, body } = await ask('{ refused }');
    expect([status, body.data]).toEqual([200, null]);
    expect(body.errors?.[0]).toMatchObject({ path: ['refused'], extensions: { code: 'RATE_LIMITED' } });
  });
});

describe('introspection', () => {
  const misspelt = async (ask: (query: string, variables?: object) => Promise<{ body: Answer }>) => {
    const asked = [
      ask('{ helo }'),
      ask('{ hello(side: LONGG) }'),
      ask('query ($s: Side) { hello(side: $s) }', { s: 'LONGG' }),
    ];
    return (await Promise.all(asked)).map(({ body }) => body.errors?.[0]?.message ?? '');
  };

  test('is answered unless it is switched off, and names what was probably meant', async () => {
    const { ask } = await start();
    expect((await ask('{ __schema { queryType { name } } }')).status).toBe(200);
    for (const message of await misspelt(ask)) expect(message).toMatch(/Did you mean/);
  });

  test('switched off, is refused with the place of the schema, and nothing is named that was not asked for', async () => {
    const { ask, policy, schema } = await start({ introspection: false });
    const refused = [
      '{ __schema { queryType { name } } }',
      '{ x: __type(name: "Query") { name } }',
      '{ ...F } fragment F on Query { ... { __schema { description } } }',
    ];
    for (const query of refused) {
      const { status, body } = await ask(query);
      expect([status, body.errors?.length]).toEqual([400, 1]);
      expect(body.errors?.[0]).toMatchObject({
        message: expect.stringContaining('GET /schema.graphql') as unknown,
        extensions: { code: 'BAD_USER_INPUT', limit: 'introspection' },
      });
      expect(policy.prepare(schema, { query }).ok).toBe(false);
    }
    expect((await ask('{ __typename }')).body.data).toEqual({ __typename: 'Query' });
    for (const message of await misspelt(ask)) {
      expect(message).toMatch(/helo|LONGG/);
      expect(message).not.toMatch(/Did you mean|"hello"|"LONG"/);
    }
  });
});
