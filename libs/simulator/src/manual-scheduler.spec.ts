import { describe, expect, test } from '@jest/globals';
import { ManualScheduler } from './manual-scheduler.js';
import { every } from './scheduler.js';

describe('ManualScheduler', () => {
  test('runs what falls due in order of time, each at its own moment', () => {
    const time = new ManualScheduler(1000);
    const ran: string[] = [];
    const note = (name: string) => () => ran.push(`${name}@${time.nowMs()}`);
    time.after(20, note('late'));
    time.after(10, () => {
      note('early')();
      time.after(5, note('nested'));
    });
    time.after(30, note('never')).cancel();
    time.advance(25);
    expect(ran).toEqual(['early@1010', 'nested@1015', 'late@1020']);
    expect(time.nowMs()).toBe(1025);
  });

  test('carries periodic tasks until they are cancelled, also from within', () => {
    const time = new ManualScheduler(0);
    let runs = 0;
    const task = every(time, 10, () => {
      if (++runs === 3) task.cancel();
    });
    time.advance(100);
    expect(runs).toBe(3);
  });
});
