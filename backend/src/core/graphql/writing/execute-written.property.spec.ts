import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { execute, Kind, parse, validate, type ExecutionResult, type OperationDefinitionNode } from 'graphql';
import { executeWritten } from './execute-written.js';
import { carryTexts, markLasting } from './kept-texts.js';
import { thingsSchema, type Thing } from './things-for-tests.js';
import { answerText, WrittenData } from './written-data.js';

/** Variables that every generated operation may use, as it declares them. */
const DECLARED: Readonly<Record<string, string>> = {
  yes: 'Boolean! = true',
  no: 'Boolean! = false',
  maybe: 'Boolean!',
  some: 'Boolean',
  times: 'Int',
  first: 'Int = 3',
  box: 'Box',
  edge: 'Int',
};

const CONDITIONS = [
  '@include(if: $yes)',
  '@skip(if: $yes)',
  '@include(if: $no)',
  '@skip(if: $no)',
  '@skip(if: $maybe)',
  '@include(if: true) @skip(if: false)',
];
const LEAVES = [
  'id',
  'name',
  '__typename',
  'side',
  'count',
  'ratio',
  'sure',
  'exact',
  'tags',
  'grid',
  'method',
  'odd',
  'must',
];
const WITH_ARGUMENTS = [
  'size',
  'size(times: $times)',
  'size(times: null)',
  'size(box: { edge: $edge })',
  'size(box: $box)',
  'text(upper: $some)',
  'text(upper: true)',
];
const ROOTS = [
  'things(first: $first)',
  'things',
  'thing(id: "1")',
  'certain',
  'missing',
  'things(box: $box)',
  'fails',
  'throws',
];

type Node =
  | { readonly kind: 'leaf' | 'aliased'; readonly field: string; readonly condition: string }
  | {
      readonly kind: 'inline' | 'typed' | 'fragment' | 'again' | 'later' | 'same' | 'parts' | 'named';
      readonly nodes: readonly Node[];
      readonly condition: string;
    };

