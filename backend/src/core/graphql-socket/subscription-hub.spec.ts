import { beforeEach, describe, expect, test } from '@jest/globals';
import { waitFor } from '@orderfox/testing';
import { HubForTests, type Happening, type Hearer } from './hub-for-tests.js';

let made: HubForTests;
beforeEach(() => {
  made = new HubForTests();
});

const subscribe = (query: string, variables: object = {}, client?: string) =>
  made.subscribe(made.prepare(query, variables), client);
const settled = (hearers: readonly Hearer[], count: number) =>
  waitFor(() => hearers.every(({ bodies }) => bodies.length === count));
const last = ({ bodies }: Hearer) => JSON.parse(bodies.at(-1) ?? 'null') as unknown;

describe('SubscriptionHub and events', () => {
  test('renders twice per event for 100 subscribers with 30 filters and two selections, and serves each its own', async () => {
    // Thirty filters: ten sets of groups with three sizes, the first of which lets everything through.
    const groups = Array.from({ length: 10 }, (_, n) => (n === 0 ? undefined : [`g${n % 5}`, `g${n}`]));
    const filters = groups.flatMap((some) =>
      [undefined, 40, 70].map((atLeast) => ({ groups: some, atLeast })),
    );
    expect(filters).toHaveLength(30);
    const spellings = [
      'subscription ($groups: [String!], $atLeast: Int) { happened(groups: $groups, atLeast: $atLeast) { n text } }',
      'subscription Named($atLeast: Int, $groups: [String!]) {\n  happened(atLeast: $atLeast, groups: $groups) { n, text }\n}',
      'subscription ($groups: [String!], $atLeast: Int) { happened(groups: $groups, atLeast: $atLeast) { n size } }',
    ];
    const hearers = await Promise.all(
      Array.from({ length: 100 }, async (_, n) => {
        const filter = filters[n % 30] ?? { groups: undefined, atLeast: undefined };
        const spelling = Math.floor(n / 30) % 3;
        const hearer = await subscribe(spellings[spelling] ?? '', filter, `client ${n}`);
        return { ...hearer, filter, shows: spelling === 2 ? 'size' : 'text' } as const;
      }),
    );
    const events = Array.from({ length: 120 }, (_, n) => made.publish({ group: `g${n % 11}`, size: n }));
    const expected = hearers.map(({ filter, shows }) =>
      events
        .filter(({ group }) => filter.groups?.includes(group) ?? true)
        .filter(({ size }) => size >= (filter.atLeast ?? 0))
        .map((event) => JSON.stringify({ data: { happened: { n: event.n, [shows]: event[shows] } } })),
    );
    await waitFor(() => hearers.every(({ bodies }, n) => bodies.length >= (expected[n]?.length ?? 0)));
    expect(hearers.map(({ bodies }) => bodies)).toEqual(expected);
    expect([made.executions, made.hub.selectionCount]).toEqual([2 * events.length, 2]);

    for (const { subscription } of hearers) subscription.stop();
    expect([made.hub.selectionCount, made.topic.memberCount]).toEqual([0, 0]);
  });

  test('shares what was rendered live with who catches up', async () => {
    const live = await subscribe('subscription { happened { n } }');
    for (let n = 0; n < 5; n += 1) made.publish();
    await settled([live], 5);
    const late = await subscribe('subscription ($a: Int) { happened(after: $a) { n } }', { a: 2 });
    await settled([late], 3);
    expect(late.bodies).toEqual(live.bodies.slice(2));
    expect(made.executions).toBe(5);
  });

  test.each([
    ['the name of the operation', 'subscription A { happened { n } }', 'subscription B { happened { n } }'],
    [
      'spaces, commas and comments',
      'subscription { happened { n, text } }',
      'subscription{happened{n text}} # x',
    ],
    [
      'arguments of the root field',
      'subscription { happened(groups: ["a"]) { n } }',
      'subscription { happened(atLeast: 0, groups: ["a", "b"]) { n } }',
    ],
    [
      'fragments that are not used in it',
      'subscription A { happened { ...F } } fragment F on Happening { n }',
      'subscription B { happened { ...F } } fragment F on Happening { n } query Q { none }',
    ],
  ])('renders once where only this differs: %s', async (_what, ...queries) => {
    const operations = queries.map((query) =>
      made.prepare(query, {}, /subscription ([AB])/.exec(query)?.[1]),
    );
    const hearers = await Promise.all(operations.map((operation) => made.subscribe(operation)));
    made.publish();
    await settled(hearers, 1);
    expect([made.executions, hearers[0]?.bodies]).toEqual([1, hearers[1]?.bodies]);
  });

  test.each([
    ['an alias', 'subscription { happened { x: n } }', {}, { happened: { x: 1 } }],
    ['an alias of the root field', 'subscription { it: happened { n } }', {}, { it: { n: 1 } }],
    [
      'an argument below the root field',
      'subscription ($u: Boolean) { happened { text(upper: $u) } }',
      { u: true },
      { happened: { text: 'TEXT 1' } },
    ],
    [
      'what a fragment selects',
      'subscription { happened { ...F } } fragment F on Happening { size }',
      {},
      { happened: { size: 1 } },
    ],
    [
      'a fragment inside a fragment',
      'subscription { happened { ...F } } fragment F on Happening { ...G } fragment G on Happening { group }',
      {},
      { happened: { group: 'a' } },
    ],
    [
      'a condition that is true',
      'subscription ($c: Boolean!) { happened { n text @include(if: $c) } }',
      { c: true },
      { happened: { n: 1, text: 'text 1' } },
    ],
    [
      'a condition in a fragment',
      'subscription ($c: Boolean!) { happened { n ...F } } fragment F on Happening { text @skip(if: $c) }',
      { c: false },
      { happened: { n: 1, text: 'text 1' } },
    ],
  ])('keeps apart what differs in %s', async (_what, query, variables, expected) => {
    const opposite = Object.fromEntries(Object.entries(variables).map(([name, value]) => [name, !value]));
    const hearers = [
      await subscribe('subscription { happened { n } }'),
      await subscribe(query, opposite),
      await subscribe(query, variables),
    ];
    made.publish();
    await settled(hearers, 1);
    expect(hearers[2] && last(hearers[2])).toEqual({ data: expected });
    expect(made.executions).toBe(Object.keys(variables).length > 0 ? 3 : 2);
  });

  test('keeps apart what only a fragment inside a fragment shows', async () => {
    const query = (shown: string) =>
      `subscription { happened { ...F } } fragment F on Happening { ...G } fragment G on Happening { ${shown} }`;
    const hearers = [await subscribe(query('n')), await subscribe(query('group'))];
    made.publish();
    await settled(hearers, 1);
    expect(hearers.map(last)).toEqual([{ n: 1 }, { group: 'a' }].map((happened) => ({ data: { happened } })));
  });

  test('tells a variable that is null from one that has its default', async () => {
    const query = 'subscription ($t: Int = 3) { happened { size(times: $t) } }';
    const hearers = [
      await subscribe(query),
      await subscribe(query, { t: null }),
      await subscribe(query, { t: 2 }),
    ];
    made.publish({ size: 7 });
    await settled(hearers, 1);
    expect(hearers.map(last)).toEqual([21, 0, 14].map((size) => ({ data: { happened: { size } } })));
  });

  test('shows the errors of an event to everyone who selected it', async () => {
    const hearers = [
      await subscribe('subscription { happened { n odd } }'),
      await subscribe('subscription { happened { n must } }'),
    ];
    made.publish();
    made.publish({ text: null });
    await settled(hearers, 2);
    expect(hearers.map(last)).toMatchObject([
      {
        errors: [{ message: 'not for even numbers', path: ['happened', 'odd'] }],
        data: { happened: { n: 2, odd: null } },
      },
      { errors: [{ path: ['happened', 'must'] }], data: { happened: null } },
    ]);
    expect(made.faults).toEqual([]);
  });

  test('holds nothing for who is refused, nor for a stream of another kind', async () => {
    made = new HubForTests({ selections: 1, selectionsPerClient: 1 });
    const first = await subscribe('subscription { happened { n } }');
    await expect(subscribe('subscription { happened { text } }')).rejects.toThrow('different selections');
    await expect(subscribe('subscription ($n: Int!) { happened(after: $n) { n } }')).rejects.toThrow('$n');
    await expect(subscribe('subscription { stray { n } }')).rejects.toThrow(
      'must return a stream of a topic',
    );
    expect([made.hub.selectionCount, made.topic.memberCount]).toEqual([1, 1]);
    first.subscription.stop();
    first.subscription.stop();
    await subscribe('subscription { happened { text } }');
    expect(made.hub.selectionCount).toBe(1);
  });
});

