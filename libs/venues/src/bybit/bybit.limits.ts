import { type HttpRefusal, type RequestLimit, type RequestRules } from '@orderfox/feed';
import { isRecord } from '../wire-row.js';

const WINDOW_MS = 5_000;
/** A wait that is longer than a header of another clock can mean. */
const LONGEST_WAIT_MS = 60_000;

/**
 * Everything, per address. Half of it is used: the venue does not say how much of it is left, and who passes it is shut out
 * for ten minutes.
 */
const REQUESTS: RequestLimit = { name: 'requests', points: 600, perMs: WINDOW_MS, share: 0.5 };

const WORDS: ReadonlyMap<unknown, string> = new Map([
  [10006, 'asks for fewer requests (code 10006)'],
  [10429, 'asks for fewer requests (code 10429)'],
]);

/**
 * How Bybit v5 counts requests: 600 in five seconds per address; beyond, HTTP 403 "access too frequent". Its other limits
 * come as return codes under HTTP 200, with the end of the wait in `X-Bapi-Limit-Reset-Timestamp`, and announce themselves
 * with nothing left in `X-Bapi-Limit-Status`. Source: Bybit v5 page "Rate Limit Rules", read 2026-07.
 */
export const bybitLimits: RequestRules = {
  costOf: () => ({ limit: REQUESTS, points: 1 }),
  readRest: (headers, nowMs) =>
    headers.get('x-bapi-limit-status') === '0' ? untilReset(headers, nowMs) : undefined,
  readRefusal(body, headers, nowMs): HttpRefusal | undefined {
    const words = isRecord(body) ? WORDS.get(body.retCode) : undefined;
    if (words === undefined) return undefined;
    const saidMs = untilReset(headers, nowMs);
    const wait = { waitMs: saidMs ?? WINDOW_MS, isGuess: saidMs === undefined };
    return { failure: 'RATE_LIMITED', words, ...wait, status: 200 };
  },
};

function untilReset(headers: Headers, nowMs: number): number | undefined {
  const reset = headers.get('x-bapi-limit-reset-timestamp');
  if (reset === null || !/^\d{13}$/.test(reset)) return undefined;
  const waitMs = Number(reset) - nowMs;
  return waitMs > 0 ? Math.min(waitMs, LONGEST_WAIT_MS) : undefined;
}
