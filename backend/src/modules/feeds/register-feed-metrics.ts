import { FEED_STATES } from '@orderfox/domain';
import { type Clock } from '@orderfox/feed';
import { type Metrics, type Sample } from '../../core/http/metrics.js';
import { type FeedCounts, type FeedSupervisor } from './feed-supervisor.js';

/** Registers the state and the age of every feed, and what was refused or missed. */
export function registerFeedMetrics(metrics: Metrics, supervisor: FeedSupervisor, clock: Clock): void {
  const labels = ['venue', 'stream'];
  const perFeed = (read: (feed: FeedSample) => readonly Sample[]) => () =>
    supervisor
      .venueStatuses()
      .flatMap((venue) =>
        venue.feeds.flatMap((feed) => read({ feed, labels: { venue: venue.id, stream: feed.stream } })),
      );
  metrics.gauge(
    { name: 'orderfox_feed_state', help: '1 for the state a feed is in', labels: [...labels, 'state'] },
    perFeed(({ feed, labels: at }) =>
      FEED_STATES.map((state) => ({ labels: { ...at, state }, value: state === feed.state ? 1 : 0 })),
    ),
  );
  metrics.gauge(
    { name: 'orderfox_feed_age_seconds', help: 'Age of the newest market data of a feed', labels },
    perFeed(({ feed: { lastDataAt }, labels: at }) =>
      lastDataAt === undefined ? [] : [{ labels: at, value: (clock.nowMs() - lastDataAt) / 1_000 }],
    ),
  );
  metrics.gauge(
    { name: 'orderfox_feed_topics', help: 'Topics that a feed subscribes to', labels },
    perFeed(({ feed, labels: at }) => [{ labels: at, value: feed.topics }]),
  );
  metrics.gauge(
    { name: 'orderfox_feed_gap_open', help: '1 while events of a feed are being missed', labels },
    perFeed(({ feed, labels: at }) => [{ labels: at, value: feed.openGapSince === undefined ? 0 : 1 }]),
  );
  metrics.counter(
    {
      name: 'orderfox_refused_rows_total',
      help: 'Rows that were refused, by reason',
      labels: [...labels, 'reason'],
    },
    () =>
      supervisor
        .refusals()
        .map(({ venue, stream, reason, count }) => ({ labels: { venue, stream, reason }, value: count })),
  );
  const counter = (name: string, help: string, read: (counts: FeedCounts) => number) =>
    metrics.counter({ name: `orderfox_${name}_total`, help, labels }, () => samples(read));
  const samples = (read: (counts: FeedCounts) => number) =>
    supervisor
      .counts()
      .map((counts) => ({ labels: { venue: counts.venue, stream: counts.stream }, value: read(counts) }));
  counter('gaps', 'Gaps that began since the start of the process', ({ gaps }) => gaps);
  counter('contradictory_rows', 'Events whose row contradicts itself', (counts) => counts.contradictions);
  counter('failed_messages', 'Messages on which the program itself failed', ({ failures }) => failures);
  counter(
    'gave_up_waiting',
    'Messages dropped before their contract was known',
    (counts) => counts.gaveUpWaiting,
  );
  metrics.gauge(
    {
      name: 'orderfox_waiting_for_contract',
      help: 'Messages that wait for their contract to be listed',
      labels,
    },
    () => samples((counts) => counts.waitingForContract),
  );
}

interface FeedSample {
  readonly feed: ReturnType<FeedSupervisor['venueStatuses']>[number]['feeds'][number];
  readonly labels: Readonly<Record<string, string>>;
}
