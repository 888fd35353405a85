import { plainText } from './plain-text.js';
import { type VenueFailure } from './venue-error.js';

/** An HTTP answer that is not the wanted one, from a REST call or from a socket's handshake. */
export interface HttpAnswer {
  readonly status: number;
  /** The header, as sent. */
  readonly retryAfter?: string | undefined;
  /** The beginning of the body. */
  readonly body: string;
}

/** What such an answer means. */
export interface HttpRefusal {
  readonly failure: VenueFailure;
  /** Milliseconds the venue wants to be left alone for, where it says so or where a rule is documented. */
  readonly waitMs?: number;
  /** `waitMs` is what is usual and not what this answer says: asked in vain again, it should be longer. */
  readonly isGuess?: boolean;
  /** The end of a sentence about a host. */
  readonly words: string;
  /** Status of the answer. */
  readonly status: number;
}

/** A refusal but for its status. */
type Reading = Omit<HttpRefusal, 'status'>;

const MINUTE_MS = 60_000;
/** Binance documents bans of two minutes to three days; no wait is longer, whatever a header claims. */
export const LONGEST_WAIT_MS = 3 * 24 * 60 * MINUTE_MS;
/** Where 429 comes without Retry-After and nothing better is known of the venue. */
const DEFAULT_RATE_WAIT_MS = MINUTE_MS;
/** Bybit: 403 "access too frequent" asks to stop all calls for at least ten minutes. */
const TOO_FREQUENT_WAIT_MS = 10 * MINUTE_MS;
/** A jurisdiction does not change by asking: no sooner than this. */
export const GEO_RETRY_MS = 30 * MINUTE_MS;

const TOO_FREQUENT = /access too frequent|too many (?:visits|requests)|rate limit/i;
const GEO =
  /restricted location|your country|your region|jurisdiction|not available in|block access|eligib|\bgeo\b/i;
/** Binance -1003: "... IP(1.2.3.4) banned until 1700000000000. Please use ..." */
const BANNED_UNTIL = /banned until (\d{13})\b/i;

function retryAfterMs(header: string | undefined, nowMs: number): number | undefined {
  if (header === undefined) return undefined;
  if (/^\s*\d+(?:\.\d+)?\s*$/.test(header)) return clampWait(Number(header) * 1_000);
  // Date.parse reads nearly anything as some date; an HTTP date always ends in GMT.
  const untilMs = header.trim().endsWith('GMT') ? Date.parse(header) : Number.NaN;
  return Number.isNaN(untilMs) ? undefined : clampWait(untilMs - nowMs);
}

function banMs(body: string, nowMs: number): number | undefined {
  const until = BANNED_UNTIL.exec(body)?.[1];
  return until === undefined ? undefined : clampWait(Number(until) - nowMs);
}

function clampWait(waitMs: number): number {
  return Math.min(Math.max(waitMs, 0), LONGEST_WAIT_MS);
}

function withWait(failure: VenueFailure, words: string, waitMs: number | undefined): Reading {
  return { failure, words, ...(waitMs !== undefined && { waitMs }) };
}

/**
 * Reads an HTTP refusal the way the venues document it: Binance 418/429/403/451, Bybit 403 for two different things,
 * 5xx for maintenance and overload (venue documents of September 2026). `nowMs` is epoch milliseconds; `rateWaitMs` is
 * how long to wait after a 429 that does not say.
 */
export function readHttpRefusal(
  answer: HttpAnswer,
  nowMs: number,
  rateWaitMs = DEFAULT_RATE_WAIT_MS,
): HttpRefusal {
  return { ...read(answer, nowMs, rateWaitMs), status: answer.status };
}

function read({ status, retryAfter, body }: HttpAnswer, nowMs: number, rateWaitMs: number): Reading {
  const asked = retryAfterMs(retryAfter, nowMs);
  switch (status) {
    case 429:
      return {
        ...withWait('RATE_LIMITED', 'asks for fewer requests (HTTP 429)', asked ?? rateWaitMs),
        isGuess: asked === undefined,
      };
    case 418: {
      // Header and body may both name the end; the later one is the safe one. Neither: the caller's doubling rule.
      const named = banMs(body, nowMs);
      const waitMs = asked === undefined ? named : Math.max(asked, named ?? 0);
      return withWait('BANNED', 'banned this address for asking too often (HTTP 418)', waitMs);
    }
    case 451:
      return withWait('GEO_BLOCKED', 'does not serve this jurisdiction (HTTP 451)', undefined);
    case 403:
      if (TOO_FREQUENT.test(body)) {
        const waitMs = Math.max(asked ?? 0, TOO_FREQUENT_WAIT_MS);
        return withWait('RATE_LIMITED', 'was asked too frequently (HTTP 403)', waitMs);
      }
      return GEO.test(body)
        ? withWait('GEO_BLOCKED', 'does not serve this jurisdiction (HTTP 403)', undefined)
        : withWait('REFUSED', `refuses this address (HTTP 403)${quote(body)}`, asked);
    default:
      return status >= 500
        ? withWait('UNAVAILABLE', `is out of service (HTTP ${status})`, asked)
        : withWait('REFUSED', `refuses the request (HTTP ${status})${quote(body)}`, asked);
  }
}

function quote(body: string): string {
  const text = plainText(body.trim(), 120);
  return text === '' ? '' : `: ${text}`;
}
