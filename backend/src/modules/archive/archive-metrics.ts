import { type Metrics } from '../../core/http/metrics.js';
import { type Archiver, type ArchiveCounts } from './archiver.js';

const COUNTERS = [
  ['files', 'orderfox_archive_files_written_total', 'Parquet files that were written, each time counted'],
  ['rows', 'orderfox_archive_rows_written_total', 'Rows in them'],
  ['bytes', 'orderfox_archive_bytes_written_total', 'Bytes of them'],
  [
    'unfit',
    'orderfox_archive_unfit_values_total',
    'Values that were too wide for their column and stand in the column unfit',
  ],
  ['failures', 'orderfox_archive_failures_total', 'Attempts that failed, to be made again'],
  [
    'setAside',
    'orderfox_archive_files_set_aside_total',
    'Files that may hold what the database does not, renamed and kept',
  ],
  ['removed', 'orderfox_archive_files_removed_total', 'Files that were older than ARCHIVE_DAYS'],
] as const satisfies readonly (readonly [keyof ArchiveCounts, string, string])[];

/** Registers what is archived. No label names a symbol. */
export function registerArchiveMetrics(
  metrics: Metrics,
  archiver: Pick<Archiver, 'counts' | 'status' | 'newestAgeMs'>,
): void {
  for (const [field, name, help] of COUNTERS) {
    metrics.counter({ name, help }, () => [{ value: archiver.counts[field] }]);
  }
  metrics.gauge(
    { name: 'orderfox_archive_files_left_out', help: 'Files of the last look that there is no room for' },
    () => [{ value: archiver.counts.leftOut }],
  );
  metrics.gauge({ name: 'orderfox_archive_failing', help: '1 while the archive cannot be written' }, () => [
    { value: archiver.status.state === 'FAILING' ? 1 : 0 },
  ]);
  metrics.gauge(
    { name: 'orderfox_archive_newest_age_seconds', help: 'Since this process last wrote a file' },
    () => (archiver.newestAgeMs === undefined ? [] : [{ value: archiver.newestAgeMs / 1_000 }]),
  );
}
