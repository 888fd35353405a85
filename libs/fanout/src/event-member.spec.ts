import { beforeEach, describe, expect, jest, test } from '@jest/globals';
import { EventMember, type EventSubscription } from './event-member.js';
import { EVENT_TOPIC_LIMITS, EventTopic, type EventTopicLimits } from './event-topic.js';
import {
  renderPosition,
  TestRecipient,
  TestSource,
  turn,
  type TestEvent,
  type TestFilter,
} from './topic-for-tests.js';

const RED = { colour: 'red', size: '1' };
const BLUE = { colour: 'blue', size: '5' };
const bytesOf = (position: number): Uint8Array => Buffer.from(String(position));
const reds = (count: number) => Array.from({ length: count }, () => RED);

let source: TestSource;
let recipient: TestRecipient;
let failures: unknown[];
let faults: unknown[];

beforeEach(() => {
  source = new TestSource();
  recipient = new TestRecipient();
  failures = [];
  faults = [];
});

function makeTopic(limits: Partial<EventTopicLimits> = {}, nextTurn: () => Promise<unknown> = turn) {
  return new EventTopic<TestEvent, TestFilter>(source, nextTurn, (fault) => faults.push(fault), {
    ...EVENT_TOPIC_LIMITS,
    ...limits,
  });
}

function requestOf(topic: EventTopic<TestEvent, TestFilter>, after?: number, filter: TestFilter = {}) {
  const onFailed = (error: unknown) => failures.push(error);
  const renderer = topic.rendererOf(renderPosition());
  return { filter, renderer, recipient, onFailed, ...(after !== undefined && { after }) };
}

async function turns(count: number): Promise<void> {
  for (let n = 0; n < count; n += 1) await turn();
}

