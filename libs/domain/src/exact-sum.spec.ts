import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { ExactSum } from './exact-sum.js';

describe('ExactSum', () => {
  test('begins with nothing', () => {
    expect(new ExactSum().value).toBe(0n);
  });

  test('goes on exactly after its unit has become finer', () => {
    const sum = new ExactSum();
    sum.add(7, 3);
    sum.multiply(1_000);
    sum.add(1, 1);
    expect(sum.value).toBe(21_001n);
  });

  test('is for any factors what big integers say', () => {
    const factor = fc.oneof(fc.maxSafeNat(), fc.nat(1_000_000), fc.constant(0));
    fc.assert(
      fc.property(fc.array(fc.tuple(factor, factor)), (pairs) => {
        const sum = new ExactSum();
        for (const [a, b] of pairs) sum.add(a, b);
        expect(sum.value).toBe(pairs.reduce((total, [a, b]) => total + BigInt(a) * BigInt(b), 0n));
      }),
    );
  });
});
