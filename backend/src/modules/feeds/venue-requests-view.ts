import { type FeedState } from '@orderfox/domain';
import { type LaneCounts, type VenueRequestsState } from '@orderfox/feed';

/** One limit of a venue, for people. */
export interface LimitView {
  readonly name: string;
  readonly usedPoints: number;
  readonly usablePoints: number;
  readonly limitPoints: number;
  readonly perMs: number;
  /** Epoch ms. */
  readonly until?: number;
}

/** How a venue stands to being asked, for people. Times are epoch milliseconds. */
export interface RequestsView {
  readonly state: FeedState;
  readonly reason: string;
  readonly since: number;
  readonly until?: number;
  readonly made: number;
  readonly failed: number;
  readonly waiting: number;
  /** Not made, because the venue wanted none. */
  readonly refused: number;
  /** Not made, because their place in the limit would have come too late. */
  readonly withheld: number;
  readonly limits: readonly LimitView[];
}

/** The public face of how a venue stands to being asked. */
export function viewRequests(state: VenueRequestsState): RequestsView {
  const total = (of: (counts: LaneCounts) => number) =>
    [...state.counts.values()].reduce((sum, counts) => sum + of(counts), 0);
  return {
    state: state.state,
    reason: state.reason,
    since: state.sinceMs,
    ...(state.untilMs !== undefined && { until: Math.round(state.untilMs) }),
    made: total(({ made }) => made),
    failed: state.failed,
    waiting: total(({ waiting }) => waiting),
    refused: total(({ refused }) => refused),
    withheld: total(({ withheld }) => withheld),
    limits: state.limits.map(({ untilMs, ...limit }) => ({
      ...limit,
      ...(untilMs !== undefined && { until: Math.round(untilMs) }),
    })),
  };
}