const condition = fc.oneof({ weight: 4, arbitrary: fc.constant('') }, fc.constantFrom(...CONDITIONS));
const selection = fc.letrec<{ node: Node; nodes: readonly Node[] }>((tie) => ({
  node: fc.oneof(
    { maxDepth: 3 },
    {
      weight: 5,
      arbitrary: fc.record({
        kind: fc.constant('leaf' as const),
        field: fc.constantFrom(...LEAVES),
        condition,
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({
        kind: fc.constant('aliased' as const),
        field: fc.constantFrom(...LEAVES, ...WITH_ARGUMENTS),
        condition,
      }),
    },
    {
      weight: 3,
      arbitrary: fc.record({
        kind: fc.constantFrom(
          'inline',
          'typed',
          'fragment',
          'again',
          'later',
          'same',
          'parts',
          'named' as const,
        ),
        nodes: tie('nodes'),
        condition,
      }),
    },
  ),
  nodes: fc.array(tie('node'), { minLength: 1, maxLength: 5 }),
})).nodes;

/** Writes a selection as text. What could conflict has an alias of its own. */
class Writer {
  readonly fragments: string[] = [];
  #aliases = 0;

  write(nodes: readonly Node[]): string {
    return nodes.map((node) => this.#node(node)).join(' ');
  }

  alias(): string {
    return `a${(this.#aliases += 1)}`;
  }

  #node(node: Node): string {
    const { condition: when } = node;
    switch (node.kind) {
      case 'leaf':
        return `${node.field} ${when}`;
      case 'aliased':
        return `${this.alias()}: ${node.field} ${when}`;
      case 'inline':
        return `... ${when} { ${this.write(node.nodes)} }`;
      case 'typed':
        return `... on Named ${when} { name ... on Thing { ${this.write(node.nodes)} } }`;
      case 'fragment': {
        const at = this.fragments.push('') - 1;
        this.fragments[at] = `fragment F${at} on Thing { ${this.write(node.nodes)} }`;
        return `...F${at} ${when}`;
      }
      case 'again':
      case 'later':
        return `${this.alias()}: ${node.kind} ${when} { ${this.write(node.nodes)} }`;
      case 'same':
        return `again ${when} { ${this.write(node.nodes)} }`;
      case 'parts':
        return `${this.alias()}: parts(first: $first) ${when} { ${this.write(node.nodes)} }`;
      case 'named':
        return `${this.alias()}: named ${when} { __typename ... on Thing { ${this.write(node.nodes)} } }`;
    }
  }
}

const roots = fc.array(
  fc.record({ root: fc.constantFrom(...ROOTS), nodes: selection, condition, isAliased: fc.boolean() }),
  { minLength: 1, maxLength: 3 },
);

function queryOf(asked: typeof roots extends fc.Arbitrary<infer R> ? R : never): string {
  const writer = new Writer();
  const body = asked
    .map(({ root, nodes, condition: when, isAliased }) => {
      const name = isAliased || root.includes('(') ? `${writer.alias()}: ` : '';
      return `${name}${root} ${when} { ${writer.write(nodes)} }`;
    })
    .concat('n: number side')
    .join(' ');
  const text = [body, ...writer.fragments].join(' ');
  const used = Object.entries(DECLARED).filter(([variable]) => new RegExp(`\\$${variable}\\b`).test(text));
  const declared = used.length === 0 ? '' : `(${used.map(([name, type]) => `$${name}: ${type}`).join(' ')})`;
  return `query Q${declared} { ${body} } ${writer.fragments.join(' ')}`;
}

/** Few values, so that they are often equal, often absent, and often null where that is allowed. */
const variables = fc.record({
  yes: fc.constantFrom(undefined, true, false),
  maybe: fc.boolean(),
  some: fc.constantFrom(undefined, null, true),
  times: fc.constantFrom(undefined, null, 2, 3),
  first: fc.constantFrom(undefined, null, 1),
  box: fc.constantFrom(undefined, null, {}, { edge: 3 }, { edge: null, side: 'LONG' }),
  edge: fc.constantFrom(undefined, null, 5),
});

const CALM = ['well', 'well', 'well', 'well'] as const;
/** Not both in one answer: graphql-js leaves a promise that fails unheard where a sibling throws. */
const MOODS = [['throws', 'null', 'error'] as const, ['rejects', 'waits'] as const];

const thingOf = (moods: readonly NonNullable<Thing['mood']>[]): fc.Arbitrary<Thing> =>
  fc.letrec<{ thing: Thing }>((tie) => ({
    thing: fc.record(
      {
        name: fc.string({ unit: 'binary', maxLength: 5 }),
        side: fc.constantFrom('LONG', 'SHORT', 'LONG', 'SHORT', 'LONG', 'SHORT', 'UPWARDS'),
        count: fc.option(fc.integer({ min: -100, max: 100 })),
        ratio: fc.double({ noNaN: true, noDefaultInfinity: true }),
        sure: fc.boolean(),
        exact: fc.constantFrom('1.5', '1.5', '1.5', '1.5', '"', 'bad', 'nothing'),
        tags: fc.option(fc.array(fc.option(fc.string(), { freq: 20 }), { maxLength: 3 })),
        grid: fc.array(
          fc.option(fc.array(fc.option(fc.integer({ min: 0, max: 9 })), { maxLength: 2 }), { freq: 20 }),
          {
            maxLength: 2,
          },
        ),
        parts: fc.array(tie('thing'), { maxLength: 2, depthIdentifier: 'thing' }),
        again: fc.option(tie('thing'), { depthIdentifier: 'thing', nil: undefined }) as fc.Arbitrary<Thing>,
        mood: fc.constantFrom(...CALM, ...CALM, ...moods),
      },
      { requiredKeys: ['name'] },
    ),
  })).thing;
const someThings = fc.oneof(
  ...MOODS.map((moods) => fc.array(thingOf(moods), { minLength: 1, maxLength: 3 })),
);

/** As a client sends them: what is undefined is not there. */
const sent = (given: object) => JSON.parse(JSON.stringify(given)) as Record<string, unknown>;

/** Absent data is told from null. */
const dataText = ({ data }: ExecutionResult) => answerText(data === undefined ? {} : { data });

/** Also of the things within. */
function carryAll(thing: Thing): void {
  carryTexts(thing);
  thing.parts?.forEach(carryAll);
  if (thing.again !== undefined) carryAll(thing.again);
}

const errorsOf = ({ errors }: ExecutionResult) => (errors ?? []).map((error) => JSON.stringify(error)).sort();

describe('executeWritten', () => {
  test('answers, byte for byte, as graphql-js does, and asks every root field once', async () => {
    const written = { written: 0, executed: 0 };
    await fc.assert(
      fc.asyncProperty(
        roots,
        fc.array(variables, { minLength: 2, maxLength: 3 }),
        someThings,
        fc.boolean(),
        async (selected, given, things, lasting) => {
          const document = parse(queryOf(selected));
          const reference = thingsSchema(things);
          expect(validate(reference.schema, document)).toEqual([]);
          const definition = document.definitions.find(
            (one): one is OperationDefinitionNode => one.kind === Kind.OPERATION_DEFINITION,
          );
          if (definition === undefined) throw new Error('no operation');
          const { schema, asked } = thingsSchema(things);
          if (lasting) {
            markLasting(schema, { Thing: () => 1 });
            things.forEach(carryAll);
          }
          // The same document with one variable after the other, and once more with the first.
          for (const variableValues of [...given, ...given.slice(0, 1)].map(sent)) {
            asked.length = 0;
            reference.asked.length = 0;
            const args = { document, variableValues, contextValue: {} };
            const wanted = await execute({ ...args, schema: reference.schema });
            const got = await executeWritten({ ...args, schema, definition });
            written[got.data instanceof WrittenData ? 'written' : 'executed'] += 1;
            expect(dataText(got)).toBe(dataText(wanted));
            expect(asked.toSorted()).toEqual(reference.asked.toSorted());
            // Of an answer without data it is chance which errors were met before it.
            if (wanted.data === null) expect(errorsOf(got)).not.toEqual([]);
            else expect(errorsOf(got)).toEqual(errorsOf(wanted));
          }
        },
      ),
      { numRuns: 150 },
    );
    // Both ways were taken often.
    expect(written.written).toBeGreaterThan(50);
    expect(written.executed).toBeGreaterThan(50);
  }, 60_000);
});
