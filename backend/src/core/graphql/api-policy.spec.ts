import { describe, expect, test } from '@jest/globals';
import { buildSchema, getIntrospectionQuery } from 'graphql';
import { API_LIMITS } from './api-limits.js';
import { ApiPolicy } from './api-policy.js';

const schema = buildSchema('type Query { a: Query b: Int }');
const policy = new ApiPolicy(API_LIMITS);
const errorsOf = (query: string, given = policy) => {
  const prepared = given.prepare(schema, { query });
  return prepared.ok ? [] : prepared.errors;
};
const codes = (query: string) => errorsOf(query).map(({ extensions }) => [extensions.code, extensions.limit]);
const nested = (levels: number) => `${'{ a '.repeat(levels - 1)}{ b }${' }'.repeat(levels - 1)}`;
const aliases = (count: number) => Array.from({ length: count }, (_, n) => `x${n}: b`).join(' ');

describe('ApiPolicy', () => {
  test('takes the introspection query', () => {
    expect(errorsOf(getIntrospectionQuery())).toEqual([]);
  });

  test('takes eight levels and refuses nine, through fragments too', () => {
    expect(codes(nested(8))).toEqual([]);
    expect(codes(nested(9))).toEqual([['QUERY_TOO_COMPLEX', 'depth']]);
    const split = `{ a { a { a { ...F } } } } fragment F on Query { a { ... { a { a { a { a { b } } } } } } }`;
    expect(codes(split)).toEqual([['QUERY_TOO_COMPLEX', 'depth']]);
  });

  test('counts aliases where fragments put them', () => {
    expect(codes(`{ a { ${aliases(15)} } }`)).toEqual([]);
    expect(codes(`{ a { ${aliases(16)} } }`)).toEqual([['QUERY_TOO_COMPLEX', 'aliases']]);
    const doubled = `{ a { ...F } c: a { ...F } } fragment F on Query { ${aliases(8)} }`;
    expect(codes(doubled)).toEqual([['QUERY_TOO_COMPLEX', 'aliases']]);
  });

  test('counts fields of the operation, the same one as often as it is written', () => {
    expect(codes(`{ ${'b '.repeat(10)} }`)).toEqual([]);
    expect(codes(`{ ${'b '.repeat(11)} }`)).toEqual([['QUERY_TOO_COMPLEX', 'rootFields']]);
  });

  test('refuses what is written again and again before each is compared with each', () => {
    expect(codes(`{ a { ${'b '.repeat(10)} } }`)).toEqual([]);
    expect(codes(`{ a { ${'b '.repeat(11)} } }`)).toEqual([['QUERY_TOO_COMPLEX', 'repeats']]);
    const beside = `{ a { ${'a { a { b b b } } '.repeat(20)} } }`;
    expect(codes(beside)).toEqual([['QUERY_TOO_COMPLEX', 'repeats']]);
    const unused = `{ b } fragment F on Query { ${'b '.repeat(11)} }`;
    expect(codes(unused)).toEqual([['QUERY_TOO_COMPLEX', 'repeats']]);
  });

  test('counts fragments, those of one name too, and spreads of such as are not there', () => {
    const one = 'fragment F on Query { b } ';
    expect(codes(`{ ...F } ${one.repeat(21)}`)).toEqual([['QUERY_TOO_COMPLEX', 'fragments']]);
    const spreads = Array.from({ length: 400 }, (_, n) => `...F${n}`).join(' ');
    expect(codes(`{ a { ${spreads} } }`)).toEqual([['QUERY_TOO_COMPLEX', 'fragments']]);
  });

  test('counts directives', () => {
    const skip = '@skip(if: false) ';
    expect(codes(`{ a { ${`b ${skip}`.repeat(21)} } }`)).toEqual([['QUERY_TOO_COMPLEX', 'directives']]);
  });

  test('measures fragments that explode or go in circles in no time', () => {
    const levels = 40;
    const bomb = Array.from(
      { length: levels },
      (_, n) => `fragment F${n} on Query { x: a { ...F${n + 1} } y: a { ...F${n + 1} } }`,
    );
    const document = `{ ...F0 } ${bomb.join(' ')} fragment F${levels} on Query { b }`;
    expect(codes(document)).toContainEqual(['QUERY_TOO_COMPLEX', 'depth']);
    const circle = '{ ...A } fragment A on Query { a { ...B } } fragment B on Query { a { ...A } }';
    expect(errorsOf(circle)).toHaveLength(1);
  });

  test('does not read on past its tokens and characters', () => {
    expect(errorsOf(`{ ${'b '.repeat(1_000)} }`)[0]).toMatchObject({
      message: expect.stringMatching(/more than 1000 tokens; at most 1000 are allowed: split it/) as unknown,
      extensions: { limit: 'tokens', allowed: 1_000 },
    });
    expect(errorsOf(`{ b } # ${'x'.repeat(9_000)}`)[0]?.extensions).toMatchObject({
      found: 9_008,
      allowed: 8_192,
    });
  });

  test('does not break where its limits would let the stack end first', () => {
    const wide = new ApiPolicy({ ...API_LIMITS, characters: 1e7, tokens: 1e7 });
    const [error] = errorsOf('{ a '.repeat(100_000), wide);
    expect(error?.extensions).toMatchObject({ code: 'QUERY_TOO_COMPLEX', limit: 'depth' });
  });

  test('charges by its length for a text that is not known, each time until it is found good', () => {
    const own = new ApiPolicy(API_LIMITS);
    const charged: number[] = [];
    const prepare = (query: string) => own.prepare(schema, { query }, (points) => void charged.push(points));
    expect([own.knows('{ b }'), prepare('{ b }').ok, own.knows('{ b }')]).toEqual([false, true, true]);
    expect([prepare('{ b }').ok, charged]).toEqual([true, [11]]);
    const wrong = `{ c } #${' '.repeat(993)}`;
    expect([prepare(wrong).ok, prepare(wrong).ok, charged]).toEqual([false, false, [11, 30, 30]]);
    expect([prepare('#'.repeat(9_000)).ok, charged.length]).toEqual([false, 3]);
  });

  test('reads nothing for who cannot pay, and says when it can', () => {
    const own = new ApiPolicy(API_LIMITS);
    for (const query of ['{ b }', '{ no GraphQL', `{ ${'b '.repeat(2_000)} }`]) {
      const prepared = own.prepare(schema, { query }, () => 1_234.5);
      expect(prepared.ok ? [] : prepared.errors.map(({ extensions }) => extensions)).toEqual([
        { code: 'RATE_LIMITED', retryAfterMs: 1_235 },
      ]);
    }
    expect([own.documents.size, [...own.refused]]).toEqual([0, [['RATE_LIMITED', 3]]]);
  });

  test('judges a text anew for another schema', () => {
    const other = buildSchema('type Query { c: Int }');
    expect(policy.prepare(schema, { query: '{ a { b } }' }).ok).toBe(true);
    expect(policy.prepare(other, { query: '{ a { b } }' }).ok).toBe(false);
  });
});
