import { describe, expect, test } from '@jest/globals';
import { VenueError } from '@orderfox/feed';
import { planRetry } from './catalogue-retry.js';

const NOW = 1_700_000_000_000;
const waitMs = (error: unknown, failures: number, random: number) =>
  planRetry(error, failures, NOW, () => random).atMs - NOW;

describe('asking a venue again', () => {
  test('backs off from one second to a minute, at least half of it', () => {
    const away = new VenueError('NETWORK', 'no answer');
    expect([1, 2, 3, 4, 7, 50].map((failures) => waitMs(away, failures, 0.999_999))).toEqual([
      1_000, 2_000, 4_000, 8_000, 60_000, 60_000,
    ]);
    expect(waitMs(away, 1, 0)).toBe(500);
    expect(planRetry(away, 1, NOW, () => 0).binding).toBe(false);
  });

  test.each([
    ['RATE_LIMITED', 60_000],
    ['BANNED', 120_000],
    ['GEO_BLOCKED', 1_800_000],
  ] as const)('%s without an end waits %d ms and binds (F28, F29, F30)', (failure, expected) => {
    const plan = planRetry(new VenueError(failure, 'no'), 1, NOW, () => 0);
    expect(plan).toEqual({ atMs: NOW + expected, binding: true });
  });

  test('a ban with an end lasts until then', () => {
    expect(planRetry(new VenueError('BANNED', 'no', NOW + 7_000), 1, NOW, () => 0).atMs).toBe(NOW + 7_000);
    expect(planRetry(new VenueError('BANNED', 'no', NOW - 7_000), 1, NOW, () => 0).atMs).toBe(NOW);
  });

  test('a failure of our own backs off like any other', () => {
    expect(planRetry(new TypeError('?'), 3, NOW, () => 0)).toEqual({ atMs: NOW + 2_000, binding: false });
  });
});
