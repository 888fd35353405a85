import { expect, test } from '@jest/globals';
import { FakeClock } from '@orderfox/testing';
import { RefreshLimit } from './refresh-limit.js';

test('a refresh by hand passes once in 30 seconds (S034)', () => {
  const clock = new FakeClock();
  const limit = new RefreshLimit(clock);
  expect(limit.take()).toBeUndefined();
  expect(limit.take()).toBe(30_000);
  clock.advance(29_000);
  expect(limit.take()).toBe(1_000);
  clock.advance(1_000);
  expect(limit.take()).toBeUndefined();
});
