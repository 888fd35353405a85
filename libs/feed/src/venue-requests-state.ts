import { type RequestKind } from './request-ask.js';
import { type LaneCounts } from './request-lane.js';
import { type VenueFailure } from './venue-error.js';

/** How a venue stands to being asked; the words are those of feeds. */
export type RequestsWord =
  | 'CONNECTING' // nothing was asked yet
  | 'LIVE' // the newest answer was a good one
  | 'SYNCING' // a pause is over and nothing was answered since
  | 'RATE_LIMITED'
  | 'BANNED'
  | 'GEO_BLOCKED'
  | 'VENUE_PAUSED' // out of service
  | 'ERROR'; // it does not answer, or not with anything that can be read

/** One limit of a venue and how much of it is in use. */
export interface LimitState {
  readonly name: string;
  /** Points in use now, by us and, as far as the venue tells, by others on this address. */
  readonly usedPoints: number;
  /** Points that are used at most, and in what time. */
  readonly usablePoints: number;
  /** As the venue documents it. */
  readonly limitPoints: number;
  readonly perMs: number;
  /** Until when nothing is asked of it because the venue said so. Epoch ms. */
  readonly untilMs?: number;
}

/** How a venue stands to being asked, and what was asked of it. Times are epoch ms. */
export interface VenueRequestsState {
  readonly venue: string;
  readonly state: RequestsWord;
  /** One sentence for people. */
  readonly reason: string;
  /** Since when it is in this state. */
  readonly sinceMs: number;
  /** Until when nothing is asked. */
  readonly untilMs?: number;
  /** Those that were used since the start. */
  readonly limits: readonly LimitState[];
  /** Since the start, by what they are for; kinds that never asked are left out. */
  readonly counts: ReadonlyMap<RequestKind, LaneCounts>;
  /** Requests that the venue refused or did not answer as wanted. */
  readonly failed: number;
}

const WORDS: ReadonlyMap<VenueFailure, RequestsWord> = new Map([
  ['RATE_LIMITED', 'RATE_LIMITED'],
  ['BANNED', 'BANNED'],
  ['GEO_BLOCKED', 'GEO_BLOCKED'],
  ['UNAVAILABLE', 'VENUE_PAUSED'],
] as const);

/** The state that a failure of requests means. */
export function wordOf(failure: VenueFailure): RequestsWord {
  return WORDS.get(failure) ?? 'ERROR';
}
