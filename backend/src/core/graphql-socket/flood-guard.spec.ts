import { describe, expect, test } from '@jest/globals';
import { FakeClock } from '@orderfox/testing';
import { TokenBucket } from '../clients/token-bucket.js';
import { FLOOD_FORGOTTEN_MS, FloodGuard } from './flood-guard.js';

function setUp() {
  const clock = new FakeClock();
  const guard = new FloodGuard(new TokenBucket(3, 1, clock), clock);
  const judge = (count: number) => Array.from({ length: count }, () => guard.judge());
  return { clock, judge };
}

describe('FloodGuard', () => {
  test('lets a burst through, warns once, then ends', () => {
    const { judge } = setUp();
    expect(judge(6)).toEqual(['handle', 'handle', 'handle', 'warn', 'end', 'end']);
  });

  test('handles what is allowed after a warning', () => {
    const { clock, judge } = setUp();
    judge(4);
    clock.advance(1_000);
    expect(judge(2)).toEqual(['handle', 'end']);
  });

  test('remembers a warning for a minute, and forgets it then', () => {
    const { clock, judge } = setUp();
    judge(4);
    clock.advance(FLOOD_FORGOTTEN_MS - 1);
    expect(judge(4).at(-1)).toBe('end');

    const later = setUp();
    later.judge(4);
    later.clock.advance(FLOOD_FORGOTTEN_MS);
    expect(later.judge(5)).toEqual(['handle', 'handle', 'handle', 'warn', 'end']);
  });

  test('never warns who keeps to what is allowed', () => {
    const { clock, judge } = setUp();
    for (let second = 0; second < 300; second += 1) {
      expect(judge(1)).toEqual(['handle']);
      clock.advance(1_000);
    }
  });
});
