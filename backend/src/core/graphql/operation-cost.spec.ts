import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  buildSchema,
  execute,
  getIntrospectionQuery,
  isObjectType,
  Kind,
  parse,
  validate,
  type GraphQLFieldResolver,
  type GraphQLSchema,
} from 'graphql';
import { costOf, DEFAULT_LIST_SIZE, type FetchPoints } from './operation-cost.js';

const SDL = `
  type Query { node: Node, rows(first: Int = 3): [Node!]!, page(first: Int! = 4): Page, free: [Node], all: [Node!]! }
  type Subscription { nodeAdded: Node, batches(limit: Int): [Node!]! }
  type Page { edges: [Edge!]!, total: Int, facets: [String!]! }
  type Edge { cursor: String, node: Node }
  type Node { a: Int, b: String, child: Node, kids(limit: Int = 2): [Node!]!, tags: [String!]!, free: [Int] }
`;
const DECLARED: Readonly<Record<string, number>> = { 'Query.all': 6, 'Node.tags': 3 };

function makeSchema(): GraphQLSchema {
  const schema = buildSchema(SDL);
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type)) continue;
    for (const field of Object.values(type.getFields())) {
      const listSize = DECLARED[`${type.name}.${field.name}`];
      if (listSize !== undefined) field.extensions = { listSize };
    }
  }
  return schema;
}

const schema = makeSchema();

function cost(text: string, variables: Readonly<Record<string, unknown>> = {}): number {
  const document = parse(text);
  expect(validate(schema, document)).toEqual([]);
  const [definition] = document.definitions.filter(({ kind }) => kind === Kind.OPERATION_DEFINITION);
  if (definition?.kind !== Kind.OPERATION_DEFINITION) throw new Error('the text holds no operation');
  return costOf({ schema, document, definition, variables });
}

describe('what has to be fetched', () => {
  const text = 'bars(limit: Int, span: String): [Bar!]!, newest(span: String): Bar';
  const fetching = buildSchema(`type Query { ${text} } type Bar { open: Int }`);
  const asked: unknown[] = [];
  const fetchPoints: FetchPoints = (rows, argument) => {
    asked.push([rows, argument('span'), argument('nothing')]);
    return rows * 3;
  };
  for (const field of Object.values(fetching.getQueryType()?.getFields() ?? {})) {
    field.extensions = { listSize: 20, fetchPoints };
  }
  const fetched = (document: string, variables: Readonly<Record<string, unknown>> = {}) => {
    asked.length = 0;
    const parsed = parse(document);
    expect(validate(fetching, parsed)).toEqual([]);
    const [definition] = parsed.definitions;
    if (definition?.kind !== Kind.OPERATION_DEFINITION) throw new Error('the text holds no operation');
    return costOf({ schema: fetching, document: parsed, definition, variables });
  };

  test('costs beside the rows what the schema says, each time that it is asked for', () => {
    expect(fetched('{ bars(limit: 10) { open } }')).toBe(10 * 1.1 + 30);
    expect(fetched('{ bars { open } }')).toBe(20 * 1.1 + 60);
    expect(fetched('{ newest { open } }')).toBe(Math.ceil(1.1 + 3));
    const twice = '{ a: bars(limit: 10) { ...F } b: bars(limit: 10) { ...F } } fragment F on Bar { open }';
    expect(fetched(twice)).toBe(2 * (10 * 1.1 + 30));
  });

  test('may hang on other arguments, written out, in variables or by default', () => {
    fetched(
      'query ($s: String, $d: String = "1d") { a: bars(span: "1m") { open } b: bars(span: $s) { open } c: bars(span: $d) { open } d: bars { open } }',
      { s: '1h' },
    );
    expect(asked).toEqual(['1m', '1h', '1d', undefined].map((span) => [20, span, undefined]));
  });
});

