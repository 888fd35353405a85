import { type JsonFetch } from './json-fetch.js';

/**
 * What a request to a venue is for, the one that matters most first. A venue's limit is shared by all of them: each kind
 * leaves a part of it to those before it, and gets no more than its own share, whatever it wants (`REQUEST_SHARES`).
 */
export const REQUEST_KINDS = [
  'CATALOGUE', // the list of contracts, without which nothing can be read
  'MISSED_TRADES', // what the stream left out and others wait behind
  'LIVE_CANDLES', // what a live stream begins with; many wait for each
  'SNAPSHOTS', // whole order books
  'POLLING', // what has no stream: open interest, funding
  'HISTORY', // the past, as far as somebody looks; who has a choice of venues can take another one
] as const;

/** One of `REQUEST_KINDS`. */
export type RequestKind = (typeof REQUEST_KINDS)[number];

/** What is said of a request to a venue beside its address. */
export interface RequestAsk {
  /** Where nothing is said: `HISTORY`, the least. */
  readonly kind?: RequestKind;
  /** Who asks: within a kind parties take turns, whatever the number of their requests. */
  readonly party?: string;
  /** Asked whenever a turn of its kind comes; where true it is before all for which it is not, whatever their parties. */
  readonly goesFirst?: () => boolean;
  /** Aborted when nobody waits for the answer any more: what has not begun then fails with its reason, and never begins. */
  readonly signal?: AbortSignal;
  /** Asked when it is its turn; where false the request fails with NotWantedError and is not made. */
  readonly isWanted?: () => boolean;
  /** How long it may wait for its place in the limit, in ms; 30,000. Longer, and it fails at once with WithheldError. */
  readonly patienceMs?: number;
  /**
   * Points that it will cost together with those which only make sense with it. Where all of them would take longer than
   * its patience it fails at once with WithheldError, before the first is made.
   */
  readonly together?: number;
  /** Called when it begins: not for those that never do. */
  readonly onTurn?: () => void;
}

/** The same way to ask, with something said of every request that goes through it. */
export function asking(http: JsonFetch, ask: RequestAsk): JsonFetch {
  return (url, more) => http(url, { ...ask, ...more });
}
