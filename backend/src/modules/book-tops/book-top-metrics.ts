import { type Metrics } from '../../core/http/metrics.js';
import { type BookTopSampler } from './book-top-sampler.js';
import { type BookTopWriter } from './book-top-writer.js';

/** Registers what is sampled of order books, and what becomes of it. No label names a symbol. */
export function registerBookTopMetrics(
  metrics: Metrics,
  sampler: Pick<BookTopSampler, 'sampled' | 'absent'>,
  writer: Pick<BookTopWriter, 'counts'>,
): void {
  const counters = [
    ['orderfox_book_tops_sampled_total', 'Tops of order books that were read off', () => sampler.sampled],
    [
      'orderfox_book_tops_absent_total',
      'Seconds in which a book that is sampled was not whole or not heard of any more, each market for itself',
      () => sampler.absent,
    ],
    ['orderfox_book_tops_saved_total', 'Tops that the database has', () => writer.counts.saved],
    [
      'orderfox_book_tops_dropped_total',
      'Tops that were lost because the database was away too long, or refused them',
      () => writer.counts.dropped,
    ],
  ] as const;
  for (const [name, help, read] of counters) metrics.counter({ name, help }, () => [{ value: read() }]);
  metrics.gauge({ name: 'orderfox_book_tops_waiting', help: 'Tops that wait for the database' }, () => [
    { value: writer.counts.waiting },
  ]);
}
