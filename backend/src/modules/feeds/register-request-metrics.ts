import { type LaneCounts, type VenueRequests } from '@orderfox/feed';
import { type Metrics, type Sample } from '../../core/http/metrics.js';

const COUNTERS = [
  ['made', 'orderfox_venue_requests_total', 'Requests that were made to venues, by what they are for'],
  [
    'withheld',
    'orderfox_venue_requests_withheld_total',
    'Requests that were not made because their place in the limit of the venue would have come too late',
  ],
  [
    'refused',
    'orderfox_venue_requests_refused_total',
    'Requests that were not made because the venue wanted none',
  ],
  [
    'unwanted',
    'orderfox_venue_requests_unwanted_total',
    'Requests that were not made because nobody wanted the answer any more',
  ],
] as const satisfies readonly (readonly [keyof LaneCounts, string, string])[];

/** Registers what is asked of venues, what is held back, and how much of their limits is in use. */
export function registerRequestMetrics(metrics: Metrics, requests: Pick<VenueRequests, 'states'>): void {
  const byKind = (of: (counts: LaneCounts) => number) => (): Sample[] =>
    requests
      .states()
      .flatMap(({ venue, counts }) =>
        [...counts].map(([kind, each]) => ({ value: of(each), labels: { venue, kind } })),
      );
  const labels = ['venue', 'kind'];
  for (const [field, name, help] of COUNTERS) {
    metrics.counter(
      { name, help, labels },
      byKind((counts) => counts[field]),
    );
  }
  metrics.gauge(
    {
      name: 'orderfox_venue_requests_waiting',
      help: 'Requests that wait for their place in the limit of a venue',
      labels,
    },
    byKind(({ waiting }) => waiting),
  );
  metrics.counter(
    {
      name: 'orderfox_venue_requests_failed_total',
      help: 'Requests that a venue refused, or did not answer as wanted',
      labels: ['venue'],
    },
    () => requests.states().map(({ venue, failed }) => ({ value: failed, labels: { venue } })),
  );
  metrics.gauge(
    {
      name: 'orderfox_venue_requests_state',
      help: '1 for how a venue stands to being asked by REST; the words are those of feeds',
      labels: ['venue', 'state'],
    },
    () => requests.states().map(({ venue, state }) => ({ value: 1, labels: { venue, state } })),
  );
  const limits = (field: 'usedPoints' | 'limitPoints') => (): Sample[] =>
    requests
      .states()
      .flatMap(({ venue, limits: all }) =>
        all.map((limit) => ({ value: limit[field], labels: { venue, limit: limit.name } })),
      );
  metrics.gauge(
    {
      name: 'orderfox_venue_limit_used_points',
      help: 'Points of a limit that are in use now, by others on this address too',
      labels: ['venue', 'limit'],
    },
    limits('usedPoints'),
  );
  metrics.gauge(
    {
      name: 'orderfox_venue_limit_points',
      help: 'Points that a venue allows in the time of the limit',
      labels: ['venue', 'limit'],
    },
    limits('limitPoints'),
  );
}
