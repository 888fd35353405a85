import { type Metrics, type Sample } from '../../core/http/metrics.js';
import { type BoardCounts } from './series-board.js';
import { type DeskCounts } from './venue-desk.js';

/** What of each venue is counted: name, help, value. */
const COUNTERS = [
  ['polls_total', 'Times that a venue was asked', ({ polls }) => polls],
  ['polls_failed_total', 'Times that a venue did not answer, or not with values', ({ failed }) => failed],
  ['points_total', 'Values that were polled', ({ points }) => points],
  ['points_refused_total', 'Values that cannot be true', ({ refused }) => refused],
  ['points_late_total', 'Values that were older than what was known', ({ late }) => late],
  ['points_saved_total', 'Values that the database was given', ({ writer }) => writer.saved],
  ['points_dropped_total', 'Values that could not be kept', ({ writer }) => writer.dropped],
  ['past_requests_total', 'Times that a venue was asked for the past', ({ fill }) => fill.requests],
  [
    'past_failed_total',
    'Times that a venue did not answer, or the database, when the past was asked for',
    ({ fill }) => fill.failed,
  ],
  ['past_points_total', 'Values of the past that came', ({ fill }) => fill.points],
] as const satisfies readonly (readonly [string, string, (counts: DeskCounts) => number])[];

const GAUGES = [
  ['contracts', 'Contracts that are asked for', ({ contracts }) => contracts],
  ['points_waiting', 'Values that wait for the database', ({ writer }) => writer.waiting],
  ['past_waiting', 'Contracts whose past waits to be looked at', ({ fill }) => fill.waiting],
] as const satisfies readonly (readonly [string, string, (counts: DeskCounts) => number])[];

/** Registers what a series costs; `prefix` as in `orderfox_funding`. No label names a symbol: clients choose those. */
export function registerSeriesMetrics(
  metrics: Metrics,
  prefix: string,
  what: string,
  board: { counts(): BoardCounts },
): void {
  const labels = ['venue'];
  const each = (read: (counts: DeskCounts) => number) => (): Sample[] =>
    [...board.counts().venues].map(([venue, counts]) => ({ value: read(counts), labels: { venue } }));
  for (const [name, help, read] of COUNTERS)
    metrics.counter({ name: `${prefix}_${name}`, help: `${what}: ${help}`, labels }, each(read));
  for (const [name, help, read] of GAUGES)
    metrics.gauge({ name: `${prefix}_${name}`, help: `${what}: ${help}`, labels }, each(read));
  metrics.gauge({ name: `${prefix}_subscribers`, help: `${what}: subscribers` }, () => [
    { value: board.counts().watchers },
  ]);
  metrics.counter(
    {
      name: `${prefix}_markets_refused_total`,
      help: `${what}: markets refused because too many are followed`,
    },
    () => [{ value: board.counts().refused }],
  );
}
