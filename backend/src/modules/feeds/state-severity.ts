import { type FeedState } from '@orderfox/domain';

/** Worst first. A feed that is switched off takes nothing away from its venue, so it stands last. */
const WORST_FIRST = [
  'ERROR',
  'GEO_BLOCKED',
  'BANNED',
  'RATE_LIMITED',
  'VENUE_PAUSED',
  'SILENT',
  'STALE',
  'RESYNCING',
  'CONNECTING',
  'SYNCING',
  'QUIET',
  'LIVE',
  'DISABLED',
] as const satisfies readonly FeedState[];

/** The one whose state is worst; the first of equals. Undefined for none. */
export function worstOf<T extends { readonly state: FeedState }>(feeds: readonly T[]): T | undefined {
  let worst: T | undefined;
  for (const feed of feeds) {
    if (worst === undefined || rank(feed.state) < rank(worst.state)) worst = feed;
  }
  return worst;
}

function rank(state: FeedState): number {
  return WORST_FIRST.indexOf(state);
}
