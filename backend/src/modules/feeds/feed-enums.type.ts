import { type Completeness, type FeedState, type GapCause } from '@orderfox/domain';
import { registerEnumType } from '@nestjs/graphql';

/** GraphQL names of FEED_STATES. */
export const FeedStateEnum = {
  DISABLED: 'DISABLED',
  CONNECTING: 'CONNECTING',
  SYNCING: 'SYNCING',
  LIVE: 'LIVE',
  QUIET: 'QUIET',
  STALE: 'STALE',
  SILENT: 'SILENT',
  RESYNCING: 'RESYNCING',
  RATE_LIMITED: 'RATE_LIMITED',
  BANNED: 'BANNED',
  GEO_BLOCKED: 'GEO_BLOCKED',
  VENUE_PAUSED: 'VENUE_PAUSED',
  ERROR: 'ERROR',
} as const satisfies { readonly [S in FeedState]: S };

registerEnumType(FeedStateEnum, {
  name: 'FeedState',
  description:
    'How a stream of a venue stands. Only LIVE and QUIET mean that nothing is missed at the moment.',
  valuesMap: {
    DISABLED: { description: 'Switched off by configuration: nothing of it is wanted.' },
    CONNECTING: { description: 'The first connection is being made.' },
    SYNCING: { description: 'Connected; the venue has yet to accept the subscriptions or to send data.' },
    LIVE: { description: 'Data flows.' },
    QUIET: {
      description:
        'No event for a minute or more, while other data of the venue proves that the connection lives.',
    },
    STALE: { description: 'No data for too long; the cause is being found out.' },
    SILENT: { description: 'The venue accepted the subscriptions and sends nothing at all.' },
    RESYNCING: { description: 'The connection was lost and is being rebuilt.' },
    RATE_LIMITED: { description: 'The venue asked to be left alone until `until`.' },
    BANNED: { description: 'The venue banned this address until `until`.' },
    GEO_BLOCKED: {
      description: 'The venue does not serve this jurisdiction; it is asked again every 30 minutes.',
    },
    VENUE_PAUSED: { description: 'The venue is under maintenance.' },
    ERROR: { description: 'It cannot work; `reason` says why and what happens next.' },
  },
});

/** GraphQL names of the kinds of completeness. */
export const CompletenessEnum = {
  FULL: 'FULL',
  SAMPLED: 'SAMPLED',
  UNKNOWN: 'UNKNOWN',
} as const satisfies { readonly [C in Completeness]: C };

registerEnumType(CompletenessEnum, {
  name: 'Completeness',
  description: "How much of a venue's liquidations its feed carries.",
  valuesMap: {
    FULL: { description: 'Every liquidation: totals are exact.' },
    SAMPLED: { description: 'At most one per symbol and second: totals are lower bounds.' },
    UNKNOWN: { description: 'The venue does not say what it leaves out: totals are lower bounds.' },
  },
});

/** GraphQL names of the causes of gaps. */
export const GapCauseEnum = {
  DISCONNECTED: 'DISCONNECTED',
  SILENT: 'SILENT',
  STARTED: 'STARTED',
  STORAGE: 'STORAGE',
  SUBSCRIPTION: 'SUBSCRIPTION',
  REFUSED: 'REFUSED',
  NOT_RECORDED: 'NOT_RECORDED',
} as const satisfies { readonly [C in GapCause]: C };

registerEnumType(GapCauseEnum, {
  name: 'GapCause',
  description: 'Why a stretch of a stream is missing.',
  valuesMap: {
    DISCONNECTED: { description: 'The connection was lost, or nobody answered at its other end.' },
    SILENT: { description: 'The connection stood and the venue sent nothing on it.' },
    STARTED: { description: 'The program was not running, or had not received anything yet.' },
    STORAGE: { description: 'The database was away for so long that waiting events found no room.' },
    SUBSCRIPTION: { description: 'The venue did not accept the subscriptions.' },
    REFUSED: { description: 'Rows came that could not be read, or whose contract was not known.' },
    NOT_RECORDED: {
      description: 'Recording of this feed had not begun: from 1970-01-01 to the first data that ever came.',
    },
  },
});
