import { type ArchiveColumn } from '../archive-column.js';
import { SETTLED_AFTER_A_DAY_MS, type ArchiveKind, type CensusEntry } from '../archive-kind.js';
import { symbolFolder, venueFolder } from '../archive-path.js';
import { dayValues, ms, printOf } from '../archive-sql.js';

const COLUMNS: readonly ArchiveColumn[] = [
  { name: 'from_time', type: 'time' },
  { name: 'to_time', type: 'time' },
  { name: 'venue', type: 'text' },
  { name: 'symbol', type: 'text' },
  { name: 'venue_symbol', type: 'text' },
  { name: 'missed', type: 'integer', isOptional: true },
  { name: 'reason', type: 'text' },
  { name: 'noted_at', type: 'time' },
];

/** Before this no venue had what is recorded here: the gap "nobody has listened before" is not told of every day. */
const FIRST = '2017-01-01T00:00:00Z';

/** Also of markets without a gap: a file without rows says that nothing is missing. */
const CENSUS = `
  WITH markets AS (
    SELECT venue, symbol FROM trade_bar_1m WHERE bucket >= $1 AND bucket < $2
     UNION
    SELECT venue, symbol FROM trade_gap WHERE to_time >= $1 AND from_time < $2 AND from_time >= '${FIRST}'
  )
  SELECT markets.venue, markets.symbol, count(gap.number)::float8 AS rows, ${printOf('gap')}::text AS fingerprint
    FROM markets
    LEFT JOIN trade_gap AS gap
      ON gap.venue = markets.venue AND gap.symbol = markets.symbol AND gap.to_time >= $1 AND gap.from_time < $2
   WHERE ($3::text IS NULL OR markets.venue = $3) AND ($4::text IS NULL OR markets.symbol = $4)
   GROUP BY markets.venue, markets.symbol`;

const GAPS = `
  SELECT ${ms('from_time')} AS from_time, ${ms('to_time')} AS to_time, venue, symbol, venue_symbol, missed, reason,
         ${ms('noted_at')} AS noted_at
    FROM trade_gap
   WHERE to_time >= $1 AND from_time < $2 AND venue = $3 AND symbol = $4
   ORDER BY trade_gap.from_time, venue_symbol, number`;

/** Stretches in which trades are missing, of each day that they touch. */
export const TRADE_GAPS: ArchiveKind = {
  name: 'trade_gaps',
  part: 'trades',
  schema: 1,
  columns: COLUMNS,
  settledMs: SETTLED_AFTER_A_DAY_MS,
  mayShrink: true,
  isOfSymbols: true,
  folder: ({ venue, symbol }) => [venueFolder(venue), symbolFolder(symbol), 'trade_gaps'],
  census: (reading, day, series) => reading.query<CensusEntry>(CENSUS, dayValues(day, series)),
  pages: (reading, day, series) => reading.pages(GAPS, dayValues(day, series)),
};
