import { describe, expect, test } from '@jest/globals';
import { FAKE_EPOCH_MS, FakeClock } from './fake-clock.js';

describe('FakeClock', () => {
  test('stands still until it is moved', () => {
    const clock = new FakeClock();
    expect([clock.nowMs(), clock.monotonicMs()]).toEqual([FAKE_EPOCH_MS, 0]);
    clock.advance(250);
    expect([clock.nowMs(), clock.monotonicMs()]).toEqual([FAKE_EPOCH_MS + 250, 250]);
  });

  test('runs timers at their own time, earliest first, ties in the order they were set', () => {
    const clock = new FakeClock();
    const ran: string[] = [];
    const note = (name: string) => () => void ran.push(`${name}@${clock.monotonicMs()}`);
    clock.after(30, note('late'));
    clock.after(10, note('first'));
    clock.after(10, note('second'));
    clock.after(31, note('not yet'));
    clock.advance(30);
    expect(ran).toEqual(['first@10', 'second@10', 'late@30']);
    expect(clock.pendingDelaysMs()).toEqual([1]);
  });

  test('runs a timer that a timer sets, if it falls due on the way', () => {
    const clock = new FakeClock();
    const ran: number[] = [];
    const tick = () => {
      ran.push(clock.monotonicMs());
      clock.after(10, tick);
    };
    clock.after(10, tick);
    clock.advance(35);
    expect(ran).toEqual([10, 20, 30]);
    expect(clock.monotonicMs()).toBe(35);
  });

  test('forgets a cancelled timer', () => {
    const clock = new FakeClock();
    const timer = clock.after(10, () => expect(true).toBe(false));
    timer.cancel();
    expect(clock.pendingDelaysMs()).toEqual([]);
    clock.advance(20);
  });

  test('steps the wall clock without touching ages and timers', () => {
    const clock = new FakeClock();
    clock.after(10, () => undefined);
    clock.stepWallClock(-60_000);
    expect([clock.nowMs(), clock.monotonicMs()]).toEqual([FAKE_EPOCH_MS - 60_000, 0]);
    expect(clock.pendingDelaysMs()).toEqual([10]);
  });

  test('runs late, at the end, what fell due while the process stood still', () => {
    const clock = new FakeClock();
    const ran: number[] = [];
    clock.after(10, () => void ran.push(clock.monotonicMs()));
    clock.after(20, () => void clock.after(5, () => void ran.push(clock.monotonicMs())));
    clock.stall(50);
    expect(ran).toEqual([50]);
    clock.advance(5);
    expect(ran).toEqual([50, 55]);
  });

  test('refuses to run backwards', () => {
    expect(() => new FakeClock().advance(-1)).toThrow(RangeError);
  });
});