describe('the cost of an operation', () => {
  test.each([
    ['an object and its fields', '{ node { a b } }', 2],
    ['fields alone, rounded up', '{ __typename }', 1],
    ['rows by the default of the schema', '{ rows { child { a } } }', 3 * 2.1],
    ['rows as asked for', '{ rows(first: 100) { a b } }', 100 * 1.2],
    ['no rows', '{ rows(first: 0) { a } node { a } }', 1.1],
    ['a page of the size asked for', '{ page(first: 20) { edges { cursor node { a } } } }', 1 + 20 * 2.2],
    ['a page of the usual size', '{ page { edges { cursor } total } }', 1 + 4 * 1.1 + 0.1],
    ['lists within a page', '{ page(first: 20) { facets } }', 1 + 20 * 0.1],
    ['a list of the size that the schema states', '{ all { tags } }', 6 * 1.3],
    ['a list of which nothing is known', '{ free { a } }', DEFAULT_LIST_SIZE * 1.1],
    ['lists in lists', '{ rows { kids(limit: 10) { kids { a } } } }', 3 * (1 + 10 * (1 + 2 * 1.1))],
    ['the same field under two names', '{ x: rows { a } y: rows { a } }', 2 * 3 * 1.1],
    ['one event of a subscription', 'subscription { nodeAdded { a kids { a } } }', 1.1 + 2 * 1.1],
    ['one event that is a list', 'subscription { batches(limit: 50) { a } }', 50 * 1.1],
  ])('counts %s', (_what, text, points) => {
    expect(cost(text)).toBe(Math.ceil(points - 1e-9));
  });

  test('counts rows from variables: given, by default, or null, which is as if left out', () => {
    const text = 'query ($n: Int = 7) { rows(first: $n) { child { __typename } } }';
    expect(cost(text, { n: 40 })).toBe(Math.ceil(40 * 2.1));
    expect(cost(text)).toBe(Math.ceil(7 * 2.1));
    expect(cost(text, { n: null })).toBe(Math.ceil(3 * 2.1));
    expect(cost('query ($n: Int) { rows(first: $n) { child { __typename } } }')).toBe(Math.ceil(3 * 2.1));
  });

  test.each([-5, 3e9, 'many', { x: 1 }, [3], true])('is that of a list of usual size for %p rows', (n) => {
    const usual = DEFAULT_LIST_SIZE * 1.1;
    expect(cost('query ($n: Int) { rows(first: $n) { a } }', { n })).toBe(n === -5 ? 1 : usual);
  });

  test('is a number even for what nobody could answer', () => {
    const rows = 'kids(limit: 2000000000) { ';
    expect(cost(`{ node { ${rows.repeat(40)} a ${' }'.repeat(40)} } }`)).toBe(Number.MAX_SAFE_INTEGER);
  });

  test('counts fragments wherever they are spread, with the page that they are spread in', () => {
    const fragment = 'fragment F on Page { edges { cursor } }';
    expect(cost(`{ x: page(first: 10) { ...F } y: page(first: 30) { ...F } } ${fragment}`)).toBe(
      2 + 40 * 1.1,
    );
  });

  test('is found in no time for fragments that explode', () => {
    const bomb = Array.from(
      { length: 60 },
      (_, n) => `fragment F${n} on Node { x: child { ...F${n + 1} } y: child { ...F${n + 1} } }`,
    );
    const text = `{ node { ...F0 } } ${bomb.join(' ')} fragment F60 on Node { a }`;
    expect(cost(text)).toBeGreaterThan(1e12);
  });

  test('lets the schema be asked for cheaply, but not again and again', () => {
    const introspection = getIntrospectionQuery({ inputValueDeprecation: true, oneOf: true });
    const once = cost(introspection);
    expect(once).toBeGreaterThan(100);
    expect(once).toBeLessThan(2_500);
    const twice = 'x: __schema { types { fields { type { fields { args { type { name } } } } } } }';
    expect(cost(`{ ${twice} ${twice.replace('x:', 'y:')} }`)).toBeGreaterThan(1_500);
  });
});

