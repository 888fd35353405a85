import { type Metrics, type Sample } from '../../core/http/metrics.js';
import { type FeedCounts, type FeedSupervisor } from './feed-supervisor.js';

const LABELS = ['venue', 'stream'];

/** Registers what the feeds refuse, hold back and get wrong, beside the state and age that the pipeline tells. */
export function registerFeedMetrics(metrics: Metrics, supervisor: FeedSupervisor): void {
  const samples = (read: (counts: FeedCounts) => number) => (): readonly Sample[] =>
    supervisor
      .counts()
      .map((counts) => ({ labels: { venue: counts.venue, stream: counts.stream }, value: read(counts) }));
  const counter = (name: string, help: string, read: (counts: FeedCounts) => number) =>
    metrics.counter({ name: `orderfox_${name}_total`, help, labels: LABELS }, samples(read));

  counter('gaps', 'Gaps that began since the start of the process', ({ gaps }) => gaps);
  counter('contradictory_rows', 'Events whose row contradicts itself', (counts) => counts.contradictions);
  counter('skipped_rows', 'Rows of symbols that are not to be recorded', ({ skipped }) => skipped);
  counter('failed_messages', 'Messages on which the program itself failed', ({ failures }) => failures);
  counter(
    'gave_up_waiting',
    'Messages dropped before their contract was known',
    (counts) => counts.gaveUpWaiting,
  );
  metrics.gauge(
    { name: 'orderfox_waiting_for_contract', help: 'Messages that wait for their contract', labels: LABELS },
    samples((counts) => counts.waitingForContract),
  );
  metrics.counter(
    {
      name: 'orderfox_refused_rows_total',
      help: 'Rows that were refused, by reason',
      labels: [...LABELS, 'reason'],
    },
    () =>
      supervisor
        .refusals()
        .map(({ venue, stream, reason, count }) => ({ labels: { venue, stream, reason }, value: count })),
  );
}
