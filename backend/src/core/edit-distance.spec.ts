import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { editDistance } from './edit-distance.js';

describe('edit distance', () => {
  test.each([
    ['BTCUSDT', 'BTCUSDT', 0],
    ['BTCUSD', 'BTCUSDT', 1],
    ['BTCUSTD', 'BTCUSDT', 1],
    ['BTXUSDT', 'BTCUSDT', 1],
    ['TBCUSD', 'BTCUSDT', 2],
    ['', 'AB', 2],
  ])('between %s and %s is %d', (a, b, expected) => {
    expect(editDistance(a, b, 5)).toBe(expected);
  });

  test('stops counting beyond the limit', () => {
    expect(editDistance('AAAAAAAA', 'BBBBBBBB', 2)).toBe(3);
    expect(editDistance('A', 'ABCDEFGH', 2)).toBe(3);
  });

  test('is the same both ways and zero only for equal texts', () => {
    const text = fc.string({ unit: fc.constantFrom('A', 'B', 'C'), maxLength: 7 });
    fc.assert(
      fc.property(text, text, (a, b) => {
        const distance = editDistance(a, b, 10);
        expect(editDistance(b, a, 10)).toBe(distance);
        expect(distance === 0).toBe(a === b);
        expect(distance).toBeLessThanOrEqual(Math.max(a.length, b.length));
      }),
    );
  });
});
