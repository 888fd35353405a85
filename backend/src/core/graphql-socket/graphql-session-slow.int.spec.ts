import { afterEach, describe, expect, test } from '@jest/globals';
import { waitFor } from '@orderfox/testing';
import { RawClient, type ProtocolMessage } from './raw-client-for-tests.js';
import { type SocketLimits } from './socket-limits.js';
import { SocketServerForTests } from './socket-server-for-tests.js';

const TICKS = 'subscription { ticks { n text } }';

let made: SocketServerForTests;
afterEach(async () => {
  await made.stop();
});

const start = async (limits: Partial<SocketLimits> = {}) => {
  made = await SocketServerForTests.start(limits);
  return RawClient.connect(made.url);
};

const numbersOf = (messages: readonly ProtocolMessage[]) =>
  messages
    .filter(({ type }) => type === 'next')
    .map(({ payload }) => (payload as { data: { ticks: { n: number } } }).data.ticks.n);

const nextTurn = () => new Promise((resolve) => setImmediate(resolve));

/** Publishes until the network takes no more of what is written to a reader that has stopped. */
async function fallBehind(isThere: () => boolean): Promise<void> {
  const text = 'x'.repeat(16_384);
  for (let turn = 0; !isThere(); turn += 1) {
    if (turn > 10_000) throw new Error('the network takes everything');
    made.publish(4, text);
    await nextTurn();
  }
}

describe('GraphqlSession with a reader that falls behind', () => {
  test('says so once, in a ping between the events, before it is too late', async () => {
    const client = await start();
    client.subscribe('s', TICKS);
    await waitFor(() => made.listeners === 1);
    client.socket.pause();
    await fallBehind(() => made.counters.laggingNotices === 1);
    client.socket.resume();
    const notice = await client.waitFor(({ type }) => type === 'ping');
    expect(notice).toEqual({
      type: 'ping',
      payload: { notice: 'LaggingNotice', behind: expect.any(Number) as unknown },
    });
    const { behind } = notice.payload as { behind: number };
    expect(behind).toBeGreaterThan(0);
    expect(behind).toBeLessThan(1_000);

    // Nothing was lost, it goes on, and a stock client's answer does no harm.
    client.send({ type: 'pong', payload: notice.payload });
    await waitFor(() => numbersOf(client.messages).length === made.ticks.length);
    made.publish(1);
    await waitFor(() => numbersOf(client.messages).length === made.ticks.length);
    expect(numbersOf(client.messages)).toEqual(made.ticks.map(({ n }) => n));
    expect(client.messages.filter(({ type }) => type === 'ping')).toEqual([notice]);
    client.close();
  });

  test('gives every operation its last words, though those of one cannot be found', async () => {
    const client = await start({ maxUnsentBytes: 256 * 1_024 });
    client.subscribe('s', TICKS);
    client.subscribe('speechless', 'subscription { speechless { n } }');
    client.subscribe('t', TICKS);
    await waitFor(() => made.listeners === 3);
    client.socket.pause();
    await fallBehind(() => made.counters.ended.has('slow'));
    client.socket.resume();
    expect(await client.closed).toEqual({ code: 1013, reason: 'slow consumer' });
    const errors = client.messages.filter(({ type }) => type === 'error');
    expect(errors.map(({ id, payload }) => [id, payload])).toEqual([
      [
        's',
        [
          {
            message: 'too slow',
            extensions: { code: 'SLOW_CONSUMER', cursor: expect.any(String) as unknown },
          },
        ],
      ],
      ['speechless', [{ message: 'You read too slowly', extensions: { code: 'SLOW_CONSUMER' } }]],
      [
        't',
        [
          {
            message: 'too slow',
            extensions: { code: 'SLOW_CONSUMER', cursor: expect.any(String) as unknown },
          },
        ],
      ],
    ]);
    expect(made.faults.map(String)).toEqual(['Error: no last words']);
    expect([...made.counters.ended]).toEqual([['slow', 1]]);
    expect([made.listeners, made.server.operationCount]).toEqual([0, 0]);
  });
});
