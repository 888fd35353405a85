import { describe, expect, test } from 'vitest';
import { ApiError, NetworkError } from '@orderfox/client';
import { ManualClock } from '../testing/manual-clock.js';
import { Attempts } from './attempts.js';

/** Lets what was promised happen. */
const settle = () => new Promise((resolve) => setTimeout(resolve));

describe('Attempts', () => {
  test('leave the server alone for as long as it asked', async () => {
    const clock = new ManualClock();
    const attempts = new Attempts(clock);
    const asked: number[] = [];
    const begunMs = clock.nowMs();
    const answer = attempts.persist(() => {
      asked.push(clock.nowMs() - begunMs);
      return asked.length === 1
        ? Promise.reject(new ApiError('RATE_LIMITED', 'Too many', { retryAfterMs: 20_000 }))
        : Promise.resolve('answer');
    });
    await settle();
    clock.advance(19_999);
    await settle();
    expect(asked).toEqual([0]);
    clock.advance(1_001);
    await expect(answer).resolves.toBe('answer');
    expect(asked).toHaveLength(2);
  });

  test('end without an answer, also while one is waited for, and tell nobody of failures after that', async () => {
    const clock = new ManualClock();
    const attempts = new Attempts(clock);
    const told: unknown[] = [];
    const waiting = attempts.persist(
      () => Promise.reject(new NetworkError('away')),
      (error) => told.push(error),
    );
    await settle();
    attempts.end();
    await expect(waiting).resolves.toBeUndefined();
    expect(told).toHaveLength(1);
    expect(attempts.ended()).toBe(true);
    await expect(attempts.persist(() => Promise.resolve('late'))).resolves.toBeUndefined();
  });

  test('repeat after every answer, and stop in the middle of a pause', async () => {
    const clock = new ManualClock();
    const attempts = new Attempts(clock);
    let answers = 0;
    const repeating = attempts.repeat(15_000, () => {
      answers += 1;
      return Promise.resolve();
    });
    await settle();
    clock.advance(15_000);
    await settle();
    expect(answers).toBe(2);
    attempts.end();
    await repeating;
    clock.advance(60_000);
    expect(answers).toBe(2);
  });
});
