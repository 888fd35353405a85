import { buildSchema, type GraphQLScalarType, type GraphQLObjectType, type GraphQLSchema } from 'graphql';

/** What a thing of the tests is; what is absent is absent. */
export interface Thing {
  readonly name: string;
  readonly side?: string;
  readonly count?: number | null;
  readonly ratio?: number;
  readonly sure?: boolean;
  readonly exact?: string;
  readonly tags?: readonly (string | null)[] | null;
  readonly grid?: readonly ((number | null)[] | null)[];
  readonly parts?: readonly Thing[];
  readonly again?: Thing;
  /** How its fields `odd` and `must` go. */
  readonly mood?: 'well' | 'throws' | 'rejects' | 'waits' | 'null' | 'error';
}

const SDL = `
  enum Side { LONG SHORT }
  scalar Exact
  input Box { edge: Int = 1, side: Side }
  interface Named { name: String! }
  type Thing implements Named {
    id: ID! name: String! side: Side count: Int ratio: Float sure: Boolean exact: Exact
    tags: [String!] grid: [[Int]!] parts(first: Int): [Thing!] again: Thing later: Thing named: Named
    size(times: Int = 2, box: Box): Int text(upper: Boolean): String odd: String must: String! method: String
  }
  type Query {
    things(first: Int, box: Box): [Thing!] thing(id: ID): Thing certain: Thing! number: Int! missing: Thing
    fails: Thing throws: Thing side: Side
  }
  type Mutation { change: Thing }
`;

/** A schema of every shape that answers have, and how often each root field was asked. */
export interface ThingsSchema {
  readonly schema: GraphQLSchema;
  readonly asked: string[];
}

export function thingsSchema(things: readonly Thing[]): ThingsSchema {
  const schema = buildSchema(SDL);
  const asked: string[] = [];
  const exact = schema.getType('Exact') as GraphQLScalarType;
  exact.serialize = (value) => {
    if (value === 'bad') throw new Error('not exact');
    return value === 'nothing' ? undefined : String(value);
  };
  const named = schema.getType('Named') as { resolveType?: unknown };
  named.resolveType = () => 'Thing';
  resolvers(schema, 'Thing', {
    id: ({ name }: Thing) => `id of ${name}`,
    size: ({ count }: Thing, { times, box }: { times: number | null; box?: { edge: number } }) =>
      count === null || count === undefined ? count : count * (times ?? 1) + (box?.edge ?? 0),
    text: ({ name }: Thing, { upper }: { upper?: boolean | null }) =>
      upper === true ? name.toUpperCase() : name,
    parts: ({ parts }: Thing, { first }: { first?: number | null }) => parts?.slice(0, first ?? 2),
    named: ({ again }: Thing) => again,
    later: ({ again, mood }: Thing) => (mood === 'waits' ? Promise.resolve(again) : again),
    exact: ({ exact: value, mood }: Thing) => (mood === 'error' ? new Error('given, not thrown') : value),
    method: undefined,
    odd: ({ mood }: Thing) => inMood(mood),
    must: ({ mood }: Thing) => inMood(mood),
  });
  const first = things[0];
  resolvers(schema, 'Query', {
    things: (_: unknown, args: { first?: number }) => Promise.resolve(things.slice(0, args.first ?? 10)),
    thing: () => first,
    certain: () => Promise.resolve(first),
    number: () => 7,
    missing: () => null,
    fails: () => rejected(new Error('fails')),
    throws: () => {
      throw new Error('throws');
    },
    side: () => Promise.resolve('LONG'),
  });
  resolvers(schema, 'Mutation', { change: () => first });
  return { schema, asked };

  function resolvers(of: GraphQLSchema, type: string, by: Record<string, unknown>): void {
    const fields = (of.getType(type) as GraphQLObjectType).getFields();
    for (const [name, resolve] of Object.entries(by)) {
      const field = fields[name];
      if (field === undefined || typeof resolve !== 'function') continue;
      field.resolve = (...given: unknown[]): unknown => {
        if (type === 'Query') asked.push(name);
        return (resolve as (...args: unknown[]) => unknown)(...given);
      };
    }
  }
}

function inMood(mood: Thing['mood']): unknown {
  switch (mood) {
    case 'throws':
      throw new Error('in a bad mood');
    case 'rejects':
      return rejected(new Error('in a bad mood, later'));
    case 'waits':
      return Promise.resolve('later');
    case 'null':
      return null;
    case 'error':
      return new Error('given, not thrown');
    default:
      return 'well';
  }
}

/** Where a sibling fails at once, graphql-js leaves a promise without a listener. */
function rejected(error: Error): Promise<never> {
  const promise = Promise.reject(error);
  promise.catch(() => undefined);
  return promise;
}