describe('SubscriptionHub and a topic that takes nobody', () => {
  test('gives back what resolvers took, with the end of the subscription and where it is refused', async () => {
    const hearers = await Promise.all([
      subscribe('subscription { happened { n } }'),
      subscribe('subscription { state { n } }'),
      subscribe('subscription { state { n } }'),
    ]);
    expect(made.held).toBe(3);
    await expect(subscribe('subscription { stray { n } }')).rejects.toThrow();
    await expect(subscribe('subscription { state(key: "refused") { n } }')).rejects.toThrow('there is none');
    expect(made.held).toBe(3);
    for (const { subscription } of hearers) {
      subscription.stop();
      subscription.stop();
    }
    expect(made.held).toBe(0);
    made = new HubForTests({ selections: 1, selectionsPerClient: 1 });
    await subscribe('subscription { happened { n } }');
    await expect(subscribe('subscription { happened { text } }')).rejects.toThrow(/selections/);
    expect(made.held).toBe(1);
  });

  test('gives the selection back', async () => {
    made.topic.join = () => {
      throw new Error('nobody can join');
    };
    await expect(subscribe('subscription { happened { n } }')).rejects.toThrow('nobody can join');
    expect(made.hub.selectionCount).toBe(0);
  });
});

describe('SubscriptionHub and states', () => {
  const state = (n: number): Happening => ({ n, group: 'a', size: n, text: `text ${n}`, parts: [] });

  test('renders a change once for all who selected the same, and begins with the newest', async () => {
    made.change('x', state(1));
    const hearers = await Promise.all(
      Array.from({ length: 20 }, (_, n) =>
        subscribe(`subscription S${n} { state { n } }`, {}, `client ${n}`),
      ),
    );
    await settled(hearers, 1);
    made.change('x', state(2));
    await settled(hearers, 2);
    expect(new Set(hearers.map(({ bodies }) => bodies.join()))).toEqual(
      new Set(['{"data":{"state":{"n":1}}},{"data":{"state":{"n":2}}}']),
    );
    expect([made.executions, made.hub.selectionCount, made.stateListeners]).toEqual([2, 1, 1]);
    expect(made.hub.count()).toEqual({
      selections: { events: 0, states: 1 },
      members: { events: 0, states: 20 },
    });
    for (const { subscription } of hearers) subscription.stop();
    expect([made.hub.selectionCount, made.stateListeners]).toEqual([0, 0]);
  });

  test('keeps apart what differs in the states or in the selection', async () => {
    made.change('x', state(1));
    made.change('y', state(2));
    const hearers = [
      await subscribe('subscription { state(key: "x") { n } }'),
      await subscribe('subscription { state(key: "y") { n } }'),
      await subscribe('subscription { state(key: "x") { text } }'),
    ];
    await settled(hearers, 1);
    expect(hearers.map(last)).toEqual(
      [{ n: 1 }, { n: 2 }, { text: 'text 1' }].map((shown) => ({ data: { state: shown } })),
    );
    expect(made.executions).toBe(3);
    expect(hearers[0]?.subscription.slowError()).toMatchObject({ extensions: { code: 'SLOW_CONSUMER' } });
  });
});

