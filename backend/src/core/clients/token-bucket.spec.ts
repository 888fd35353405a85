import { describe, expect, test } from '@jest/globals';
import { FakeClock } from '@orderfox/testing';
import fc from 'fast-check';
import { TokenBucket } from './token-bucket.js';

describe('TokenBucket', () => {
  test('gives its capacity at once, then as fast as it refills', () => {
    const clock = new FakeClock();
    const bucket = new TokenBucket(3, 2, clock);
    expect([bucket.take(), bucket.take(), bucket.take(), bucket.take()]).toEqual([true, true, true, false]);
    expect([bucket.level, bucket.msUntil(), bucket.msUntilFull]).toEqual([0, 500, 1_500]);
    clock.advance(499);
    expect(bucket.take()).toBe(false);
    clock.advance(1);
    expect([bucket.take(), bucket.take()]).toEqual([true, false]);
    clock.advance(60_000);
    expect([bucket.level, bucket.msUntil(3), bucket.msUntilFull]).toEqual([3, 0, 0]);
  });

  test('asks all of itself for more than it can hold, so that nobody waits for ever', () => {
    const clock = new FakeClock();
    const bucket = new TokenBucket(10, 10, clock);
    expect(bucket.take(1_000)).toBe(true);
    expect([bucket.take(), bucket.msUntil(1_000)]).toEqual([false, 1_000]);
  });

  test('never lets through more than capacity and refill, and always what it announced', () => {
    const step = fc.record({ waitMs: fc.nat(5_000), tokens: fc.integer({ min: 1, max: 20 }) });
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 100 }),
        fc.double({ min: 0.01, max: 1_000, noNaN: true }),
        fc.array(step, { maxLength: 60 }),
        (capacity, refillPerSecond, steps) => {
          const clock = new FakeClock();
          const bucket = new TokenBucket(capacity, refillPerSecond, clock);
          const beganMs = clock.monotonicMs();
          let taken = 0;
          for (const { waitMs, tokens } of steps) {
            clock.advance(waitMs);
            const announcedMs = bucket.msUntil(tokens);
            const took = bucket.take(tokens);
            expect(took).toBe(announcedMs === 0);
            if (took) taken += Math.min(tokens, capacity);
            else {
              clock.advance(announcedMs);
              expect(bucket.take(tokens)).toBe(true);
              taken += Math.min(tokens, capacity);
            }
            const elapsedMs = clock.monotonicMs() - beganMs;
            expect(taken).toBeLessThanOrEqual(capacity + ((elapsedMs + 1) / 1_000) * refillPerSecond);
            expect(bucket.level).toBeGreaterThanOrEqual(0);
            expect(bucket.level).toBeLessThanOrEqual(capacity);
          }
        },
      ),
    );
  });
});
