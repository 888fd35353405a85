import { describe, expect, test } from '@jest/globals';
import { buildSchema, parse } from 'graphql';
import { API_LIMITS } from './api-limits.js';
import { ApiPolicy } from './api-policy.js';
import { conditionalRoots } from './conditional-root.js';

const schema = buildSchema('type Query { n: Int } type Subscription { tick: Tick } type Tick { n: Int }');

describe('conditionalRoots', () => {
  test.each([
    'subscription { tick @skip(if: true) { n } }',
    'subscription ($c: Boolean!) { tick @skip(if: $c) { n } }',
    'subscription ($c: Boolean!) { tick @include(if: $c) { n } }',
    'subscription ($c: Boolean!) { ... @include(if: $c) { tick { n } } }',
    'subscription ($c: Boolean!) { ...F @include(if: $c) } fragment F on Subscription { tick { n } }',
    'subscription ($c: Boolean!) { ...F } fragment F on Subscription { tick @include(if: $c) { n } }',
    'subscription ($c: Boolean!) { ... { ...F } } fragment F on Subscription { ... @skip(if: $c) { tick { n } } }',
  ])('refuses %s, and says what to do', (query) => {
    expect(new ApiPolicy(API_LIMITS).prepare(schema, { query, variables: { c: true } })).toEqual({
      ok: false,
      errors: [
        expect.objectContaining({
          message: expect.stringContaining('put @skip and @include on fields below it') as unknown,
          extensions: { code: 'BAD_USER_INPUT', argument: 'query' },
        }),
      ],
    });
  });

  test.each([
    'subscription ($c: Boolean!) { tick { n @skip(if: $c) } }',
    'subscription ($c: Boolean!) { tick { ...F @include(if: $c) } } fragment F on Tick { n }',
    'query ($c: Boolean!) { n @skip(if: $c) }',
  ])('has nothing against %s', (query) => {
    expect(new ApiPolicy(API_LIMITS).prepare(schema, { query, variables: { c: true } }).ok).toBe(true);
  });

  test('ends with fragments that go in a circle or are not there', () => {
    expect(conditionalRoots(parse('subscription { ...F } fragment F on S { ...F ...G }'))).toEqual([]);
  });
});
