import { describe, expect, test } from '@jest/globals';
import { buildSchema, execute, Kind, parse, type GraphQLObjectType } from 'graphql';
import { PlainSelection } from './plain-selection.js';

const SCHEMA = buildSchema(`
  type Query { none: Int }
  type Subscription { happened(after: Int): Happening!, other: Happening, count: Int }
  type Happening { id: ID!, size: Float!, note: String, times(by: Int = 1): Int!, shown: String!, inner: Happening }
`);
const fieldsOf = (name: string) => (SCHEMA.getType(name) as GraphQLObjectType).getFields();
fieldsOf('Happening').shown!.resolve = ({ size }: { size: number }) => `about ${size}`;

const EVENT = { id: 7, size: 0.5, note: null as unknown, inner: null };

function plainOf(text: string) {
  const document = parse(text);
  const operation = document.definitions.find((one) => one.kind === Kind.OPERATION_DEFINITION)!;
  const plain = PlainSelection.of(SCHEMA, document, operation);
  const executed = (event: unknown) =>
    JSON.stringify(execute({ schema: SCHEMA, document, rootValue: event, contextValue: {} }));
  return { plain, executed };
}

describe('PlainSelection', () => {
  test.each([
    'subscription { happened { id } }',
    'subscription A { it: happened(after: 3) { size id kind: __typename note say: shown } }',
    'subscription { happened { id id ... on Happening { size } ...F } } fragment F on Happening { note id }',
  ])('writes what an execution would give of %s', (text) => {
    const { plain, executed } = plainOf(text);
    for (const note of ['a "quoted" \u2028 note', null, undefined, 5]) {
      const root = { happened: { ...EVENT, note } };
      expect(plain?.render(root)).toBe(executed(root));
    }
  });

  test.each([
    ['fields with arguments', 'subscription { happened { times } }'],
    ['fields of objects', 'subscription { happened { inner { id } } }'],
    ['conditions on a field', 'subscription { happened { id @include(if: true) } }'],
    ['conditions on the root', 'subscription { happened @skip(if: false) { id } }'],
    [
      'conditions on a fragment',
      'subscription { happened { ...F @skip(if: false) } } fragment F on Happening { id }',
    ],
    ['a root behind a fragment', 'subscription { ...R } fragment R on Subscription { happened { id } }'],
    ['a root that is no object', 'subscription { count }'],
  ])('leaves %s to an execution', (_what, text) => {
    expect(plainOf(text).plain).toBeUndefined();
  });

  test.each([
    ['nothing where something must be', { ...EVENT, id: null }],
    ['a value that does not fit', { ...EVENT, size: 'large' }],
    ['a promise', { ...EVENT, note: Promise.resolve('later') }],
    ['a method', { ...EVENT, note: () => 'called' }],
    [
      'a property that throws',
      {
        ...EVENT,
        get note() {
          throw new Error('odd');
        },
      },
    ],
  ])('leaves an event with %s to an execution', (_what, happened) => {
    expect(plainOf('subscription { happened { id size note } }').plain?.render({ happened })).toBeUndefined();
  });

  test('leaves an event that is not there to an execution', () => {
    expect(plainOf('subscription { other { id } }').plain?.render({ other: null })).toBeUndefined();
  });
});
