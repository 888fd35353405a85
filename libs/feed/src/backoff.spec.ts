import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Backoff, HEALTHY_AFTER_MS } from './backoff.js';

const unit = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

describe('Backoff', () => {
  test('the first wait is within a second and the n-th within 2^(n-1) s, at most a minute', () => {
    fc.assert(
      fc.property(fc.array(unit, { minLength: 1, maxLength: 100 }), (randoms) => {
        let at = 0;
        const backoff = new Backoff(() => randoms[at++]!);
        randoms.forEach((random, index) => {
          const ceilingMs = Math.min(60_000, 1_000 * 2 ** index);
          const waitMs = backoff.nextDelayMs();
          expect(waitMs).toBe(random * ceilingMs);
          expect(waitMs).toBeGreaterThanOrEqual(0);
          expect(waitMs).toBeLessThanOrEqual(60_000);
        });
      }),
    );
  });

  test('the longest possible wait never shrinks while failures go on, and stays a number', () => {
    const backoff = new Backoff(() => 0.999);
    let before = 0;
    for (let failure = 0; failure < 2_000; failure += 1) {
      const waitMs = backoff.nextDelayMs();
      expect(waitMs).toBeGreaterThanOrEqual(before);
      before = waitMs;
    }
    expect(before).toBe(59_940);
  });

  test('T4: only 60 s or more of flowing data start it anew', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 40 }),
        fc.double({ min: 0, max: 10 * HEALTHY_AFTER_MS, noNaN: true }),
        (failures, healthyMs) => {
          const backoff = new Backoff(() => 0.5);
          for (let failure = 0; failure < failures; failure += 1) backoff.nextDelayMs();
          backoff.noteHealthy(healthyMs);
          const expected = healthyMs >= HEALTHY_AFTER_MS ? 1_000 : Math.min(60_000, 1_000 * 2 ** failures);
          expect(backoff.nextDelayMs()).toBe(expected / 2);
        },
      ),
    );
  });

  test('a failure may have a cap of its own without changing that of the next', () => {
    const backoff = new Backoff(() => 1);
    for (let failure = 0; failure < 9; failure += 1) backoff.nextDelayMs();
    expect([backoff.nextDelayMs(300_000), backoff.nextDelayMs()]).toEqual([300_000, 60_000]);
  });
});