describe('SubscriptionHub and changes', () => {
  const state = (n: number, group = 'a'): Happening => ({ n, group, size: n, text: `text ${n}`, parts: [] });
  const changes = (isUpdate: boolean, ...ns: number[]) => ({
    data: { changes: { isUpdate, states: ns.map((n) => ({ n })) } },
  });

  test('begins with a snapshot and renders each set of changes once for all who selected the same', async () => {
    made.change('x', state(1));
    made.change('y', state(2));
    const hearers = await Promise.all(
      Array.from({ length: 20 }, (_, n) =>
        subscribe(
          `subscription S${n} ($g: String!) { changes(group: $g) { isUpdate states { n } } }`,
          { g: 'a' },
          `client ${n}`,
        ),
      ),
    );
    await settled(hearers, 1);
    made.change('x', state(3));
    made.change('y', state(4));
    await settled(hearers, 2);
    for (const { bodies } of hearers) {
      expect(bodies.map((body) => JSON.parse(body) as unknown)).toEqual([
        changes(false, 1, 2),
        changes(true, 3, 4),
      ]);
    }
    expect([made.executions, made.changesAsked]).toEqual([2, [undefined, 2]]);
    expect(made.hub.count()).toEqual({
      selections: { events: 0, states: 1 },
      members: { events: 0, states: 20 },
    });
    for (const { subscription } of hearers) subscription.stop();
    expect([made.hub.selectionCount, made.stateListeners]).toEqual([0, 0]);
  });

  test('keeps apart what differs in the changes or in the selection', async () => {
    made.change('x', state(1));
    made.change('y', state(2, 'b'));
    const hearers = [
      await subscribe('subscription { changes(group: "a") { isUpdate states { n } } }'),
      await subscribe('subscription { changes(group: "b") { isUpdate states { n } } }'),
      await subscribe('subscription { changes(group: "b") { isUpdate } }'),
    ];
    await settled(hearers, 1);
    expect(hearers.map(last)).toEqual([
      changes(false, 1),
      changes(false, 2),
      { data: { changes: { isUpdate: false } } },
    ]);
    expect(hearers[0]?.subscription.isEvents).toBe(false);
  });
});

describe('SubscriptionHub and other forms of results', () => {
  const form = (name: string) => ({
    name,
    write: ({ data }: { readonly data?: unknown }) => `${name} ${JSON.stringify(data)}`,
  });

  test.each([
    ['events', 'subscription { happened { n } }', '{"happened":{"n":1}}'],
    ['states', 'subscription { state(key: "x") { n } }', '{"state":{"n":1}}'],
  ])('writes %s once per form, and never gives anybody those of another form', async (_what, query, data) => {
    const operation = made.prepare(query, {});
    const hearers = await Promise.all(
      [undefined, 'A', 'B', 'A'].map((name) =>
        made.subscribe(operation, 'client', name === undefined ? undefined : form(name)),
      ),
    );
    const event = made.publish();
    made.change('x', event);
    await settled(hearers, 1);
    expect(hearers.map(({ bodies }) => bodies[0])).toEqual([
      `{"data":${data}}`,
      `A ${data}`,
      `B ${data}`,
      `A ${data}`,
    ]);
    expect(made.hub.selectionCount).toBe(3);
    for (const { subscription } of hearers) subscription.stop();
    expect(made.hub.selectionCount).toBe(0);
  });
});
