import { describe, expect, test } from '@jest/globals';
import { waitFor } from '@orderfox/testing';
import fc from 'fast-check';
import { execute } from 'graphql';
import { dataText, HubForTests, type Happening } from './hub-for-tests.js';

/** Variables that every generated operation may use, as it declares them. */
const DECLARED: Readonly<Record<string, string>> = {
  yes: 'Boolean! = true',
  no: 'Boolean! = false',
  some: 'Boolean',
  times: 'Int',
  first: 'Int',
  groups: '[String!]',
  after: 'Int',
};

const CONDITIONS = [
  '@include(if: $yes)',
  '@skip(if: $yes)',
  '@include(if: $no)',
  '@skip(if: $no)',
  '@skip(if: false)',
];
const LEAVES = [
  'n',
  '__typename',
  'name',
  'group',
  'text',
  'must',
  'odd',
  'later',
  'size',
  'size(times: $times)',
  'size(times: $times)',
  'size(times: 2)',
  'text(upper: $some)',
  'text(upper: $yes)',
] as const;

/** A selection on a happening: fields, conditions, inline and named fragments, lists, an interface. */
type Node =
  | { readonly kind: 'leaf'; readonly field: string; readonly condition: string }
  | { readonly kind: 'inline' | 'fragment'; readonly nodes: readonly Node[]; readonly condition: string }
  | { readonly kind: 'parts' | 'named'; readonly nodes: readonly Node[]; readonly condition: string };

