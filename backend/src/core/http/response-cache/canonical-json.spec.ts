import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { canonicalJson } from './canonical-json.js';

/** The same value with the keys of every object in the opposite order. */
function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, inner]) => [key, reversed(inner)]),
  );
}

describe('canonicalJson', () => {
  test('is JSON of the same value, and the same text in whatever order the keys come', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 5 }), (value) => {
        const text = canonicalJson(value);
        expect(JSON.parse(text ?? '')).toEqual(JSON.parse(JSON.stringify(value)));
        expect(canonicalJson(reversed(value))).toBe(text);
      }),
    );
  });

  test('keeps the order of lists and tells a number from its text', () => {
    const texts = [
      [1, 2],
      [2, 1],
      ['1', 2],
      [[1], 2],
    ].map((value) => canonicalJson(value));
    expect(new Set(texts).size).toBe(4);
  });

  test('gives up a number that is too large to be one, instead of taking it for null', () => {
    const texts = ['1e400', '[-1e400]', '{"first":1e400}', '{"first":null}'].map((text) =>
      canonicalJson(JSON.parse(text)),
    );
    expect(texts).toEqual([undefined, undefined, undefined, '{"first":null}']);
  });

  test('gives up what is nested far too deeply, instead of running out of stack', () => {
    const deep: unknown = JSON.parse(`${'['.repeat(30_000)}${']'.repeat(30_000)}`);
    expect(canonicalJson(deep)).toBeUndefined();
    expect(canonicalJson({ a: deep })).toBeUndefined();
  });
});
