import { describe, expect, test } from '@jest/globals';
import { FakeClock } from '@orderfox/testing';
import { WritePace } from './write-pace.js';

describe('WritePace', () => {
  test('lets the first write go at once, gathers after it, and never keeps a full batch waiting', () => {
    const clock = new FakeClock();
    const pace = new WritePace(clock, 20);
    expect(pace.dueInMs(false)).toBeLessThanOrEqual(0);
    pace.writing();
    expect([pace.dueInMs(false), pace.dueInMs(true)]).toEqual([20, 0]);
    clock.advance(15);
    expect(pace.dueInMs(false)).toBe(5);
  });

  test('pauses longer after each failure, up to 5 s, and starts over after a success', () => {
    const clock = new FakeClock();
    const pace = new WritePace(clock, 20);
    const pauses = Array.from({ length: 8 }, () => {
      pace.failed();
      const dueInMs = pace.dueInMs(true);
      clock.advance(dueInMs);
      return dueInMs;
    });
    expect(pauses).toEqual([100, 200, 400, 800, 1_600, 3_200, 5_000, 5_000]);
    expect([pace.failing, pace.failingForMs]).toEqual([true, 16_300]);
    pace.succeeded();
    expect([pace.failing, pace.failingForMs]).toEqual([false, 0]);
    pace.failed();
    expect(pace.dueInMs(true)).toBe(100);
  });
});
