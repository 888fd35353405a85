import { readHttpRefusal, GEO_RETRY_MS, type HttpAnswer } from './http-refusal.js';
import { describeNetworkError } from './network-trouble.js';
import { type OutageCause, type SocketState } from './socket-status.js';

/** Why a connection ended or could not be made, and what that means for the next one. */
export interface ConnectionFailure {
  /** The state to show until something better is known. */
  readonly state: SocketState;
  /** One sentence for people. */
  readonly reason: string;
  readonly cause: OutageCause;
  /** Shown until data flows, not only until the next connection opens: opening proves nothing about this failure. */
  readonly untilData?: boolean;
  /** The venue's own wait in ms; the next try comes no sooner. */
  readonly waitMs?: number;
  /** Longest backoff for this failure where it is not the usual minute. */
  readonly backoffCapMs?: number;
}

/** A venue under maintenance is asked less often. */
const PAUSED_CAP_MS = 300_000;

/** The connection could not be made: DNS, TLS, refused, no route. */
export function failedToConnect(host: string, error: unknown): ConnectionFailure {
  const { words } = describeNetworkError(error);
  return { state: 'ERROR', reason: `${host} ${words}`, cause: 'DISCONNECTED' };
}

/** The venue answered the handshake with something else than 101. */
export function refusedHandshake(host: string, answer: HttpAnswer, nowMs: number): ConnectionFailure {
  const { failure, waitMs, words } = readHttpRefusal(answer, nowMs);
  const reason = `${host} ${words}`;
  const wait = waitMs === undefined ? {} : { waitMs };
  // A bare 403 comes from a firewall that seldom says why; for a public stream the place is the usual reason.
  if (failure === 'GEO_BLOCKED' || (failure === 'REFUSED' && answer.status === 403)) {
    return {
      state: 'GEO_BLOCKED',
      reason,
      cause: 'DISCONNECTED',
      waitMs: Math.max(waitMs ?? 0, GEO_RETRY_MS),
    };
  }
  if (failure === 'RATE_LIMITED' || failure === 'BANNED') {
    return { state: failure, reason, cause: 'DISCONNECTED', ...wait };
  }
  if (failure === 'UNAVAILABLE') {
    const state = answer.status === 503 ? 'VENUE_PAUSED' : 'ERROR';
    return { state, reason, cause: 'DISCONNECTED', backoffCapMs: PAUSED_CAP_MS, ...wait };
  }
  return { state: 'ERROR', reason, cause: 'DISCONNECTED', ...wait };
}

/** The connection was open and is lost. */
export function lost(reason: string): ConnectionFailure {
  return { state: 'RESYNCING', reason, cause: 'DISCONNECTED' };
}

/** The connection stands and carries nothing. */
export function silent(reason: string): ConnectionFailure {
  return { state: 'SILENT', reason, cause: 'SILENT', untilData: true };
}

/** The venue does not take what we ask for. */
export function unsubscribable(reason: string): ConnectionFailure {
  return { state: 'ERROR', reason, cause: 'SUBSCRIPTION', untilData: true };
}

/** What the venue sends cannot be read. */
export function unintelligible(reason: string): ConnectionFailure {
  return { state: 'ERROR', reason, cause: 'DISCONNECTED', untilData: true };
}
