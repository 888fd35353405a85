import { describe, expect, test } from '@jest/globals';
import { FakeClock } from '@orderfox/testing';
import { buildSchema, parse } from 'graphql';
import { executeWithin } from './execute-within.js';
import { OperationLife } from './operation-life.js';

const schema = buildSchema('type Query { now: Int later: Int broken: Int! }');

function run(text: string, later: Promise<number>) {
  const clock = new FakeClock();
  const life = new OperationLife('192.0.2.1');
  let seen: OperationLife | undefined;
  const rootValue = {
    now: 1,
    later: (_args: object, context: { readonly life: OperationLife }) => {
      seen = context.life;
      return later;
    },
    broken: () => Promise.reject(new Error('broken')),
  };
  const args = { schema, document: parse(text), rootValue, contextValue: { req: 1 } };
  return { clock, life, answer: executeWithin(args, 5_000, clock, life), seen: () => seen };
}

describe('executeWithin', () => {
  test('gives at once what is there at once, and sets no timer', () => {
    const { clock, answer } = run('{ now }', Promise.resolve(2));
    expect(answer).toEqual({ data: { now: 1 } });
    expect(clock.pendingDelaysMs()).toEqual([]);
  });

  test('waits for what takes its time, and leaves no timer behind', async () => {
    const { clock, answer } = run('{ now later }', Promise.resolve(2));
    expect(clock.pendingDelaysMs()).toEqual([5_000]);
    expect(await answer).toEqual({ data: { now: 1, later: 2 } });
    expect(clock.pendingDelaysMs()).toEqual([]);
  });

  test('gives up after its time with UNAVAILABLE, and drops what comes later', async () => {
    const late = Promise.withResolvers<number>();
    const { clock, answer } = run('{ later }', late.promise);
    clock.advance(4_999);
    clock.advance(1);
    const { data, errors } = await answer;
    expect(data).toBeNull();
    expect(errors?.map(({ message, extensions }) => [message, extensions])).toEqual([
      [
        expect.stringMatching(/^No answer within 5 seconds: ask for fewer rows/),
        { code: 'UNAVAILABLE', timeoutMs: 5_000 },
      ],
    ]);
    late.reject(new Error('the database gave up too'));
    expect(clock.pendingDelaysMs()).toEqual([]);
  });

  test('tells resolvers when it has given up, why, and not before', async () => {
    const { clock, life, answer, seen } = run('{ later }', new Promise(() => undefined));
    expect(seen()).toBe(life);
    const { signal } = life;
    clock.advance(4_999);
    expect(signal.aborted).toBe(false);
    clock.advance(1);
    expect(signal.reason).toMatchObject({ code: 'UNAVAILABLE', extensions: { timeoutMs: 5_000 } });
    await answer;
  });

  test('tells resolvers that are still at work when an error of another field was the answer', async () => {
    const { life, answer } = run('{ later broken }', new Promise(() => undefined));
    const { signal } = life;
    expect(await answer).toMatchObject({ data: null });
    expect(signal.aborted).toBe(true);
  });

  test('tells of what failed in time as of any other failure', async () => {
    const { clock, answer } = run('{ later }', Promise.reject(new Error('broken')));
    expect((await answer).errors?.[0]?.message).toBe('broken');
    expect(clock.pendingDelaysMs()).toEqual([]);
  });
});
