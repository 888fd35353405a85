import { type Completeness, type FeedState, type FeedStatus, type VenueId } from '@orderfox/domain';
import { type VenueAdapter } from '@orderfox/venues';
import { summariseCatalogue, type CatalogueSummary } from '../symbols/catalogue-summary.js';
import { type CatalogueState } from '../symbols/catalogue-state.js';
import { worstOf } from './state-severity.js';
import { type RequestsView } from './venue-requests-view.js';

/** One stream of a venue, for people. Times are epoch milliseconds. */
export interface FeedView {
  readonly stream: string;
  /** True where missing a stretch of it means missing events. */
  readonly recorded: boolean;
  readonly state: FeedState;
  readonly reason: string;
  readonly since: number;
  readonly until?: number;
  readonly lastEventAt?: number;
  readonly lastDataAt?: number;
  readonly eventsToday: number;
  readonly refusedToday: number;
  readonly gapsToday: number;
  readonly openGapSince?: number;
  readonly topics: number;
}

/** One venue, for people. */
export interface VenueStatus {
  readonly id: VenueId;
  readonly name: string;
  /** The worst state of its recorded feeds, and why. */
  readonly status: FeedState;
  readonly statusReason: string;
  readonly completeness: Completeness;
  readonly completenessNote: string;
  readonly feeds: readonly FeedView[];
  readonly catalogue: CatalogueSummary;
  /** Absent where requests are not limited, as in some specs. */
  readonly requests?: RequestsView;
}

/** What is counted beside a feed's status. */
export interface FeedFigures {
  readonly recorded: boolean;
  readonly eventsToday: number;
  readonly refusedToday: number;
  readonly gapsToday: number;
  readonly openGapSinceMs?: number | undefined;
  readonly topics: number;
}

/** Joins the status of a feed with its figures. */
export function viewFeed(status: FeedStatus, { openGapSinceMs, ...figures }: FeedFigures): FeedView {
  return {
    ...figures,
    stream: status.stream,
    state: status.state,
    reason: status.reason,
    since: status.sinceMs,
    ...(status.untilMs !== undefined && { until: status.untilMs }),
    ...(status.lastEventMs !== undefined && { lastEventAt: status.lastEventMs }),
    ...(status.lastDataMs !== undefined && { lastDataAt: status.lastDataMs }),
    ...(openGapSinceMs !== undefined && { openGapSince: openGapSinceMs }),
  };
}

/** A venue from its feeds, its catalogue and its requests; `refusal` says why it has no feeds. */
export function viewVenue(
  adapter: Pick<VenueAdapter, 'id' | 'name' | 'completeness' | 'completenessNote'>,
  feeds: readonly FeedView[],
  catalogue: CatalogueState,
  refusal?: string,
  requests?: RequestsView,
): VenueStatus {
  const worst = worstOf(feeds.filter(({ recorded }) => recorded));
  return {
    id: adapter.id,
    name: adapter.name,
    status: worst?.state ?? (refusal === undefined ? 'DISABLED' : 'ERROR'),
    statusReason: worst?.reason ?? refusal ?? 'The venue has no feed that is recorded.',
    completeness: adapter.completeness,
    completenessNote: adapter.completenessNote,
    feeds,
    catalogue: summariseCatalogue(catalogue),
    ...(requests && { requests }),
  };
}
