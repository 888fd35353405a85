import { describe, expect, test } from '@jest/globals';
import { Kind, parse, type ExecutionResult, type OperationDefinitionNode } from 'graphql';
import { executeWritten } from './execute-written.js';
import { thingsSchema, type Thing } from './things-for-tests.js';
import { answerText, WrittenData } from './written-data.js';

const CALM: Thing = {
  name: 'a "b"\n',
  side: 'LONG',
  count: 3,
  exact: '1.50',
  tags: ['x'],
  again: { name: 'c' },
};

function asker(things: readonly Thing[]) {
  const { schema, asked } = thingsSchema(things);
  const ask = async (
    query: string | ReturnType<typeof parse>,
    variableValues = {},
  ): Promise<ExecutionResult> => {
    const document = typeof query === 'string' ? parse(query) : query;
    const definition = document.definitions.find(
      (one): one is OperationDefinitionNode => one.kind === Kind.OPERATION_DEFINITION,
    );
    if (definition === undefined) throw new Error('no operation');
    return executeWritten({ schema, document, definition, variableValues, contextValue: {} });
  };
  return { ask, asked };
}

const isWritten = ({ data }: ExecutionResult) => data instanceof WrittenData;

describe('executeWritten', () => {
  test('writes what is selected of rows, and asks for them once', async () => {
    const { ask, asked } = asker([CALM, { name: 'd' }]);
    const answer = await ask(
      '{ things { n: name ...F again { id __typename } } } fragment F on Thing { exact side tags }',
    );
    expect([isWritten(answer), asked]).toEqual([true, ['things']]);
    expect(answerText(answer)).toBe(
      '{"data":{"things":[{"n":"a \\"b\\"\\n","exact":"1.50","side":"LONG","tags":["x"],"again":{"id":"id of c","__typename":"Thing"}},' +
        '{"n":"d","exact":null,"side":null,"tags":null,"again":null}]}}\n',
    );
  });

  test('takes variables as they are this time, in arguments below the root', async () => {
    const { ask } = asker([CALM]);
    const query = parse('query ($n: Int) { thing { size(times: $n) } }');
    const texts = [];
    for (const variables of [{ n: 2 }, { n: 5 }, { n: null }, {}]) {
      const answer = await ask(query, variables);
      expect(isWritten(answer)).toBe(true);
      texts.push(answerText(answer));
    }
    const sized = (size: number) => `{"data":{"thing":{"size":${size}}}}\n`;
    expect(texts).toEqual([sized(6), sized(15), sized(3), sized(6)]);
  });

  test('takes variables as they are this time, in conditions at the root and below', async () => {
    const { ask } = asker([CALM]);
    for (const text of [
      'query ($yes: Boolean = false) { thing { count sure @include(if: $yes) } }',
      'query ($yes: Boolean = false) { thing { count } missing @include(if: $yes) { count } }',
    ]) {
      const query = parse(text);
      const counts = [];
      for (const variables of [{}, { yes: true }, { yes: false }]) {
        counts.push(answerText(await ask(query, variables)).match(/null/g)?.length ?? 0);
      }
      expect(counts).toEqual([0, 1, 0]);
    }
  });

  test.each([
    ['an error below the root', { name: 'a', mood: 'throws' }, '{ thing { name odd } }'],
    ['an error that is given and not thrown', { name: 'a', mood: 'error' }, '{ thing { name odd } }'],
    ['a null where none may be', { name: 'a', mood: 'null' }, '{ thing { name must } }'],
    ['a value that its enum does not have', { name: 'a', side: 'UPWARDS' }, '{ thing { name side } }'],
    ['a scalar that is none', { name: 'a', exact: 'bad' }, '{ thing { name exact } }'],
    ['a promise below the root', { name: 'a', mood: 'waits' }, '{ thing { name odd } }'],
    ['an error in place of a scalar', { name: 'a', exact: '1', mood: 'error' }, '{ thing { name exact } }'],
    ['a promise of an object', { name: 'a', again: CALM, mood: 'waits' }, '{ thing { later { count } } }'],
    ['a promise below the root that fails', { name: 'a', mood: 'rejects' }, '{ thing { name odd } }'],
    ['a root field that fails', CALM, '{ thing { name } fails { name } }'],
    ['a root field that throws', CALM, '{ thing { name } throws { name } }'],
  ] as const)('leaves %s to graphql-js, which asks nobody again', async (_what, thing, query) => {
    const { ask, asked } = asker([thing]);
    const answer = await ask(query);
    expect(isWritten(answer)).toBe(false);
    expect(new Set(asked).size).toBe(asked.length);
  });

  test('leaves what is no plain query to graphql-js', async () => {
    const { ask, asked } = asker([CALM]);
    for (const query of [
      '{ __typename }',
      '{ __schema { queryType { name } } thing { name } }',
      '{ thing { named { name } } }',
      'mutation { change { name } }',
      'query ($box: Box) { things(box: $box) { name } }',
    ]) {
      const answer = await ask(query, { box: 'no box' });
      expect([query, isWritten(answer)]).toEqual([query, false]);
    }
    expect(asked).toEqual(['thing', 'thing']);
  });

  test('does not try again what has waited before', async () => {
    const reads: string[] = [];
    const watched = {
      name: 'a',
      get mood(): 'waits' {
        reads.push('mood');
        return 'waits';
      },
    };
    const { ask } = asker([watched]);
    const query = parse('{ thing { odd } }');
    await ask(query);
    expect(reads).toHaveLength(2);
    await ask(query);
    expect(reads).toHaveLength(3);
  });
});

describe('answerText', () => {
  test('is what JSON.stringify makes of an answer, written or not', () => {
    const extensions = { cost: { requested: 1, allowed: 2 } };
    for (const data of [{ a: [1, null, '"'] }, null, undefined]) {
      const plain = { errors: undefined, data, extensions };
      expect(answerText(plain)).toBe(`${JSON.stringify(plain)}\n`);
      if (data === undefined) continue;
      const written = new WrittenData(JSON.stringify(data));
      expect(answerText({ ...plain, data: written })).toBe(`${JSON.stringify(plain)}\n`);
      expect(JSON.stringify({ data: written })).toBe(JSON.stringify({ data }));
    }
    const errors = [{ message: 'm' }];
    expect(answerText({ errors, data: new WrittenData('{"a":1}') })).toBe(
      `${JSON.stringify({ errors, data: { a: 1 } })}\n`,
    );
  });
});
