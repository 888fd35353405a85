import { FEED_STATES } from '@orderfox/domain';
import { type Clock } from '@orderfox/feed';
import { type Metrics, type Sample } from './core/http/metrics.js';
import { type MarketBus } from './core/market-bus.js';
import { type MarketPipeline } from './market-pipeline.js';
import { registerFeedMetrics } from './modules/feeds/register-feed-metrics.js';
import { type FeedView } from './modules/feeds/venue-status.js';
import { registerRequestMetrics } from './modules/feeds/register-request-metrics.js';
import { registerHistoryMetrics } from './modules/history/register-history-metrics.js';
import { type RecorderStatus } from './modules/liquidation/recorder-status.js';
import { type Release } from './modules/system/system-state.js';

/** From a fast local disk to the longest outage that memory alone survives. Seconds. */
const COMMIT_BUCKETS = [0.005, 0.01, 0.02, 0.05, 0.1, 0.15, 0.25, 0.5, 1, 5, 60];

const RECORDER_TOTALS = [
  ['recorded', 'orderfox_liquidations_recorded_total', 'Liquidations that were new and are in the database'],
  ['duplicates', 'orderfox_liquidations_duplicate_total', 'Liquidations that were in the database already'],
  [
    'quarantined',
    'orderfox_liquidations_quarantined_total',
    'Liquidations that the database refuses for good',
  ],
  ['dropped', 'orderfox_liquidations_dropped_total', 'Liquidations lost because memory and disk were full'],
  ['damaged', 'orderfox_spool_damaged_total', 'Lines of the spool that could not be read back'],
] as const satisfies readonly (readonly [keyof RecorderStatus, string, string])[];

/** Registers what the way from the venues to the bus counts. Labels are venue, stream and state, never a symbol. */
export function registerPipelineMetrics(
  metrics: Metrics,
  { recorder, quarantine, supervisor, catalog, history, venues }: MarketPipeline,
  { bus, clock, release }: { readonly bus: MarketBus; readonly clock: Clock; readonly release: Release },
): void {
  metrics.gauge({ name: 'orderfox_build_info', help: 'What is running', labels: ['version'] }, () => [
    { value: 1, labels: { version: release.version } },
  ]);

  for (const [field, name, help] of RECORDER_TOTALS) {
    metrics.counter({ name, help }, () => [{ value: recorder.status()[field] }]);
  }
  metrics.gauge({ name: 'orderfox_recorder_waiting', help: 'Liquidations in memory' }, () => [
    { value: recorder.status().waiting },
  ]);
  metrics.gauge({ name: 'orderfox_recorder_spooled', help: 'Liquidations on disk' }, () => [
    { value: recorder.status().spooled },
  ]);
  const observe = metrics.histogram(
    { name: 'orderfox_commit_seconds', help: 'From the frame of a venue to the commit' },
    COMMIT_BUCKETS,
  );
  bus.subscribe('liquidation-recorded', ({ liquidation }) => {
    observe((liquidation.committedTimeMs - liquidation.receivedTimeMs) / 1_000);
  });
  metrics.counter(
    { name: 'orderfox_quarantine_kept_total', help: 'Refused rows kept to be looked at' },
    () => [{ value: quarantine.totals.kept }],
  );

  const feeds = (read: (feed: FeedView) => number | undefined) => (): Sample[] =>
    supervisor.venueStatuses().flatMap(({ id, feeds: views }) =>
      views.flatMap((feed) => {
        const value = read(feed);
        return value === undefined ? [] : [{ value, labels: { venue: id, stream: feed.stream } }];
      }),
    );
  const labels = ['venue', 'stream'];
  metrics.gauge(
    {
      name: 'orderfox_feed_state',
      help: `1 for the state a feed is in: ${FEED_STATES.join(', ')}`,
      labels: [...labels, 'state'],
    },
    () =>
      supervisor
        .venueStatuses()
        .flatMap(({ id, feeds: views }) =>
          views.map(({ stream, state }) => ({ value: 1, labels: { venue: id, stream, state } })),
        ),
  );
  metrics.gauge(
    { name: 'orderfox_feed_age_seconds', help: 'Since the connection last carried market data', labels },
    feeds(({ lastDataAt }) => lastDataAt && Math.max(0, clock.nowMs() - lastDataAt) / 1_000),
  );
  metrics.gauge(
    { name: 'orderfox_feed_events_today', help: 'Events newly recorded since 00:00 UTC', labels },
    feeds(({ eventsToday }) => eventsToday),
  );
  metrics.gauge(
    { name: 'orderfox_feed_gaps_today', help: 'Gaps that began since 00:00 UTC', labels },
    feeds(({ gapsToday }) => gapsToday),
  );
  metrics.gauge(
    {
      name: 'orderfox_feed_refused_today',
      help: 'Rows that could not become events since 00:00 UTC',
      labels,
    },
    feeds(({ refusedToday }) => refusedToday),
  );
  metrics.counter(
    {
      name: 'orderfox_catalogue_requests_total',
      help: 'Requests for the list of contracts',
      labels: ['venue'],
    },
    () => [...catalog.counts()].map(([venue, { calls }]) => ({ value: calls, labels: { venue } })),
  );
  metrics.counter(
    {
      name: 'orderfox_catalogue_requests_spared_total',
      help: 'Requests for the list of contracts that another one under way, or memory, answered',
      labels: ['venue'],
    },
    () =>
      [...catalog.counts()].map(([venue, { duplicatesPrevented, cacheHits }]) => ({
        value: duplicatesPrevented + cacheHits,
        labels: { venue },
      })),
  );
  registerFeedMetrics(metrics, supervisor);
  registerRequestMetrics(metrics, venues.requests);
  if (history !== undefined) registerHistoryMetrics(metrics, history);
}
