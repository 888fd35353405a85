import { describe, expect, test } from '@jest/globals';
import { ManualScheduler } from './manual-scheduler.js';
import { onTheGrid } from './scheduler.js';

describe('onTheGrid', () => {
  test('runs on the full periods of the clock', () => {
    const time = new ManualScheduler(10_300);
    const at: number[] = [];
    onTheGrid(time, 1000, () => at.push(time.nowMs()));
    time.advance(3000);
    expect(at).toEqual([11_000, 12_000, 13_000]);
  });

  test('runs once per period although its timers fire early', () => {
    const time = new ManualScheduler(10_000);
    const hasty = {
      nowMs: () => time.nowMs(),
      after: (delayMs: number, task: () => void) => time.after(delayMs - 2, task),
    };
    const at: number[] = [];
    onTheGrid(hasty, 1000, () => at.push(Math.round(time.nowMs() / 1000)));
    time.advance(3500);
    expect(at).toEqual([11, 12, 13]);
  });
});
