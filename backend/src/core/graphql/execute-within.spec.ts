import { describe, expect, test } from '@jest/globals';
import { FakeClock } from '@orderfox/testing';
import { buildSchema, parse } from 'graphql';
import { executeWithin } from './execute-within.js';

const schema = buildSchema('type Query { now: Int later: Int }');

function run(text: string, later: Promise<number>) {
  const clock = new FakeClock();
  const rootValue = { now: 1, later: () => later };
  return { clock, answer: executeWithin({ schema, document: parse(text), rootValue }, 5_000, clock) };
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

  test('tells of what failed in time as of any other failure', async () => {
    const { clock, answer } = run('{ later }', Promise.reject(new Error('broken')));
    expect((await answer).errors?.[0]?.message).toBe('broken');
    expect(clock.pendingDelaysMs()).toEqual([]);
  });
});
