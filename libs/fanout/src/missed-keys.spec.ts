import { describe, expect, test } from '@jest/globals';
import { MissedKeys } from './missed-keys.js';

const bytes = (n: number) => Uint8Array.of(n);

describe('MissedKeys', () => {
  test('knows which keys were in a body or in one after it, each once', () => {
    const missed = new MissedKeys<string>(10);
    missed.note(['a', 'b'], 1, bytes(1));
    missed.note(['c'], 2, bytes(2));
    missed.note(['a'], 3, bytes(3));
    expect([1, 2, 3, 4].map((body) => missed.since(body)?.join(''))).toEqual(['bca', 'ca', 'a', '']);
  });

  test('keeps the keys of the newest bodies, and does not answer for those before', () => {
    const missed = new MissedKeys<number>(3);
    missed.note([1, 2], 1, bytes(1));
    missed.note([3], 2, bytes(2));
    missed.note([4], 3, bytes(3));
    expect(missed.size).toBe(3);
    expect([1, 2, 3].map((body) => missed.since(body))).toEqual([undefined, [3, 4], [4]]);
    missed.clear();
    missed.note([5], 4, bytes(4));
    expect([missed.size, missed.since(1)]).toEqual([1, [5]]);
  });

  test('forgets what was touched longest ago, and knows of what was missed since it was asked last', () => {
    const missed = new MissedKeys<string>(2);
    missed.note(['a', 'b'], 1, bytes(1));
    expect(missed.since(1)).toEqual(['a', 'b']);
    missed.note(['a'], 2, bytes(2));
    expect(missed.since(1)).toEqual(['b', 'a']);
    missed.note(['c'], 3, bytes(3));
    expect([missed.since(1), missed.since(2)]).toEqual([undefined, ['a', 'c']]);
  });

  test('keeps a body of what was missed for all who missed the same, until more is missed', () => {
    const missed = new MissedKeys<string>(10);
    missed.note(['a', 'b'], 1, bytes(1));
    const first = missed.since(1) ?? [];
    expect([missed.hasBody(first), missed.bodyOf(first)]).toEqual([true, bytes(1)]);
    missed.note(['b'], 2, bytes(2));
    const both = missed.since(1) ?? [];
    expect([missed.hasBody(both), missed.bodyOf(missed.since(2) ?? [])]).toEqual([false, bytes(2)]);
    missed.keepBody(both, bytes(3));
    expect(missed.bodyOf(missed.since(1) ?? [])).toEqual(bytes(3));
    missed.clear();
    expect(missed.hasBody(both)).toBe(false);
  });
});
