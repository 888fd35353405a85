import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { FundingSchedule, INTERVAL_HOURS } from './funding-schedule.js';

const HOUR = 3_600_000;
const NOON = Date.UTC(2026, 10, 20, 12);

describe('a funding schedule', () => {
  test.each([
    ['BTC', 8],
    ['WIF', 4],
    ['FARTCOIN', 1],
  ])('of %s settles every %i hours of the day', (coin, hours) => {
    const schedule = new FundingSchedule(coin, NOON);
    expect(schedule.between(NOON - 24 * HOUR, NOON, 100).map((at) => (at / HOUR) % hours)).toEqual(
      Array.from({ length: hours === 8 ? 3 : 24 / hours + 1 }, () => 0),
    );
    expect(schedule.nextAfter(NOON)).toBe((Math.floor(NOON / HOUR / hours) + 1) * hours * HOUR);
  });

  test('of a coin whose interval fell has both intervals in its last day', () => {
    const times = new FundingSchedule('ENA', NOON).between(NOON - 28 * HOUR, NOON, 100);
    expect(times.map((at) => (at - NOON) / HOUR)).toEqual([-28, -20, -12, -4, 0]);
  });

  test('changes with the next settlement, and states it at once', () => {
    const schedule = new FundingSchedule('BTC', NOON);
    schedule.change(1, NOON);
    expect([schedule.statedMs, (schedule.nextAfter(NOON) - NOON) / HOUR]).toEqual([HOUR, 4]);
    expect((schedule.nextAfter(NOON + 4 * HOUR) - NOON) / HOUR).toBe(5);
    schedule.change(8, NOON);
    expect([schedule.statedMs, (schedule.nextAfter(NOON + 4 * HOUR) - NOON) / HOUR]).toEqual([8 * HOUR, 12]);
    expect(() => schedule.change(0.001, NOON)).toThrow(RangeError);
  });

  test('goes from settlement to settlement without a hole, whatever changes', () => {
    const change = fc.record({
      after: fc.integer({ min: 0, max: 72 }),
      hours: fc.constantFrom(...INTERVAL_HOURS),
    });
    fc.assert(
      fc.property(fc.array(change, { maxLength: 6 }), (changes) => {
        const schedule = new FundingSchedule('BTC', NOON);
        let at = NOON;
        for (const { after, hours } of changes) schedule.change(hours, (at += after * HOUR));
        const times = schedule.between(NOON - 24 * HOUR, at + 72 * HOUR, 1_000);
        for (const [index, time] of times.entries()) {
          if (index > 0) expect(schedule.nextAfter(times[index - 1] ?? 0)).toBe(time);
          expect(schedule.lastUntil(time)).toBe(time);
        }
        expect(times.length).toBeGreaterThan(2);
      }),
    );
  });
});
