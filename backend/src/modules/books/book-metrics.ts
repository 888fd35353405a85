import { type Metrics } from '../../core/http/metrics.js';
import { type BookCounts, type BookStreams } from './book-streams.js';

const GAUGES = [
  ['books', 'orderfox_books', 'Order books that are followed, those nobody looks at for a minute included'],
  ['whole', 'orderfox_books_whole', 'Order books of which nothing is missing'],
  ['topics', 'orderfox_book_topics', 'Topics of order books that are asked of venues'],
  ['connections', 'orderfox_book_connections', 'Connections to venues that are open for order books'],
  ['waiting', 'orderfox_book_requests_waiting', 'Requests for whole books that wait for their turn'],
] as const satisfies readonly (readonly [keyof BookCounts, string, string])[];

const COUNTERS = [
  ['resyncs', 'orderfox_book_resyncs_total', 'Times that a whole book was wanted, its first one included'],
  ['requests', 'orderfox_book_requests_total', 'Requests for whole books that were made to venues'],
  [
    'failed',
    'orderfox_book_requests_failed_total',
    'Requests for whole books that a venue did not answer, or not with a book',
  ],
  ['refused', 'orderfox_books_refused_total', 'Books that were refused because too many were looked at'],
  ['viewsMade', 'orderfox_book_views_made_total', 'States of books that were read off for clients'],
  [
    'viewsShared',
    'orderfox_book_views_shared_total',
    'States of books that clients got and that had been read off for others',
  ],
] as const satisfies readonly (readonly [keyof BookCounts, string, string])[];

/** Registers what order books hold and cost. No label names a symbol: clients choose those. */
export function registerBookMetrics(metrics: Metrics, streams: Pick<BookStreams, 'counts'>): void {
  for (const [field, name, help] of GAUGES) {
    metrics.gauge({ name, help }, () => [{ value: streams.counts()[field] }]);
  }
  for (const [field, name, help] of COUNTERS) {
    metrics.counter({ name, help }, () => [{ value: streams.counts()[field] }]);
  }
}
