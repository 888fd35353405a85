import { describe, expect, test } from '@jest/globals';
import { Kind, parse, type FragmentDefinitionNode, type OperationDefinitionNode } from 'graphql';
import { MergedSelections } from './merged-selection.js';

const BOUNDS = { repeats: 3, fields: 40, fragments: 4 };

function problem(text: string) {
  const { definitions } = parse(text);
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const one of definitions)
    if (one.kind === Kind.FRAGMENT_DEFINITION) fragments.set(one.name.value, one);
  const [operation] = definitions as [OperationDefinitionNode];
  return new MergedSelections((name) => fragments.get(name), BOUNDS).problem(operation.selectionSet);
}
const times = (count: number, text: string) => Array.from({ length: count }, () => text).join(' ');

describe('MergedSelections', () => {
  test('lets a response name stand a few times in one place, and as often again in another', () => {
    expect(problem(`{ a { ${times(3, 'b')} } c { ${times(3, 'b')} } }`)).toBeUndefined();
    expect(problem('{ x: b y: b z: b w: b }')).toBeUndefined();
  });

  test('finds too many of one response name, written or given', () => {
    expect(problem(`{ ${times(4, 'b')} }`)).toEqual({ limit: 'repeats', found: 4 });
    expect(problem('{ x: a x: b x: c x: d }')).toEqual({ limit: 'repeats', found: 4 });
  });

  test('counts together what execution merges: through fragments, and in selections beside each other', () => {
    expect(problem('{ b ... { b } ... on Query { b ...F } } fragment F on Query { b }')).toEqual({
      limit: 'repeats',
      found: 4,
    });
    expect(problem('{ a { b b } a { ... { a { c c } } b } a { a { c c } } }')).toEqual({
      limit: 'repeats',
      found: 4,
    });
  });

  test('counts a fragment once in each place where it is spread', () => {
    expect(problem(`{ ${times(9, '...F')} a { ...F } } fragment F on Query { b b b }`)).toBeUndefined();
  });

  test('stops at its fields, however many more the fragments make', () => {
    const levels = Array.from({ length: 20 }, (_, n) => {
      const next = `{ ...F${n + 1} }`;
      return `fragment F${n} on Query { x: a ${next} y: a ${next} }`;
    });
    const bomb = `{ ...F0 } ${levels.join(' ')} fragment F20 on Query { b }`;
    expect(problem(bomb)).toEqual({ limit: 'fields', found: undefined });
  });

  test('counts the fields of a fragment where it is used, and for itself only where it is not', () => {
    const { definitions } = parse(`{ ...F } fragment F on Query { ${times(30, '... { b }')} }`);
    const [operation, fragment] = definitions as [OperationDefinitionNode, FragmentDefinitionNode];
    const wide = { ...BOUNDS, repeats: 30 };
    const merged = new MergedSelections(() => fragment, wide);
    expect([merged.problem(operation.selectionSet), merged.problem(fragment.selectionSet)]).toEqual([
      undefined,
      undefined,
    ]);
    const apart = new MergedSelections(() => undefined, wide);
    expect([apart.problem(operation.selectionSet), apart.problem(fragment.selectionSet)]).toEqual([
      undefined,
      undefined,
    ]);
    expect(apart.problem(fragment.selectionSet)).toEqual({ limit: 'fields', found: undefined });
  });

  test('finds too many fragments in one place, also those that are not there', () => {
    expect(problem('{ ...A ...B ...C ...D }')).toBeUndefined();
    expect(problem('{ a { ...A ...B ...C } a { ...D ...E } }')).toEqual({ limit: 'fragments', found: 5 });
  });

  test('follows no fragment round and round', () => {
    const circle = 'fragment A on Query { a { ...B } } fragment B on Query { a { ...A } }';
    expect(problem(`{ ...A } ${circle}`)).toBeUndefined();
  });
});
