import { beforeEach, describe, expect, test } from '@jest/globals';
import { type ConnectionFailure } from './connection-failure.js';
import { FAKE_EPOCH_MS, FakeClock } from './fake-clock.js';
import { RetryPlan } from './retry-plan.js';

const failure = (parts: Partial<ConnectionFailure> = {}): ConnectionFailure => ({
  state: 'RESYNCING',
  reason: '',
  cause: 'DISCONNECTED',
  ...parts,
});

describe('RetryPlan', () => {
  let clock: FakeClock;
  let plan: RetryPlan;
  beforeEach(() => {
    clock = new FakeClock();
    plan = new RetryPlan(clock, () => 0.5);
  });

  test('puts the backoff on top of the wait that the venue asks for', () => {
    expect(plan.after(failure({ state: 'RATE_LIMITED', waitMs: 7_000 }))).toEqual({
      delayMs: 7_500,
      untilMs: FAKE_EPOCH_MS + 7_000,
    });
  });

  test('a wait holds for later failures of another kind until it is over', () => {
    plan.after(failure({ state: 'RATE_LIMITED', waitMs: 60_000 }));
    clock.advance(20_000);
    expect(plan.after(failure())).toEqual({ delayMs: 40_000 + 1_000 });
    clock.advance(40_000);
    expect(plan.after(failure())).toEqual({ delayMs: 2_000 });
  });

  test('a shorter wait that is asked for later does not cut a longer one short', () => {
    plan.after(failure({ state: 'RATE_LIMITED', waitMs: 600_000 }));
    expect(plan.after(failure({ state: 'RATE_LIMITED', waitMs: 1_000 }))).toEqual({
      delayMs: 600_000 + 1_000,
      untilMs: FAKE_EPOCH_MS + 600_000,
    });
  });

  test('bans double up to three days, and data in between makes the next one a first one', () => {
    const banMs = () => plan.after(failure({ state: 'BANNED' })).untilMs! - clock.nowMs();
    const waits: number[] = [];
    for (let ban = 0; ban < 13; ban += 1) {
      waits.push(banMs());
      clock.advance(waits[ban]!);
    }
    expect(waits.slice(0, 3)).toEqual([120_000, 240_000, 480_000]);
    expect(waits.at(-1)).toBe(3 * 86_400_000);
    plan.noteHealthy(1);
    expect(banMs()).toBe(120_000);
  });
});