/** Lists of exactly the rows that are asked for, declared or usual; everything else is there. */
const exactRows: GraphQLFieldResolver<unknown, unknown> = (
  source,
  args,
  _context,
  { returnType, ...info },
) => {
  const shape = String(returnType);
  const { first, limit } = args as { first?: number; limit?: number };
  const page = (source as { page?: number } | undefined)?.page;
  const one = /Int|String/.test(shape) ? 1 : {};
  if (!shape.startsWith('[')) return first === undefined ? one : { page: first };
  const declared = DECLARED[`${info.parentType.name}.${info.fieldName}`];
  const rows = first ?? limit ?? declared ?? page ?? DEFAULT_LIST_SIZE;
  return Array.from({ length: rows }, () => one);
};

/** Objects and fields of an answer, weighed. */
function weigh(value: unknown): number {
  if (Array.isArray(value)) return value.reduce<number>((sum, item) => sum + weigh(item), 0);
  if (typeof value !== 'object' || value === null) return 0.1;
  return Object.values(value).reduce<number>((sum, item) => sum + weigh(item), 1);
}

type TypeName = 'Query' | 'Page' | 'Edge' | 'Node';

/** What can be selected of each type: the argument for rows, and the type to select of in turn. */
const FIELDS: Readonly<
  Record<TypeName, readonly { readonly name: string; readonly rows?: string; readonly of?: TypeName }[]>
> = {
  Query: [
    { name: '__typename' },
    { name: 'node', of: 'Node' },
    { name: 'rows', rows: 'first', of: 'Node' },
    { name: 'page', rows: 'first', of: 'Page' },
    { name: 'free', of: 'Node' },
    { name: 'all', of: 'Node' },
  ],
  Page: [{ name: 'total' }, { name: 'facets' }, { name: 'edges', of: 'Edge' }],
  Edge: [{ name: 'cursor' }, { name: 'node', of: 'Node' }],
  Node: [
    { name: 'a' },
    { name: '__typename' },
    { name: 'tags' },
    { name: 'free' },
    { name: 'child', of: 'Node' },
    { name: 'kids', rows: 'limit', of: 'Node' },
  ],
};

/** A selection of random fields of a type, each under a name of its own, some of them by fragment. */
function selections(type: TypeName, levels: number): fc.Arbitrary<string> {
  const fields = FIELDS[type].filter(({ of }) => of === undefined || levels > 0);
  const field = fc.constantFrom(...fields).chain(({ name, rows, of }) =>
    fc
      .record({
        asked: fc.option(fc.integer({ min: 0, max: 4 })),
        below: of === undefined ? fc.constant('') : selections(of, levels - 1),
        inline: fc.boolean(),
      })
      .map(({ asked, below, inline }) => {
        const given = rows !== undefined && asked !== null ? `(${rows}: ${asked})` : '';
        const text = `ALIAS: ${name}${given}${below}`;
        return inline ? `... on ${type} { ${text} }` : text;
      }),
  );
  return fc.array(field, { minLength: 1, maxLength: 3 }).map((chosen) => ` { ${chosen.join(' ')} }`);
}

test('the cost is what the answer holds, for any selection whose lists are as long as they can be', () => {
  fc.assert(
    fc.property(selections('Query', 3), (selection) => {
      let aliases = 0;
      const text = selection.replaceAll('ALIAS', () => `x${(aliases += 1)}`);
      const result = execute({ schema, document: parse(text), rootValue: {}, fieldResolver: exactRows });
      if (!('data' in result)) throw new Error('the answer was not there at once');
      expect(result.errors).toBeUndefined();
      const points = weigh(result.data) - 1;
      expect(cost(text)).toBe(Math.max(1, Math.ceil(Math.round(points * 10) / 10)));
    }),
    { numRuns: 300 },
  );
});
