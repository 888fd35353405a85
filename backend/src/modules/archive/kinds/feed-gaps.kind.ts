import { type ArchiveColumn } from '../archive-column.js';
import { SETTLED_AFTER_A_DAY_MS, type ArchiveKind, type CensusEntry } from '../archive-kind.js';
import { FEED_GAPS } from '../archive-path.js';
import { dayValues, ms, printOf } from '../archive-sql.js';

const COLUMNS: readonly ArchiveColumn[] = [
  { name: 'from_time', type: 'time' },
  { name: 'to_time', type: 'time', isOptional: true },
  { name: 'venue', type: 'text' },
  { name: 'stream', type: 'text' },
  { name: 'cause', type: 'text' },
  { name: 'detail', type: 'text' },
];

const TOUCHING = `from_time < $2 AND (to_time IS NULL OR to_time >= $1)`;
/**
 * One file of all venues, also of a day without a gap: a file without rows says that nothing is missing. So there is none of
 * a day since which no feed was good.
 */
const CENSUS = `
  SELECT '' AS venue, '' AS symbol, count(*)::float8 AS rows, ${printOf('gap')}::text AS fingerprint
    FROM feed_gap AS gap
   WHERE ${TOUCHING} AND ($3::text IS NULL OR $3 = '') AND ($4::text IS NULL OR $4 = '')
  HAVING count(*) > 0 OR EXISTS (SELECT FROM feed_progress WHERE last_good_at >= $1)`;

const GAPS = `
  SELECT ${ms('from_time')} AS from_time, ${ms('to_time')} AS to_time, venue, stream, cause, detail
    FROM feed_gap
   WHERE ${TOUCHING} AND $3::text = '' AND $4::text = ''
   ORDER BY feed_gap.from_time, id`;

/** Stretches in which a feed of liquidations may have missed some, of each day that they touch. */
export const FEED_GAP_ROWS: ArchiveKind = {
  name: 'feed_gaps',
  part: 'liquidations',
  schema: 1,
  columns: COLUMNS,
  settledMs: SETTLED_AFTER_A_DAY_MS,
  mayShrink: true,
  isOfSymbols: false,
  folder: () => [FEED_GAPS],
  census: (reading, day, series) => reading.query<CensusEntry>(CENSUS, dayValues(day, series)),
  pages: (reading, day, series) => reading.pages(GAPS, dayValues(day, series)),
};
