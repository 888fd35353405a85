import { beforeEach, describe, expect, test } from '@jest/globals';
import { FakeClock } from './fake-clock.js';
import { IdleWatch } from './idle-watch.js';

describe('IdleWatch', () => {
  let clock: FakeClock;
  let idleAt: number[];
  let watch: IdleWatch;
  beforeEach(() => {
    clock = new FakeClock();
    idleAt = [];
    watch = new IdleWatch(clock, 10_000, () => idleAt.push(clock.monotonicMs()));
  });

  test('calls exactly when the limit has passed since the last touch', () => {
    watch.start();
    clock.advance(7_000);
    watch.touch();
    clock.advance(9_999);
    expect(idleAt).toEqual([]);
    clock.advance(1);
    expect(idleAt).toEqual([17_000]);
  });

  test('calls once, and again only after another touch', () => {
    watch.start();
    clock.advance(60_000);
    expect(idleAt).toEqual([10_000]);
    watch.touch();
    clock.advance(60_000);
    expect(idleAt).toEqual([10_000, 70_000]);
  });

  test('keeps one timer, however often it is touched', () => {
    watch.start();
    for (let touch = 0; touch < 1_000; touch += 1) watch.touch();
    expect(clock.pendingDelaysMs()).toHaveLength(1);
  });

  test('a stopped watch neither calls nor starts by a touch', () => {
    watch.start();
    watch.stop();
    watch.touch();
    expect(clock.pendingDelaysMs()).toEqual([]);
  });

  test('F44: overdue after a standstill of the process, it gives waiting frames a second to be read', () => {
    watch.start();
    clock.stall(60_000);
    clock.advance(999);
    expect(idleAt).toEqual([]);
    clock.advance(1);
    expect(idleAt).toEqual([61_000]);
  });

  test('F44: a touch within that second clears it', () => {
    watch.start();
    clock.stall(60_000);
    watch.touch();
    clock.advance(9_999);
    expect(idleAt).toEqual([]);
  });

  test('the wall clock may jump', () => {
    watch.start();
    clock.stepWallClock(3_600_000);
    clock.advance(9_999);
    clock.stepWallClock(-7_200_000);
    expect(idleAt).toEqual([]);
    clock.advance(1);
    expect(idleAt).toHaveLength(1);
  });
});
