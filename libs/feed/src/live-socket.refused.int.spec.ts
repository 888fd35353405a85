import { afterEach, describe, expect, test } from '@jest/globals';
import { FAKE_EPOCH_MS } from './fake-clock.js';
import { SocketRun, type RunOptions } from './testing/socket-run.js';
import { acknowledgeWithData, type TestVenue, type VenueManners } from './testing/test-venue.js';
import { until } from './testing/until.js';

const PATIENT = { controlStaleMs: 3_600_000, heartbeat: { idleMs: 3_600_000, answerWithinMs: 1 } };
const RETRY_MS = 300_000;

describe('LiveSocket and topics a venue refuses while the rest flows', () => {
  let run: SocketRun;
  const live = async (options?: RunOptions) => {
    run = await SocketRun.live({ protocol: PATIENT, ...options });
  };
  afterEach(async () => run.end());

  const refusing = (...bad: string[]): VenueManners => ({
    onRequest: (request, venue) => {
      const named = request.topics.filter((topic) => bad.includes(topic));
      if (request.op === 'unsubscribe' || named.length === 0) acknowledgeWithData(request, venue);
      else venue.send({ kind: 'refused', id: request.id, topics: named, reason: 'no such topic' });
    },
  });
  const requests = (venue: TestVenue, index = 0) =>
    venue.connection(index).requests.map(({ op, topics }) => [op, ...topics]);
  const outage = (...topics: string[]) => ({
    fromMs: FAKE_EPOCH_MS,
    cause: 'SUBSCRIPTION',
    detail: `the venue refused ${topics.length} topic${topics.length === 1 ? '' : 's'}: ${topics.join(', ')}`,
  });

  test('asks for them again every five minutes and ends the outage when they are taken', async () => {
    await live({ topics: ['a', 'bad'], manners: refusing('bad') });
    expect(run.outages).toEqual([outage('bad')]);
    run.clock.advance(RETRY_MS - 1);
    await run.control(0);
    expect(requests(run.venue)).toHaveLength(2);
    run.clock.advance(1);
    await until(() => run.socket.counters().refusals === 2, 'the second refusal');
    expect(run.outages).toHaveLength(1);
    expect(run.refusals).toEqual([['bad', 'no such topic']]);
    run.venue.manners = {};
    run.clock.advance(RETRY_MS);
    await until(() => run.outages.length === 2, 'the end of the outage');
    expect(run.outages[1]).toEqual({ ...outage('bad'), toMs: FAKE_EPOCH_MS + 2 * RETRY_MS });
    expect(requests(run.venue).slice(2)).toEqual([
      ['subscribe', 'bad'],
      ['subscribe', 'bad'],
    ]);
    expect([...run.socket.refusedTopics]).toEqual([]);
    expect(run.stateNames).toEqual(['CONNECTING', 'SYNCING', 'LIVE']);
    run.clock.advance(RETRY_MS);
    await run.control(0);
    expect(requests(run.venue)).toHaveLength(4);
  });

  test('ends the outage when they are no longer wanted, and keeps it for those that are', async () => {
    await live({ topics: ['a', 'x', 'y'], manners: refusing('x', 'y') });
    expect(run.outages).toEqual([outage('x', 'y')]);
    run.clock.advance(1_000);
    run.socket.setTopics(['a', 'y']);
    await until(() => run.socket.counters().refusals === 3, 'the answer');
    expect(run.outages.slice(1)).toEqual([outage('y')]);
    run.socket.setTopics(['a']);
    expect(run.outages.slice(2)).toEqual([{ ...outage('y'), toMs: FAKE_EPOCH_MS + 1_000 }]);
  });

  test('keeps the outage open through a lost connection until the next one carries them', async () => {
    await live({ topics: ['a', 'bad'], manners: refusing('bad') });
    run.clock.advance(1_000);
    run.venue.connection(0).socket.terminate();
    await run.untilState('RESYNCING');
    run.venue.manners = {};
    run.clock.advance(500);
    await run.untilState('LIVE');
    expect(run.outages.map(({ cause, toMs }) => [cause, toMs])).toEqual([
      ['SUBSCRIPTION', undefined],
      ['DISCONNECTED', undefined],
      ['DISCONNECTED', FAKE_EPOCH_MS + 1_500],
      ['SUBSCRIPTION', FAKE_EPOCH_MS + 1_500],
    ]);
  });

  test('begins the outage when a topic that flowed before is refused by the next connection', async () => {
    await live({ topics: ['a', 'b'] });
    run.venue.connection(0).socket.terminate();
    await run.untilState('RESYNCING');
    run.venue.manners = refusing('b');
    run.clock.advance(500);
    await run.untilState('LIVE');
    expect(run.outages.at(-1)).toEqual({ ...outage('b'), fromMs: FAKE_EPOCH_MS + 500 });
  });

  test('ends the outage of topics that went before the connection fails for those that came', async () => {
    await live({ topics: ['a', 'bad'], manners: refusing('bad') });
    run.venue.manners = refusing('bad2', 'new');
    run.socket.setTopics(['bad2', 'new']);
    await run.untilState('ERROR');
    expect(run.outages.filter(({ toMs }) => toMs === undefined).map(({ cause }) => cause)).toEqual([
      'SUBSCRIPTION',
      'SUBSCRIPTION',
    ]);
    // The first was closed before the second began, for nobody wants `bad` any more.
    expect(run.outages[1]).toMatchObject({ cause: 'SUBSCRIPTION', toMs: FAKE_EPOCH_MS });
  });

  test('a connection that comes to carry nothing while a topic is missing is an outage of its own', async () => {
    await live({ topics: ['a', 'bad'], manners: refusing('bad', 'c') });
    run.socket.setTopics(['bad', 'c']);
    await run.untilState('ERROR');
    expect(run.outages.map(({ cause }) => cause)).toEqual(['SUBSCRIPTION', 'DISCONNECTED']);
  });

  test('waits five minutes from the newest answer, also when topics changed meanwhile', async () => {
    await live({ topics: ['a', 'bad'], manners: refusing('bad') });
    run.clock.advance(100_000);
    run.socket.setTopics(['a', 'bad', 'c']);
    await until(() => requests(run.venue).length === 4, 'the rest of the new request');
    await run.control(0);
    run.clock.advance(RETRY_MS - 1);
    await run.control(0);
    expect(requests(run.venue)).toHaveLength(4);
  });

  test('begins the outage at the first refusal, though the first data come later', async () => {
    const { onRequest } = refusing('bad');
    run = await SocketRun.start({
      topics: ['a', 'bad'],
      protocol: PATIENT,
      manners: {
        onRequest: (request, venue) =>
          request.topics.includes('bad') ? onRequest?.(request, venue) : venue.acknowledge(request),
      },
    });
    await until(() => run.socket.counters().refusals === 1, 'the refusal');
    run.clock.advance(1_000);
    run.socket.setTopics(['a', 'bad', 'c']);
    await until(() => run.socket.counters().refusals === 2, 'the second refusal');
    await until(() => requests(run.venue).at(-1)?.join() === 'subscribe,c', 'the rest');
    await run.control(0);
    await run.control(0);
    expect(run.outages).toEqual([outage('bad')]);
  });

  test('opens the outage again when the connection that carried them fails and the old one goes on', async () => {
    await live({ topics: ['a', 'bad'], manners: refusing('bad') });
    run.venue.manners = {};
    run.venue.connection(0).send({ kind: 'closing', reason: 'soon' });
    await run.control(0);
    run.clock.advance(500);
    await until(() => run.outages.length === 2, 'the end of the outage');
    run.venue.connection(1).socket.terminate();
    await until(() => run.outages.length === 3, 'the outage once more');
    expect(run.outages[2]).toEqual(outage('bad'));
    expect(run.socket.status.state).toBe('LIVE');
  });

  test('a refusal of what is no longer wanted is no outage', async () => {
    await live({ protocol: { ...PATIENT, sendPaceMs: 1_000 } });
    run.venue.manners = { onRequest: () => undefined };
    run.socket.setTopics(['a', 'bad']);
    run.clock.advance(1_000);
    await until(() => requests(run.venue).length === 2, 'the new topic');
    run.socket.setTopics(['a', 'bad', 'c']);
    run.socket.setTopics(['a']);
    const venue = run.venue.connection(0);
    venue.send({ kind: 'refused', id: '2', topics: ['bad'], reason: 'no' });
    await run.control(0);
    run.venue.manners = {};
    run.clock.advance(1_000);
    await until(() => requests(run.venue).length >= 3, 'the next request');
    run.clock.advance(1_000);
    await run.control(0);
    await run.control(0);
    expect(run.outages).toEqual([]);
  });

  test('a refused control topic costs no events, so it is no outage', async () => {
    await live({
      topics: ['a'],
      manners: {
        onRequest: (request, venue) => {
          if (!request.topics.includes('control')) venue.acknowledge(request);
          else venue.send({ kind: 'refused', id: request.id, topics: ['control'], reason: 'no' });
          venue.send({ kind: 'data', message: 1 });
        },
      },
    });
    expect(run.outages).toEqual([]);
  });

  test('leaves no timer behind when stopped', async () => {
    await live({ topics: ['a', 'bad'], manners: refusing('bad') });
    await run.socket.stop();
    expect(run.clock.pendingDelaysMs()).toEqual([]);
  });
});
