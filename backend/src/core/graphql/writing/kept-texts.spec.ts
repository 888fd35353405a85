import { describe, expect, test } from '@jest/globals';
import { waitFor } from '@orderfox/testing';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { Kind, parse, type DocumentNode, type OperationDefinitionNode } from 'graphql';
import { executeWritten } from './execute-written.js';
import { carryTexts, markLasting } from './kept-texts.js';
import { thingsSchema, type Thing } from './things-for-tests.js';
import { answerText } from './written-data.js';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** Things that count how often somebody asks for their name. */
function counting(names: readonly string[]) {
  const reads = { count: 0 };
  const things = names.map((name) =>
    carryTexts({
      count: 1,
      get name() {
        reads.count += 1;
        return name;
      },
    }),
  );

  return { things, reads };
}

function asker(things: readonly Thing[], lasting?: () => number) {
  const { schema } = thingsSchema(things);
  if (lasting !== undefined) markLasting(schema, { Thing: lasting });
  return async (document: DocumentNode, variableValues = {}): Promise<string> => {
    const definition = document.definitions.find(
      (one): one is OperationDefinitionNode => one.kind === Kind.OPERATION_DEFINITION,
    );
    if (definition === undefined) throw new Error('no operation');
    const contextValue = {};
    return answerText(await executeWritten({ schema, document, definition, variableValues, contextValue }));
  };
}

describe('what is written of an object of a lasting type', () => {
  test('is written once, whichever query shows the object', async () => {
    const { things, reads } = counting(['a', 'b']);
    const ask = asker(things, () => 1);
    const query = parse('query ($n: Int) { things(first: $n) { name count } }');
    const first = await ask(query, { n: 2 });
    expect([first, reads.count]).toEqual([
      '{"data":{"things":[{"name":"a","count":1},{"name":"b","count":1}]}}\n',
      2,
    ]);
    expect(await ask(query, { n: 2 })).toBe(first);
    expect(await ask(query, { n: 1 })).toBe('{"data":{"things":[{"name":"a","count":1}]}}\n');
    expect(reads.count).toBe(2);
  });

  test('is written anew once something that it hangs on has changed', async () => {
    const { things, reads } = counting(['a']);
    let version = 1;
    const ask = asker(things, () => version);
    const query = parse('{ things { name } }');
    for (const next of [1, 2, 2, 3]) {
      version = next;
      await ask(query);
    }
    expect(reads.count).toBe(3);
  });

  test('is never taken for another selection; of those the last two are kept', async () => {
    const { things, reads } = counting(['a']);
    const ask = asker(things, () => 1);
    const queries = ['{ things { name } }', '{ things { n: name } }', '{ things { name count } }'].map(
      (text) => parse(text),
    );
    const texts = [];
    for (const at of [0, 1, 0, 1, 2, 1, 0]) texts.push(await ask(queries[at] ?? parse('')));
    expect(texts).toEqual(
      [
        '{"name":"a"}',
        '{"n":"a"}',
        '{"name":"a"}',
        '{"n":"a"}',
        '{"name":"a","count":1}',
        '{"n":"a"}',
        '{"name":"a"}',
      ].map((thing) => `{"data":{"things":[${thing}]}}\n`),
    );
    expect(reads.count).toBe(4);
  });

  test('keeps nothing alive of the document that asked for it', async () => {
    const { things } = counting(['a']);
    const ask = asker(things, () => 1);
    const asked = async () => {
      const document = parse('{ things { ...f } } fragment f on Thing { name }');
      await ask(document);
      return new WeakRef(document.definitions[1] ?? document);
    };
    const fragment = await asked();
    await waitFor(() => {
      collectGarbage();
      return fragment.deref() === undefined;
    });
    expect(await ask(parse('{ things { name } }'))).toContain('"a"');
  });

  test('is not kept where it is long', async () => {
    const { things, reads } = counting(['a']);
    const ask = asker(things, () => 1);
    for (const length of [1_900, 2_100]) {
      const query = parse(`{ things { ${'n'.repeat(length)}: name } }`);
      expect(await ask(query)).toBe(await ask(query));
    }
    expect(reads.count).toBe(1 + 2);
  });

  test('is written each time where variables decide what it is', async () => {
    const { things, reads } = counting(['a']);
    const ask = asker(things, () => 1);
    const sized = parse('query ($t: Int) { things { name size(times: $t) } }');
    const texts = [await ask(sized, { t: 2 }), await ask(sized, { t: 3 })];
    const when = parse('query ($t: Boolean!) { things @include(if: $t) { name } }');
    texts.push(await ask(when, { t: true }), await ask(when, { t: false }));
    expect(texts).toEqual([
      '{"data":{"things":[{"name":"a","size":2}]}}\n',
      '{"data":{"things":[{"name":"a","size":3}]}}\n',
      '{"data":{"things":[{"name":"a"}]}}\n',
      '{"data":{}}\n',
    ]);
    expect(reads.count).toBe(3);
  });

  test('is not given up for what variables decide', async () => {
    const { things, reads } = counting(['a']);
    const ask = asker(things, () => 1);
    const hot = parse('{ things { name } }');
    await ask(hot);
    for (const t of [1, 2, 3]) await ask(parse('query ($t: Int) { things { size(times: $t) } }'), { t });
    await ask(hot);
    expect(reads.count).toBe(1);
  });

  test('is written each time of a type that nobody calls lasting', async () => {
    const { things, reads } = counting(['a']);
    const ask = asker(things);
    const query = parse('{ things { name } }');
    for (let n = 0; n < 3; n += 1) await ask(query);
    expect(reads.count).toBe(3);
  });

  test('is written each time of an object that does not carry it, and is no field of one that does', async () => {
    const { things, reads } = counting(['a']);
    const bare = { name: 'b', again: things[0] };
    const ask = asker([bare as Thing], () => 1);
    const query = parse('{ things { name again { name } } }');
    const texts = [await ask(query), await ask(query)];
    expect(texts).toEqual(Array(2).fill('{"data":{"things":[{"name":"b","again":{"name":"a"}}]}}\n'));
    expect(reads.count).toBe(1);
    expect(carryTexts({ name: 'c' })).toEqual({ name: 'c' });
    expect({ ...carryTexts({ name: 'c' }) }).toStrictEqual({ name: 'c' });
  });

  test('needs a type that is there', () => {
    expect(() => asker([], () => 1)).not.toThrow();
    expect(() => markLasting(thingsSchema([]).schema, { Thingy: () => 1 })).toThrow('no type Thingy');
  });
});
