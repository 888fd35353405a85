import { beforeEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { EVENT_TOPIC_LIMITS, EventTopic, StreamRewoundError, type EventTopicLimits } from './event-topic.js';
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

let source: TestSource;
let failures: unknown[];
let faults: unknown[];

beforeEach(() => {
  source = new TestSource();
  failures = [];
  faults = [];
});

function makeTopic(limits: Partial<EventTopicLimits> = {}) {
  return new EventTopic<TestEvent, TestFilter>(source, turn, (fault) => faults.push(fault), {
    ...EVENT_TOPIC_LIMITS,
    ...limits,
  });
}

function join(
  topic: EventTopic<TestEvent, TestFilter>,
  {
    filter = {},
    after,
    party,
    renderer = topic.rendererOf(renderPosition()),
  }: {
    filter?: TestFilter;
    after?: number;
    party?: string;
    renderer?: ReturnType<typeof topic.rendererOf>;
  } = {},
) {
  const recipient = new TestRecipient();
  const subscription = topic.join({
    filter,
    renderer,
    recipient,
    ...(after !== undefined && { after }),
    ...(party !== undefined && { party }),
    onFailed: (error) => failures.push(error),
  });
  return { recipient, subscription };
}

async function turns(count: number): Promise<void> {
  for (let n = 0; n < count; n += 1) await turn();
}

describe('a topic of events', () => {
  test('gives who begins now what comes from now on, and nothing older', async () => {
    const topic = makeTopic();
    source.add(RED, BLUE);
    const { recipient, subscription } = join(topic);
    source.add(RED);
    await turn();
    expect(recipient.positions).toEqual([3]);
    expect(subscription.position).toBe(3);
    expect(source.reads).toBe(0);
  });

  test('begins in the past with what is stored, then goes on live', async () => {
    source.store(RED, BLUE, RED);
    const topic = makeTopic({ pageSize: 2 });
    const { recipient } = join(topic, { after: 1 });
    await turns(10);
    source.add(BLUE);
    await turn();
    expect(recipient.positions).toEqual([2, 3, 4]);
  });

  test('tells the filters of its members, of those who still catch up too, until they leave', () => {
    source.store(RED);
    const topic = makeTopic();
    const live = join(topic, { filter: { colours: ['red'] } });
    const late = join(topic, { filter: { colours: ['blue'] }, after: 0 });
    expect([...topic.filters()]).toEqual([{ colours: ['red'] }, { colours: ['blue'] }]);
    live.subscription.stop();
    late.subscription.stop();
    expect([...topic.filters()]).toEqual([]);
  });

  test('loses nothing that is announced while the past is read', async () => {
    source.store(RED, RED);
    const topic = makeTopic();
    source.onRead = () => {
      source.onRead = () => undefined;
      source.add(BLUE, BLUE);
    };
    const { recipient } = join(topic, { after: 0 });
    await turns(10);
    source.add(RED);
    await turn();
    expect(recipient.positions).toEqual([1, 2, 3, 4, 5]);
  });

  test('gives nothing twice to who catches up with what is on its way to those who are live', async () => {
    const topic = makeTopic();
    const renderer = topic.rendererOf(renderPosition(({ colour }) => colour === 'blue'));
    join(topic, { renderer });
    const filter = { colours: ['red'] };
    const live = join(topic, { renderer, filter });
    source.add(BLUE, RED);
    const late = join(topic, { renderer, filter, after: 1 });
    await turns(3);
    expect([live.recipient.positions, late.recipient.positions]).toEqual([[2], [2]]);
  });

  test('reads up what was stored before the first announcement and is not announced', async () => {
    source.store(RED);
    const topic = makeTopic();
    const { recipient } = join(topic, { after: 0 });
    await turns(10);
    source.store(BLUE);
    source.add(RED);
    await turns(10);
    expect(recipient.positions).toEqual([1, 2, 3]);
  });

  test('makes up a short absence from memory, without asking the store', async () => {
    const topic = makeTopic();
    source.add(RED, BLUE, RED, BLUE);
    const { recipient } = join(topic, { after: 2 });
    await turns(3);
    expect(recipient.positions).toEqual([3, 4]);
    expect([source.reads, source.latestAsked]).toEqual([0, 0]);
  });

  test('asks the store once where the stream stands for all who come back at the same time', async () => {
    source.store(...Array.from({ length: 30 }, () => RED));
    const topic = makeTopic();
    const all = Array.from({ length: 50 }, (_, n) => join(topic, { after: n % 30 }));
    await turns(60);
    for (const [n, { recipient }] of all.entries()) {
      expect(recipient.positions).toEqual(Array.from({ length: 30 - (n % 30) }, (_, i) => (n % 30) + i + 1));
    }
    expect(source.latestAsked).toBeLessThanOrEqual(2);
  });

  test('renders an event once for all filters, live or catching up, that use the same renderer', async () => {
    source.store(RED, RED, BLUE);
    const topic = makeTopic();
    const renderer = topic.rendererOf(renderPosition());
    for (let n = 0; n < 10; n += 1) join(topic, { renderer, after: 0 });
    await turns(10);
    for (let n = 0; n < 10; n += 1) join(topic, { renderer, filter: { atLeast: String(n / 10) } });
    source.add(BLUE);
    await turn();
    expect(renderer.renderings).toBe(4);
  });

  test('reads history at the pace of its reader', async () => {
    source.store(...Array.from({ length: 20 }, () => RED));
    const topic = makeTopic({ pageSize: 5 });
    const { recipient } = join(topic, { after: 0 });
    recipient.congested = true;
    await turns(20);
    expect(recipient.positions).toEqual([1]);
    recipient.congested = false;
    await turns(40);
    expect(recipient.positions).toHaveLength(20);
  });

  test('lets others read while a reader is slow, and reads once for all from one place', async () => {
    source.store(...Array.from({ length: 20 }, () => RED));
    const topic = makeTopic({ pageSize: 5, readers: 1 });
    const slow = join(topic, { after: 0 }).recipient;
    slow.congested = true;
    await turns(3);
    const others = Array.from({ length: 50 }, () => join(topic, { after: 0 }).recipient);
    await turns(600);
    expect(slow.positions).toEqual([1]);
    expect(new Set(others.map(({ positions }) => positions.length))).toEqual(new Set([20]));
    // Four full pages, and one more that shows that there is nothing after them.
    expect(source.reads).toBeLessThanOrEqual(5);
  });

  test('lets parties take turns at the store, however much one of them wants', async () => {
    source.store(...Array.from({ length: 20 }, () => RED));
    const topic = makeTopic({ pageSize: 5, readers: 1, keptPages: 1 });
    const done: string[] = [];
    for (let n = 0; n < 30; n += 1) join(topic, { after: 0, filter: { atLeast: `0.${n}` }, party: 'greedy' });
    const honest = join(topic, { after: 0, party: 'honest' }).recipient;
    for (let left = 200; left > 0 && honest.positions.length < 20; left -= 1) {
      await turn();
      if (honest.positions.length === 20) done.push('honest');
    }
    // Five pages, each after at most one of the other's: not after all 30 of them.
    expect([done, source.reads < 15]).toEqual([['honest'], true]);
  });

  test('passes over a long stretch without a match in steps', async () => {
    source.store(...Array.from({ length: 100 }, () => BLUE), RED, BLUE);
    const topic = makeTopic({ readSpan: 30 });
    const { recipient, subscription } = join(topic, { after: 0, filter: { colours: ['red'] } });
    await turns(60);
    expect([recipient.positions, subscription.position, source.reads]).toEqual([[101], 102, 4]);
  });

  test('does not end the stream for others when one reader throws', async () => {
    const topic = makeTopic();
    const renderer = topic.rendererOf(renderPosition());
    const before = join(topic, { renderer }).recipient;
    const broken = join(topic, { renderer }).recipient;
    broken.deliver = () => {
      throw new Error('broken');
    };
    const after = join(topic, { renderer }).recipient;
    source.add(RED, RED);
    await turns(2);
    expect([before.positions, after.positions, failures]).toEqual([[1, 2], [1, 2], [new Error('broken')]]);
  });

  test('goes on for others when one subscriber throws at being told of its failure', async () => {
    const topic = makeTopic();
    const renderer = topic.rendererOf(renderPosition());
    const recipient = new TestRecipient();
    recipient.deliver = () => {
      throw new Error('broken');
    };
    const onFailed = () => {
      throw new Error('worse');
    };
    topic.join({ filter: {}, renderer, recipient, onFailed });
    const healthy = join(topic, { renderer }).recipient;
    source.add(RED, RED, RED);
    await turns(3);
    expect([healthy.positions, faults, topic.memberCount]).toEqual([[1, 2, 3], [new Error('worse')], 1]);
  });

  test('lets nobody miss an event that it could not be looked up for', async () => {
    const topic = makeTopic();
    const { recipient } = join(topic);
    const lookup = source.lookup.bind(source);
    source.lookup = (event) => {
      if (event.position === 2) throw new Error('odd');
      return lookup(event);
    };
    source.add(RED);
    expect(() => source.add(RED)).toThrow('odd');
    source.add(RED);
    await turns(5);
    expect([recipient.positions, failures]).toEqual([[1, 2, 3], []]);
  });

  test('keeps nothing of a subscriber whose filter cannot be indexed', () => {
    const topic = makeTopic();
    source.indexed = () => {
      throw new Error('no filter');
    };
    expect(() => join(topic)).toThrow('no filter');
    expect(topic.memberCount).toBe(0);
  });

  test('lets other work of the process go on while many look for what is rare', async () => {
    const topic = makeTopic({ catchUpsPerTurn: 2, recentEvents: 8_000 });
    source.add(...Array.from({ length: 8_000 }, () => BLUE));
    const looks = source.matches.bind(source);
    let [inTurn, most] = [0, 0];
    source.matches = (event, filter) => {
      inTurn += 1;
      most = Math.max(most, inTurn);
      return looks(event, filter);
    };
    const { subscription } = join(topic, { after: 0, filter: { colours: ['red'] } });
    while (subscription.position !== 8_000) {
      inTurn = 0;
      await turn();
    }
    // Two shares of a turn, of 512 looks each; the first of these turns has those of the join besides.
    expect(most).toBeLessThanOrEqual(2_048);
  });

  test.each(Object.keys(EVENT_TOPIC_LIMITS))('needs %s of at least 1', (name) => {
    expect(() => makeTopic({ [name]: 0 })).toThrow(RangeError);
  });

  test('does not lose what falls out of memory while a reader is slow', async () => {
    const topic = makeTopic({ recentEvents: 4 });
    source.add(RED, RED);
    const { recipient } = join(topic, { after: 1 });
    recipient.congested = true;
    await turns(3);
    source.add(...Array.from({ length: 20 }, () => BLUE));
    recipient.congested = false;
    await turns(40);
    expect(recipient.positions).toEqual(Array.from({ length: 21 }, (_, n) => n + 2));
  });

  test('sends live readers back to the store when rendering falls too far behind', async () => {
    const topic = makeTopic({ waitingEvents: 3, recentEvents: 4 });
    const { recipient } = join(topic, { renderer: topic.rendererOf(renderPosition(() => true)) });
    source.add(...Array.from({ length: 30 }, () => RED));
    await turns(120);
    expect(recipient.positions).toEqual(Array.from({ length: 30 }, (_, n) => n + 1));
  });

  test('tells only the reader whose store fails', async () => {
    source.store(RED);
    const topic = makeTopic();
    const live = join(topic);
    source.failure = new Error('away');
    join(topic, { after: 0 });
    await turns(5);
    expect(failures).toEqual([source.failure]);
    source.add(BLUE);
    await turn();
    expect(live.recipient.positions).toEqual([2]);
    expect(topic.memberCount).toBe(1);
  });

  test('a rendering that fails ends those it was for, and not those of another renderer', async () => {
    const topic = makeTopic();
    join(topic, {
      renderer: topic.rendererOf(() => {
        throw new Error('broken');
      }),
    });
    const other = join(topic);
    source.add(RED, RED);
    await turns(3);
    expect(failures).toEqual([new Error('broken')]);
    expect(other.recipient.positions).toEqual([1, 2]);
  });

  test('ends everybody when the numbers begin anew', async () => {
    const topic = makeTopic();
    join(topic);
    source.add(RED, RED);
    await turn();
    source.announce({ ...RED, position: 1 });
    expect(failures).toEqual([new StreamRewoundError()]);
    const { recipient } = join(topic);
    source.announce({ ...RED, position: 2 });
    await turn();
    expect(recipient.positions).toEqual([2]);
  });

  test('gives nothing after it was stopped, also in the middle of the past, and keeps nothing of it', async () => {
    source.store(...Array.from({ length: 20 }, () => RED));
    const topic = makeTopic({ pageSize: 3 });
    const { recipient, subscription } = join(topic, { after: 0 });
    await turns(3);
    subscription.stop();
    const had = recipient.positions.length;
    source.add(RED);
    await turns(40);
    expect(recipient.positions).toHaveLength(had);
    expect(topic.memberCount).toBe(0);
    topic.close();
    expect(source.listeners.size).toBe(0);
  });

  test('whatever happens when, everyone gets what matches, once, in order', async () => {
    const colour = fc.constantFrom('red', 'green', 'blue');
    const filter = fc.record(
      {
        colours: fc.uniqueArray(colour, { minLength: 1 }),
        atLeast: fc.integer({ min: 0, max: 9 }).map(String),
        isEven: fc.boolean(),
      },
      { requiredKeys: [] },
    );
    const events = fc.array(fc.record({ colour, size: fc.integer({ min: 0, max: 9 }).map(String) }), {
      minLength: 1,
      maxLength: 12,
    });
    const step = fc.oneof(
      { weight: 4, arbitrary: fc.record({ kind: fc.constant('add' as const), events }) },
      { weight: 2, arbitrary: fc.record({ kind: fc.constant('late' as const), events }) },
      {
        weight: 3,
        arbitrary: fc.record({ kind: fc.constant('join' as const), filter, back: fc.option(fc.nat(40)) }),
      },
      { weight: 2, arbitrary: fc.record({ kind: fc.constant('slow' as const), who: fc.nat(9) }) },
      { weight: 2, arbitrary: fc.record({ kind: fc.constant('quick' as const), who: fc.nat(9) }) },
      { weight: 1, arbitrary: fc.record({ kind: fc.constant('leave' as const), who: fc.nat(9) }) },
      { weight: 4, arbitrary: fc.record({ kind: fc.constant('turn' as const), count: fc.nat(4) }) },
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { minLength: 5, maxLength: 60 }),
        fc.nat(3),
        async (steps, slowness) => {
          source = new TestSource();
          const topic = makeTopic({ recentEvents: 7, pageSize: 3, waitingEvents: 5, readers: 2 });
          const renderer = topic.rendererOf(renderPosition(({ position }) => position % 4 < slowness));
          const members: {
            recipient: TestRecipient;
            filter: TestFilter;
            from: number;
            stop: () => void;
            left: boolean;
          }[] = [];
          let announced = 0;
          const announce = (upTo: number) => {
            for (; announced < upTo; announced += 1) {
              const event = source.stored[announced];
              if (event) source.announce(event);
            }
          };
          for (const action of steps) {
            const member = 'who' in action ? members[action.who] : undefined;
            if (action.kind === 'add') {
              source.store(...action.events);
              announce(source.stored.length);
            } else if (action.kind === 'late') {
              // Stored now, announced with a later one, as when the answer to a commit is late.
              source.store(...action.events);
            } else if (action.kind === 'join') {
              const after =
                action.back === null ? undefined : Math.max(0, source.stored.length - action.back);
              const { recipient, subscription } = join(topic, {
                filter: action.filter,
                renderer,
                ...(after !== undefined && { after }),
              });
              members.push({
                recipient,
                filter: action.filter,
                from: after ?? announced,
                stop: () => subscription.stop(),
                left: false,
              });
            } else if (action.kind === 'turn') {
              await turns(action.count);
            } else if (member && action.kind === 'leave') {
              member.stop();
              member.left = true;
            } else if (member) {
              member.recipient.congested = action.kind === 'slow';
            }
          }
          announce(source.stored.length);
          for (const { recipient } of members) recipient.congested = false;
          await turns(150);
          for (const { recipient, filter: wanted, from, left } of members) {
            const expected = source.stored
              .filter((event) => event.position > from && source.matches(event, wanted))
              .map(({ position }) => position);
            const got = recipient.positions;
            expect(got).toEqual(left ? expected.slice(0, got.length) : expected);
          }
          topic.close();
          expect(failures).toEqual([]);
        },
      ),
      { numRuns: 150 },
    );
  });
});
