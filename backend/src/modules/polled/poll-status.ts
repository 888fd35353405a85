import { type FeedState } from '@orderfox/domain';
import { VenueError, type VenueFailure } from '@orderfox/feed';
import { messageOf } from '../../core/error-facts.js';

/** How the asking stands. */
export interface PollStatus {
  readonly state: FeedState;
  /** One sentence for people. */
  readonly reason: string;
  /** Until when the venue wants no requests, epoch ms. */
  readonly untilMs?: number;
}

/** What a failed request means; the others pass, and are tried again soon. */
const STATES: Readonly<Record<VenueFailure, FeedState>> = {
  NETWORK: 'RESYNCING',
  UNAVAILABLE: 'RESYNCING',
  RATE_LIMITED: 'RATE_LIMITED',
  BANNED: 'BANNED',
  GEO_BLOCKED: 'GEO_BLOCKED',
  REFUSED: 'ERROR',
  UNREADABLE: 'ERROR',
};

/** Says why there is nothing new. */
export function statusOfFailure(error: unknown): PollStatus {
  if (!(error instanceof VenueError)) return { state: 'ERROR', reason: messageOf(error) };
  const { failure, message, untilMs } = error;
  return { state: STATES[failure], reason: message, ...(untilMs !== undefined && { untilMs }) };
}
