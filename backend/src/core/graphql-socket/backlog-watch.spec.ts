import { describe, expect, jest, test } from '@jest/globals';
import { FakeClock } from '@orderfox/testing';
import { BacklogWatch } from './backlog-watch.js';

describe('BacklogWatch', () => {
  test('has one timer for all, and none when nobody is behind', () => {
    const clock = new FakeClock();
    const watch = new BacklogWatch(clock);
    const [first, second] = [{ checkAge: () => 5_000 }, { checkAge: () => 5_000 }];
    watch.add(first, 5_000);
    watch.add(second, 5_000);
    expect([watch.size, clock.pendingDelaysMs()]).toEqual([2, [5_000]]);
    watch.remove(first);
    expect(clock.pendingDelaysMs()).toEqual([5_000]);
    watch.remove(second);
    expect([watch.size, clock.pendingDelaysMs()]).toEqual([0, []]);
  });

  test('looks again when the first of them asks for it', () => {
    const clock = new FakeClock();
    const watch = new BacklogWatch(clock);
    const looks: string[] = [];
    watch.add({ checkAge: (nowMs) => (looks.push(`a at ${nowMs}`), 300) }, 500);
    clock.advance(400);
    watch.add({ checkAge: (nowMs) => (looks.push(`b at ${nowMs}`), undefined) }, 500);
    clock.advance(400);
    expect(looks).toEqual(['a at 500', 'b at 500', 'a at 800', 'b at 800']);
  });

  test('looks earlier for one that cannot wait for the others', () => {
    const clock = new FakeClock();
    const watch = new BacklogWatch(clock);
    watch.add({ checkAge: () => undefined }, 500);
    watch.add({ checkAge: () => undefined }, 100);
    expect(clock.pendingDelaysMs()).toEqual([100]);
  });

  test('lets the writes catch up before it judges, when the process itself stood still (F44)', () => {
    const clock = new FakeClock();
    const watch = new BacklogWatch(clock);
    const checkAge = jest.fn<(nowMs: number) => undefined>();
    watch.add({ checkAge }, 5_000);
    clock.stall(12_000);
    expect(checkAge).not.toHaveBeenCalled();
    clock.advance(1_000);
    expect(checkAge).toHaveBeenCalledWith(13_000);
  });

  test('does not ring in a circle when a timer rings a little early', () => {
    const clock = new FakeClock();
    const watch = new BacklogWatch(clock);
    const checkAge = jest.fn<(nowMs: number) => number>().mockReturnValueOnce(0.2).mockReturnValue(5_000);
    watch.add({ checkAge }, 100);
    clock.advance(100.5);
    expect(clock.pendingDelaysMs()).toEqual([0.5]);
  });

  test('goes on watching after a fault in one look', () => {
    const clock = new FakeClock();
    const watch = new BacklogWatch(clock);
    const checkAge = jest.fn(() => 100);
    watch.add({ checkAge }, 100);
    watch.add(
      {
        checkAge: () => {
          throw new Error('fault');
        },
      },
      100,
    );
    expect(() => clock.advance(100)).toThrow('fault');
    expect(clock.pendingDelaysMs()).toEqual([100]);
  });
});