describe('EventMember', () => {
  test('does not know its position while nothing has happened, then the one before the first event', async () => {
    const topic = makeTopic();
    const subscription = topic.join(requestOf(topic, undefined, { colours: ['red'] }));
    expect(subscription.position).toBeUndefined();
    source.store(...reds(6));
    source.add(BLUE);
    expect(subscription.position).toBe(6);
    source.add(RED);
    await turn();
    expect([subscription.position, recipient.positions]).toEqual([8, [8]]);
  });

  test('stands where it begins, be it now or in the past', () => {
    const topic = makeTopic();
    source.add(RED, RED);
    expect(topic.join(requestOf(topic)).position).toBe(2);
    expect(new EventMember(topic, requestOf(topic, 1)).position).toBe(1);
    expect(new EventMember(topic, requestOf(topic, 0)).position).toBe(0);
  });

  test('takes what lies after its position, once, and nothing at it or before', () => {
    const topic = makeTopic();
    const member = new EventMember(topic, requestOf(topic, 5));
    for (const position of [4, 5, 6, 6, 5, 7]) member.take(bytesOf(position), position);
    expect([recipient.positions, member.position]).toEqual([[6, 7], 7]);
  });

  test('fails once, tells why, and takes nothing after it', () => {
    const topic = makeTopic();
    const member = new EventMember(topic, requestOf(topic, 0));
    for (const error of ['first', 'second']) member.fail(error);
    member.take(bytesOf(1), 1);
    expect([failures, recipient.positions, member.isOver]).toEqual([['first'], [], true]);
  });

  test('may be stopped twice, and is not told of a failure after it', async () => {
    const topic = makeTopic();
    const subscription = topic.join(requestOf(topic));
    const other = new TestRecipient();
    topic.join({ ...requestOf(topic), recipient: other });
    subscription.stop();
    subscription.stop();
    expect(topic.memberCount).toBe(1);
    source.add(RED);
    await turn();
    topic.close();
    topic.close();
    expect([recipient.positions, other.positions, failures, topic.memberCount]).toEqual([[], [1], [], 0]);
  });

  test('gives nothing to who stops while its next event is being rendered', async () => {
    source.store(RED);
    const topic = makeTopic();
    const rendering = Promise.withResolvers<Uint8Array>();
    const render = jest.fn(() => rendering.promise);
    const subscription = topic.join({ ...requestOf(topic, 0), renderer: topic.rendererOf(render) });
    while (render.mock.calls.length === 0) await turn();
    subscription.stop();
    rendering.resolve(bytesOf(1));
    await turns(3);
    expect([recipient.positions, subscription.position]).toEqual([[], 0]);
  });

  test('gives nothing more to who stops as it is given something', async () => {
    source.store(...reds(4));
    const topic = makeTopic();
    const given: number[] = [];
    const deliver = (body: Uint8Array) => {
      given.push(Number(Buffer.from(body).toString()));
      if (given.length === 2) subscription.stop();
    };
    const subscription: EventSubscription = topic.join({
      ...requestOf(topic, 0),
      recipient: { deliver, isCongested: false, uncongested: () => Promise.resolve() },
    });
    await turns(10);
    source.add(RED);
    await turn();
    expect([given, topic.memberCount]).toEqual([[1, 2], 0]);
  });

  test('ends alone when its reader cannot take what is given, live or on its way there', async () => {
    source.store(...reds(3));
    const topic = makeTopic();
    const deliver = () => {
      throw new Error('no way out');
    };
    const broken = { deliver, isCongested: false, uncongested: () => Promise.resolve() };
    const renderer = topic.rendererOf(renderPosition());
    topic.join({ ...requestOf(topic, 0), recipient: broken, renderer });
    topic.join({ ...requestOf(topic, 0), renderer });
    await turns(10);
    expect([failures, topic.memberCount]).toEqual([[new Error('no way out')], 1]);
    topic.join({ ...requestOf(topic), recipient: broken, renderer });
    const last = new TestRecipient();
    topic.join({ ...requestOf(topic), recipient: last, renderer });
    source.add(RED, RED);
    await turn();
    expect([failures.length, topic.memberCount]).toEqual([2, 2]);
    expect([recipient.positions, last.positions]).toEqual([
      [1, 2, 3, 4, 5],
      [4, 5],
    ]);
  });

  test('ends when waiting for its reader fails', async () => {
    source.store(...reds(3));
    const topic = makeTopic();
    const given: Uint8Array[] = [];
    topic.join({
      ...requestOf(topic, 0),
      recipient: {
        deliver: (body) => given.push(body),
        isCongested: true,
        uncongested: () => Promise.reject(new Error('gone')),
      },
    });
    await turns(10);
    expect([given.length, failures, topic.memberCount]).toEqual([1, [new Error('gone')], 0]);
  });

  test('asks for no page after one that is not full, and passes over what does not match', async () => {
    source.store(...reds(5), BLUE);
    const topic = makeTopic({ pageSize: 2 });
    const subscription = topic.join(requestOf(topic, 0, { colours: ['red'] }));
    await turns(12);
    expect([recipient.positions, source.reads, subscription.position]).toEqual([[1, 2, 3, 4, 5], 3, 6]);
    const whole = topic.join(requestOf(topic, 2));
    await turns(12);
    expect([whole.position, source.reads]).toEqual([6, 5]);
  });

  test('shares each turn with all who catch up, by 32 stored events at a time', async () => {
    source.store(...reds(65));
    const given: number[] = [];
    const topic = makeTopic({ catchUpsPerTurn: 3 }, async () => {
      await turn();
      given.push(recipient.positions.length);
    });
    const other = new TestRecipient();
    for (const one of [recipient, other]) topic.join({ ...requestOf(topic, 0), recipient: one });
    await turns(10);
    // Three shares: two of one reader and one of the other, then the rest.
    expect(given.slice(0, 2)).toEqual([64, 65]);
    expect([recipient, other].map(({ positions }) => positions.length)).toEqual([65, 65]);
  });

  test('does nothing when it is sent back before it is live', async () => {
    source.store(...reds(2));
    const topic = makeTopic();
    const member = new EventMember(topic, requestOf(topic, 0));
    member.fallBack();
    await turns(5);
    expect([recipient.positions, source.reads]).toEqual([[], 0]);
  });
});
