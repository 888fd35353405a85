import { type Completeness, type FeedState } from '@orderfox/client';

/** How good a state is, for its colour: works, is on its way, needs attention, does not work, is switched off. */
export type Health = 'good' | 'waiting' | 'warning' | 'bad' | 'off';

const HEALTH: Readonly<Record<FeedState, Health>> = {
  LIVE: 'good',
  QUIET: 'good',
  CONNECTING: 'waiting',
  SYNCING: 'waiting',
  RESYNCING: 'warning',
  STALE: 'warning',
  RATE_LIMITED: 'warning',
  VENUE_PAUSED: 'warning',
  SILENT: 'bad',
  BANNED: 'bad',
  GEO_BLOCKED: 'bad',
  ERROR: 'bad',
  DISABLED: 'off',
};

/** Health of a state; a word that this page does not know yet counts as a warning. */
export function healthOf(state: FeedState): Health {
  return (HEALTH as Readonly<Record<string, Health | undefined>>)[state] ?? 'warning';
}

/** The word for a state: the same as in the API, with spaces, and until when where the venue said so. */
export function stateWord(state: FeedState, until: string | undefined): string {
  const word = state.replaceAll('_', ' ');
  return until === undefined ? word : `${word} until ${until}`;
}

/** What sums over a feed of this kind are worth. */
export function completenessWord(completeness: Completeness): string {
  return { FULL: 'all liquidations', SAMPLED: 'a sample: totals are a floor', UNKNOWN: 'not known' }[
    completeness
  ];
}
