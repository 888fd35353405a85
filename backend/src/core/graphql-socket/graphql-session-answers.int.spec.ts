import { afterEach, describe, expect, test } from '@jest/globals';
import { FakeClock, waitFor } from '@orderfox/testing';
import { API_LIMITS } from '../graphql/api-limits.js';
import { ApiPolicy } from '../graphql/api-policy.js';
import { RawClient } from './raw-client-for-tests.js';
import { SocketServerForTests } from './socket-server-for-tests.js';

let made: SocketServerForTests;
let clock: FakeClock;
afterEach(async () => {
  await made.stop();
});

async function connect(): Promise<RawClient> {
  clock = new FakeClock();
  const policy = new ApiPolicy({ ...API_LIMITS, timeoutMs: 5_000 });
  made = await SocketServerForTests.start({}, { clock, policy });
  return RawClient.connect(made.url);
}

const LATE = {
  data: null,
  errors: [
    {
      message: expect.stringContaining('No answer within 5 seconds') as unknown,
      extensions: { code: 'UNAVAILABLE', timeoutMs: 5_000 },
    },
  ],
};

describe('GraphqlSession with queries', () => {
  test('gives an answer up after its time, and drops it when it comes after all', async () => {
    const client = await connect();
    client.subscribe('slow', '{ never }');
    await waitFor(() => made.late.length === 1);
    clock.advance(4_999);
    client.subscribe('quick', '{ hello }');
    await client.answer('quick');
    expect(made.server.operationCount).toBe(1);
    clock.advance(1);
    expect(await client.answer('slow')).toMatchObject({ type: 'next', payload: LATE });
    expect(made.server.operationCount).toBe(0);
    for (const answer of made.late) answer('late');
    client.subscribe('after', '{ hello }');
    await client.answer('after');
    expect(client.messages.filter(({ id }) => id === 'slow').map(({ type }) => type)).toEqual([
      'next',
      'complete',
    ]);
    client.close();
  });

  test('sends an answer that comes in time once, then completes, and leaves no timer', async () => {
    const client = await connect();
    const before = clock.pendingDelaysMs();
    client.subscribe('q', '{ never }');
    await waitFor(() => made.late.length === 1);
    for (const answer of made.late) answer('in time');
    await client.waitFor(({ type }) => type === 'complete');
    expect(client.messages.slice(1)).toEqual([
      {
        id: 'q',
        type: 'next',
        payload: { data: { never: 'in time' }, extensions: { cost: { requested: 1, allowed: 5_000 } } },
      },
      { id: 'q', type: 'complete' },
    ]);
    expect(clock.pendingDelaysMs()).toEqual(before);
    client.close();
  });

  test('sends nothing for what was completed by its client meanwhile, also if the id is in use again', async () => {
    const client = await connect();
    client.subscribe('a', '{ never }');
    await waitFor(() => made.late.length === 1);
    client.send({ type: 'complete', id: 'a' });
    client.subscribe('a', 'query Second { never }');
    await waitFor(() => made.late.length === 2);
    made.late[0]?.('first');
    made.late[1]?.('second');
    await client.waitFor(({ type }) => type === 'complete');
    expect(client.messages.slice(1).map(({ payload }) => payload)).toEqual([
      expect.objectContaining({ data: { never: 'second' } }),
      undefined,
    ]);
    client.close();
  });

  test('executes nothing when the variables do not fit', async () => {
    const client = await connect();
    client.subscribe('q', 'query ($n: Int!) { never echo(n: $n) }', { n: 'seven' });
    expect(await client.answer('q')).toMatchObject({
      type: 'error',
      payload: [{ extensions: { code: 'BAD_USER_INPUT' } }],
    });
    expect(made.late).toEqual([]);
    client.close();
  });
});
