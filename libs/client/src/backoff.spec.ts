import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Backoff } from './backoff.js';

describe('Backoff', () => {
  test('doubles its ceiling from one second to thirty', () => {
    const backoff = new Backoff(() => 0.999_999_9);
    const delays = Array.from({ length: 8 }, () => backoff.nextDelayMs());
    expect(delays).toEqual([999, 1999, 3999, 7999, 15999, 29999, 29999, 29999]);
  });

  test('begins anew after a success', () => {
    const backoff = new Backoff(() => 0.5);
    backoff.nextDelayMs();
    backoff.nextDelayMs();
    expect(backoff.failures).toBe(2);
    backoff.reset();
    expect(backoff.nextDelayMs()).toBe(500);
  });

  test('spreads over everything from zero to the ceiling, after any number of failures', () => {
    const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
    fc.assert(
      fc.property(random, fc.integer({ min: 1, max: 5_000 }), (value, failures) => {
        const backoff = new Backoff(() => value);
        for (let failure = 1; failure < failures; failure++) backoff.nextDelayMs();
        const ceiling = Math.min(30_000, 1_000 * 2 ** (failures - 1));
        expect(backoff.nextDelayMs()).toBe(Math.floor(value * ceiling));
      }),
    );
  });
});