const condition = fc.oneof({ weight: 3, arbitrary: fc.constant('') }, fc.constantFrom(...CONDITIONS));
const selection = fc.letrec<{ node: Node; nodes: readonly Node[] }>((tie) => ({
  node: fc.oneof(
    { maxDepth: 3 },
    {
      weight: 4,
      arbitrary: fc.record({
        kind: fc.constant('leaf' as const),
        field: fc.constantFrom(...LEAVES),
        condition,
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({
        kind: fc.constantFrom('inline' as const, 'fragment' as const, 'parts' as const, 'named' as const),
        nodes: tie('nodes'),
        condition,
      }),
    },
  ),
  nodes: fc.array(tie('node'), { minLength: 1, maxLength: 4 }),
})).nodes;

/** Writes a selection as text. Every field has an alias of its own, so that nothing conflicts. */
class Writer {
  readonly fragments: string[] = [];
  #aliases = 0;

  constructor(private readonly prefix: string) {}

  write(nodes: readonly Node[]): string {
    return nodes.map((node) => this.#node(node)).join(' ');
  }

  #node(node: Node): string {
    const alias = `a${(this.#aliases += 1)}`;
    switch (node.kind) {
      case 'leaf':
        return `${alias}: ${node.field} ${node.condition}`;
      case 'inline':
        return `... ${node.condition} { ${this.write(node.nodes)} }`;
      case 'fragment': {
        const name = `${this.prefix}${this.fragments.length}`;
        const at = this.fragments.push('') - 1;
        this.fragments[at] = `fragment ${name} on Happening { ${this.write(node.nodes)} }`;
        return `...${name} ${node.condition}`;
      }
      case 'parts':
        return `${alias}: parts(first: $first) ${node.condition} { w: weight whole { ${this.write(node.nodes)} } }`;
      case 'named':
        return `${alias}: named ${node.condition} { __typename name ... on Happening { ${this.write(node.nodes)} } }`;
    }
  }
}

/** Few values, so that they are often equal, often absent, and often null where that is allowed. */
const variables = fc.record({
  yes: fc.constantFrom(undefined, true, false),
  no: fc.constantFrom(undefined, false),
  some: fc.constantFrom(undefined, null, true),
  times: fc.constantFrom(undefined, null, 2, 3),
  first: fc.constantFrom(undefined, null, 1),
  groups: fc.constantFrom<readonly string[] | null | undefined>(undefined, null, ['a'], ['a', 'b']),
});

const ROOTS = [
  'happened',
  'it: happened',
  'happened(groups: $groups)',
  'happened(after: 0)',
  'happened(atLeast: 2)',
];

interface Asked {
  readonly nodes: readonly Node[];
  readonly root: string;
  readonly name: string;
  /** Default value of the variable of this name, as it is written. */
  readonly times: string;
}

/** Several who share what they can: two selections at most, and variables, names and arguments of each one's own. */
const subscribers = fc.tuple(selection, selection).chain((selections) =>
  fc.array(
    fc.record({
      nodes: fc.constantFrom(...selections),
      variables,
      root: fc.constantFrom(...ROOTS),
      name: fc.constantFrom('A', 'B'),
      times: fc.constantFrom('', ' = 3', ' = 4'),
    }),
    { minLength: 2, maxLength: 6 },
  ),
);

function queryOf({ nodes, root, name, times }: Asked): string {
  const writer = new Writer('F');
  const body = `${root} { n ${writer.write(nodes)} }`;
  const text = [body, ...writer.fragments].join(' ');
  const used = Object.entries(DECLARED).filter(([variable]) => new RegExp(`\\$${variable}\\b`).test(text));
  const declared =
    used.length === 0
      ? ''
      : `(${used.map(([variable, type]) => `$${variable}: ${type}${variable === 'times' ? times : ''}`).join(' ')})`;
  return `subscription ${name}${declared} { ${body} } ${writer.fragments.join(' ')}`;
}

const event = fc.record({
  group: fc.constantFrom('a', 'b'),
  size: fc.integer({ min: 0, max: 4 }),
  text: fc.option(fc.string({ unit: 'grapheme', maxLength: 5 }), { freq: 3 }),
  parts: fc.array(
    fc.record({
      name: fc.constantFrom('x', 'y'),
      weight: fc.option(fc.double({ noNaN: true, noDefaultInfinity: true })),
    }),
    {
      maxLength: 3,
    },
  ),
});

describe('what subscribers share', () => {
  test('is, byte for byte, what each would get if its operation were executed for it alone', async () => {
    await fc.assert(
      fc.asyncProperty(
        subscribers,
        fc.array(event, { minLength: 1, maxLength: 4 }),
        async (asked, events) => {
          const made = new HubForTests();
          const hearers = await Promise.all(
            asked.map(async (one) => {
              const operation = made.prepare(queryOf(one), one.variables);
              return { ...(await made.subscribe(operation)), operation };
            }),
          );
          const happened = events.map((given) => made.publish(given));
          const alone = (n: number, rootValue: Happening) => {
            const { operation } = hearers[n] ?? {};
            if (operation === undefined) throw new Error('nobody');
            const { document, variables: variableValues } = operation;
            return execute({ schema: made.schema, document, variableValues, rootValue, contextValue: {} });
          };
          const wanted = await Promise.all(
            asked.map(({ root, variables: { groups } }, n) =>
              Promise.all(
                happened
                  .filter(({ group }) => !root.includes('$groups') || (groups?.includes(group) ?? true))
                  .filter(({ size }) => !root.includes('atLeast') || size >= 2)
                  .map(async (one) => JSON.stringify((await alone(n, one)).data)),
              ),
            ),
          );
          await waitFor(() => hearers.every(({ bodies }, n) => bodies.length >= (wanted[n]?.length ?? 0)));
          expect(hearers.map(({ bodies }) => bodies.map(dataText))).toEqual(wanted);
          expect(
            hearers
              .flatMap(({ bodies }) => bodies)
              .every((body) => body.includes(`"data":${dataText(body)}}`)),
          ).toBe(true);
          // Those that were executed alone count too.
          const shared = made.executions - wanted.flat().length;
          // What turns out not to be plain is asked for a second time.
          expect(shared).toBeLessThanOrEqual(2 * made.hub.selectionCount * events.length);
          for (const { subscription } of hearers) subscription.stop();
          expect([made.hub.selectionCount, made.topic.memberCount, made.faults]).toEqual([0, 0, []]);
          made.topic.close();
        },
      ),
      { numRuns: 100 },
    );
  }, 60_000);
});
