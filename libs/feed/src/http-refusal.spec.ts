import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { LONGEST_WAIT_MS, readHttpRefusal } from './http-refusal.js';

const NOW_MS = 1_700_000_000_000;
const read = (status: number, retryAfter?: string, body = '') =>
  readHttpRefusal({ status, retryAfter, body }, NOW_MS);

describe('readHttpRefusal', () => {
  test.each([
    ['7', 7_000],
    [' 0.5 ', 500],
    [new Date(NOW_MS + 5_000).toUTCString(), 5_000],
    [new Date(NOW_MS - 5_000).toUTCString(), 0],
    ['99999999999999', LONGEST_WAIT_MS],
    // What is no duration and no date counts as missing; Date.parse alone would read a year out of some of these.
    ['-5', 60_000],
    ['soon', 60_000],
    ['', 60_000],
  ])('Retry-After %j on 429 waits %i ms', (header, waitMs) => {
    expect(read(429, header)).toMatchObject({ failure: 'RATE_LIMITED', waitMs });
  });

  test('F29: of header and body of a ban the later end counts', () => {
    const body = (ms: number) => `{"code":-1003,"msg":"IP banned until ${NOW_MS + ms}. Use websockets."}`;
    expect(read(418, '300', body(200_000)).waitMs).toBe(300_000);
    expect(read(418, '100', body(200_000)).waitMs).toBe(200_000);
    expect(read(418, undefined, body(200_000)).waitMs).toBe(200_000);
    expect(read(418).waitMs).toBeUndefined();
  });

  test('any status, header and body give a failure and a wait within three days, and never throw', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 100, max: 599 }),
        fc.option(fc.string(), { nil: undefined }),
        fc.string(),
        (status, header, body) => {
          const { waitMs, words } = read(status, header, body);
          expect(words).not.toBe('');
          if (waitMs === undefined) return;
          expect(waitMs).toBeGreaterThanOrEqual(0);
          expect(waitMs).toBeLessThanOrEqual(LONGEST_WAIT_MS);
        },
      ),
    );
  });

  test('F51: the body is quoted briefly and without control characters', () => {
    expect(read(400, undefined, `\u0000bad\u202e${'x'.repeat(200)}`).words).toBe(
      `refuses the request (HTTP 400): ·bad·${'x'.repeat(115)}`,
    );
  });
});
