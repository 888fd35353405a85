import { afterEach, describe, expect, test } from '@jest/globals';
import { FakeClock, waitFor } from '@orderfox/testing';
import { type ClientLimits } from '../clients/client-limits.js';
import { RawClient, type ProtocolMessage } from './raw-client-for-tests.js';
import { type SocketLimits } from './socket-limits.js';
import { SocketServerForTests } from './socket-server-for-tests.js';

const TICK_NUMBERS = 'subscription { ticks { n } }';

let made: SocketServerForTests;
afterEach(async () => {
  await made.stop();
});

const start = async (
  clients: Partial<ClientLimits>,
  limits: Partial<SocketLimits> = {},
  clock?: FakeClock,
) => {
  const configured = new Set(['subscriptionsPerClient', 'costPerMinute'] as const);
  made = await SocketServerForTests.start(limits, {
    clients: { configured, ...clients },
    ...(clock !== undefined && { clock }),
  });
  return made;
};

function problemOf({ type, payload }: ProtocolMessage): Readonly<Record<string, unknown>> {
  const [problem] = payload as readonly { message: string; extensions: Record<string, unknown> }[];
  return { type, message: problem?.message, ...problem?.extensions };
}

describe('GraphqlSession and budgets', () => {
  test('counts the operations of one client over all its sockets, and gives places back', async () => {
    await start({ subscriptionsPerClient: 3 });
    const [one, two] = [await RawClient.connect(made.url), await RawClient.connect(made.url)];
    one.subscribe('a', TICK_NUMBERS);
    one.subscribe('b', TICK_NUMBERS);
    await waitFor(() => made.listeners === 2);
    two.subscribe('c', TICK_NUMBERS);
    await waitFor(() => made.listeners === 3);
    two.subscribe('d', TICK_NUMBERS);
    expect(problemOf(await two.answer('d'))).toEqual({
      type: 'error',
      message: 'Too many operations of one client address at once; complete some, or come back later',
      code: 'RATE_LIMITED',
    });
    one.close();
    await waitFor(() => made.listeners === 1);
    two.subscribe('e', TICK_NUMBERS);
    await waitFor(() => made.listeners === 2);
    two.close();
  });

  test('counts the operations of all clients together', async () => {
    await start({ subscriptions: 1 });
    const client = await RawClient.connect(made.url);
    client.subscribe('a', TICK_NUMBERS);
    client.subscribe('b', TICK_NUMBERS);
    expect(problemOf(await client.answer('b'))).toMatchObject({
      message: 'Too many operations on this server at once; complete some, or come back later',
      code: 'RATE_LIMITED',
    });
    client.send({ type: 'complete', id: 'a' });
    await waitFor(() => made.listeners === 0);
    client.subscribe('c', TICK_NUMBERS);
    await waitFor(() => made.listeners === 1);
    client.close();
  });

  test('gives the place of an operation back however it ends', async () => {
    await start({ subscriptionsPerClient: 1 });
    const client = await RawClient.connect(made.url);
    const ends = [
      ['an answer', '{ hello }'],
      ['an error while it ran', '{ broken }'],
      ['a resolver that refuses', 'subscription { refused { n } }'],
      ['variables that do not fit', 'query ($n: Int!) { echo(n: $n) }'],
      ['a document that is refused', '{ nonsense }'],
    ] as const;
    for (const [id, query] of ends) {
      client.subscribe(id, query);
      await client.answer(id);
      await waitFor(() => made.server.operationCount === 0);
    }
    client.subscribe('gone before it began', TICK_NUMBERS);
    client.send({ type: 'complete', id: 'gone before it began' });
    client.subscribe('last', TICK_NUMBERS);
    await waitFor(() => made.listeners === 1);
    expect(JSON.stringify(client.messages)).not.toContain('RATE_LIMITED');
    client.close();
  });

  test('takes the points of an operation from its client, and says when there will be enough', async () => {
    await start({ costPerMinute: 120 }, {}, new FakeClock());
    const [one, two] = [await RawClient.connect(made.url), await RawClient.connect(made.url)];
    one.subscribe('a', '{ list(first: 66) { n } }');
    expect(await one.answer('a')).toMatchObject({ payload: { extensions: { cost: { requested: 73 } } } });
    // To read the text took 11 more, and takes nothing now that it is known: 36 of 73 are left.
    two.subscribe('b', '{ list(first: 66) { n } }');
    expect(problemOf(await two.answer('b'))).toMatchObject({ code: 'RATE_LIMITED', retryAfterMs: 18_500 });
    // What is cheap enough for the rest is served: refusals cost nothing.
    two.subscribe('c', '{ list(first: 10) { n } }');
    expect(await two.answer('c')).toMatchObject({ type: 'next' });
    two.subscribe('d', TICK_NUMBERS);
    await waitFor(() => made.listeners === 1);
    one.close();
    two.close();
  });

  test('keeps the points of who is refused for another reason', async () => {
    // A subscription, both texts once, and the last: what is refused in between must cost nothing.
    await start({ costPerMinute: 2 + 11 + 11 + 44, subscriptionsPerClient: 1 }, {}, new FakeClock());
    const client = await RawClient.connect(made.url);
    client.subscribe('s', TICK_NUMBERS);
    await waitFor(() => made.listeners === 1);
    for (let n = 0; n < 5; n += 1) {
      client.subscribe(`${n}`, '{ list(first: 40) { n } }');
      expect(problemOf(await client.answer(`${n}`))).not.toHaveProperty('retryAfterMs');
    }
    client.send({ type: 'complete', id: 's' });
    client.subscribe('last', '{ list(first: 40) { n } }');
    expect(await client.answer('last')).toMatchObject({ type: 'next' });
    client.close();
  });

  test('charges for a text before it is read, so that what is refused is not free', async () => {
    await start({ costPerMinute: 60 }, {}, new FakeClock());
    const client = await RawClient.connect(made.url);
    const codes: unknown[] = [];
    for (let n = 0; n < 7; n += 1) {
      client.subscribe(`${n}`, `{ list { nothing${n} } }`);
      codes.push(problemOf(await client.answer(`${n}`)).code);
    }
    const mistake = 'BAD_USER_INPUT';
    expect(codes).toEqual([mistake, mistake, mistake, mistake, mistake, 'RATE_LIMITED', 'RATE_LIMITED']);
    // 5 of 11 points are left, and one comes back in a second; the text is not looked at before.
    client.subscribe('long', `{ no GraphQL }`);
    expect(problemOf(await client.answer('long'))).toMatchObject({ retryAfterMs: 6_000 });
    client.close();
  });

  test('refuses one different selection too many, whatever its aliases, and not the same one again', async () => {
    await start({}, { selectionsPerClient: 2 });
    const client = await RawClient.connect(made.url);
    client.subscribe('a', TICK_NUMBERS);
    client.subscribe('b', 'subscription { ticks { x: n } }');
    await waitFor(() => made.listeners === 2);
    client.subscribe('c', 'subscription { ticks { y: n } }');
    expect(problemOf(await client.answer('c'))).toEqual({
      type: 'error',
      message:
        'At most 2 different selections at once for one client; select the same fields in your subscriptions, arguments may differ',
      code: 'RATE_LIMITED',
      allowed: 2,
    });
    client.subscribe('d', 'subscription Other { ticks(after: 0) { n } }');
    await waitFor(() => made.listeners === 3);
    client.send({ type: 'complete', id: 'b' });
    await waitFor(() => made.listeners === 2);
    client.subscribe('e', 'subscription { ticks { y: n } }');
    await waitFor(() => made.listeners === 3);
    made.publish(1);
    expect(await client.answer('e')).toMatchObject({ payload: { data: { ticks: { y: 1 } } } });
    client.close();
  });
});
