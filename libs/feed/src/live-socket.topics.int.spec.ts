import { afterEach, describe, expect, test } from '@jest/globals';
import { FAKE_EPOCH_MS } from './fake-clock.js';
import { SocketRun, type RunOptions } from './testing/socket-run.js';
import { acknowledgeWithData, type VenueManners } from './testing/test-venue.js';
import { until } from './testing/until.js';

describe('LiveSocket and its topics', () => {
  let run: SocketRun;
  const start = async (options?: RunOptions) => (run = await SocketRun.start(options));
  const live = async (options?: RunOptions) => (run = await SocketRun.live(options));
  afterEach(async () => run.end());

  const asked = (index: number) =>
    run.venue.connection(index).requests.map(({ op, topics }) => [op, ...topics]);
  /** A venue that does not know `bad` and says so in the given way. */
  const refusing = (named: boolean): VenueManners => ({
    onRequest: (request, venue) => {
      if (!request.topics.includes('bad')) acknowledgeWithData(request, venue);
      else if (named)
        venue.send({ kind: 'refused', id: request.id, topics: ['bad'], reason: 'no such topic' });
      else venue.send({ kind: 'refused', id: request.id, reason: 'bad request' });
    },
  });

  test('sends only the difference when topics change', async () => {
    await live({ topics: ['a', 'b'] });
    run.socket.setTopics(['b', 'c']);
    await until(() => asked(0).length === 3, 'two more requests');
    expect(asked(0)).toEqual([
      ['subscribe', 'control', 'a', 'b'],
      ['unsubscribe', 'a'],
      ['subscribe', 'c'],
    ]);
    run.socket.setTopics(['c', 'b']);
    await run.control(0);
    expect(asked(0)).toHaveLength(3);
    expect(run.socket.status.state).toBe('LIVE');
  });

  test('topics that change while disconnected are asked for on the next connection', async () => {
    await live();
    run.venue.connection(0).socket.terminate();
    await run.untilState('RESYNCING');
    run.socket.setTopics(['later']);
    run.clock.advance(500);
    await run.untilState('LIVE');
    expect(asked(1)).toEqual([['subscribe', 'control', 'later']]);
  });

  test('a topic refused by name is dropped and told, and the rest of its request is sent again', async () => {
    await live({ topics: ['a', 'bad', 'b'], manners: refusing(true) });
    expect(asked(0)).toEqual([
      ['subscribe', 'control', 'a', 'bad', 'b'],
      ['subscribe', 'control', 'a', 'b'],
    ]);
    expect(run.refusals).toEqual([['bad', 'no such topic']]);
    expect([...run.socket.refusedTopics]).toEqual([['bad', 'no such topic']]);
    expect(run.socket.counters().refusals).toBe(1);
    expect(run.venue.handshakes).toBe(1);
  });

  test('a request refused as a whole is halved until the bad topic stands alone', async () => {
    await start({ topics: ['a', 'b', 'bad'], manners: refusing(false) });
    await until(() => run.refusals.length === 1, 'the refusal');
    await run.control(0);
    expect(run.socket.status.state).toBe('LIVE');
    expect(asked(0)).toEqual([
      ['subscribe', 'control', 'a', 'b', 'bad'],
      ['subscribe', 'control', 'a'],
      ['subscribe', 'b', 'bad'],
      ['subscribe', 'b'],
      ['subscribe', 'bad'],
    ]);
    expect(run.refusals).toEqual([['bad', 'bad request']]);
  });

  test('a refused topic is asked for again when topics change and on the next connection', async () => {
    await live({ topics: ['a', 'bad'], manners: refusing(true) });
    run.socket.setTopics(['a', 'bad', 'new']);
    await until(() => run.refusals.length === 2, 'the second refusal');
    await until(() => asked(0).length === 4, 'the rest of it');
    expect(asked(0).slice(2)).toEqual([
      ['subscribe', 'bad', 'new'],
      ['subscribe', 'new'],
    ]);
    run.venue.manners = {};
    run.venue.connection(0).socket.terminate();
    await run.untilState('RESYNCING');
    run.clock.advance(500);
    await run.untilState('LIVE');
    expect(asked(1)).toEqual([['subscribe', 'control', 'a', 'bad', 'new']]);
    expect([...run.socket.refusedTopics]).toEqual([]);
  });

  test('a venue that refuses every topic is an ERROR, though its control stream flows', async () => {
    await start({ topics: ['bad'], manners: refusing(true) });
    await run.untilState('ERROR');
    expect(run.socket.status.reason).toBe(`${run.venue.host} refuses every topic; next try in 1 s`);
    expect(run.clock.pendingDelaysMs()).toEqual([500]);
  });

  test('asks once more after 10 s without an acknowledgement, then connects anew', async () => {
    await start({ manners: { onRequest: () => undefined } });
    await run.untilConnections(1);
    await until(() => asked(0).length === 1, 'the subscription');
    run.clock.advance(9_999);
    expect(asked(0)).toHaveLength(1);
    run.clock.advance(1);
    await until(() => asked(0).length === 2, 'the second try');
    expect(run.venue.connection(0).requests.map(({ id }) => id)).toEqual(['1', '2']);
    run.clock.advance(10_000);
    expect(run.socket.status).toEqual({
      state: 'ERROR',
      reason: `${run.venue.host}: 2 topics not acknowledged within 10 s, twice; next try in 1 s`,
    });
    expect(run.socket.counters().unansweredRequests).toBe(2);
  });

  test('a subscription lost after a reconnect ends an outage only when the venue takes it', async () => {
    await live();
    run.venue.manners = { onRequest: () => undefined };
    run.venue.connection(0).socket.terminate();
    await run.untilState('RESYNCING');
    run.clock.advance(500);
    await until(() => run.venue.connections[1]?.requests.length === 1, 'the subscription');
    run.clock.advance(20_000);
    expect(run.socket.status.state).toBe('ERROR');
    run.venue.manners = {};
    run.clock.advance(1_000);
    await run.untilState('LIVE');
    expect(run.outages).toMatchObject([
      { fromMs: FAKE_EPOCH_MS, cause: 'DISCONNECTED' },
      { fromMs: FAKE_EPOCH_MS, toMs: FAKE_EPOCH_MS + 21_500, cause: 'DISCONNECTED' },
    ]);
  });

  test('a new topic that stays unanswered moves all to a new connection, and is alone an outage', async () => {
    await live({ protocol: { controlStaleMs: 100_000, heartbeat: { idleMs: 100_000, answerWithinMs: 1 } } });
    run.venue.manners = { onRequest: () => undefined };
    run.socket.setTopics(['a', 'new']);
    await until(() => asked(0).length === 2, 'the new topic');
    run.clock.advance(10_000);
    await until(() => asked(0).length === 3, 'the second try');
    run.venue.manners = {};
    run.clock.advance(10_000);
    expect(run.refusals).toEqual([['new', 'not acknowledged within 10 s, twice']]);
    run.clock.advance(500);
    await until(() => run.socket.counters().rollovers === 1, 'the rollover');
    expect(asked(1)).toEqual([['subscribe', 'control', 'a', 'new']]);
    expect(run.stateNames).toEqual(['CONNECTING', 'SYNCING', 'LIVE']);
    const outage = {
      fromMs: FAKE_EPOCH_MS + 20_000,
      cause: 'SUBSCRIPTION',
      detail: 'the venue refused 1 topic: new',
    };
    expect(run.outages).toEqual([outage, { ...outage, toMs: FAKE_EPOCH_MS + 20_500 }]);
  });

  test('acknowledgements may echo topics in place of ids, one by one', async () => {
    await live({
      topics: ['a', 'b'],
      manners: {
        onRequest: ({ topics }, venue) => {
          for (const topic of topics) venue.send({ kind: 'acknowledged', topics: [topic] });
          venue.send({ kind: 'control' });
        },
      },
    });
    expect(asked(0)).toHaveLength(1);
  });
});
