import { type ArchiveColumn } from '../archive-column.js';
import { SETTLED_AFTER_AN_HOUR_MS, type ArchiveKind, type CensusEntry } from '../archive-kind.js';
import { symbolFolder, venueFolder } from '../archive-path.js';
import { dayValues, ms } from '../archive-sql.js';

const COLUMNS: readonly ArchiveColumn[] = [
  { name: 'time', type: 'time' },
  { name: 'venue_time', type: 'time' },
  { name: 'venue', type: 'text' },
  { name: 'symbol', type: 'text' },
  { name: 'venue_symbol', type: 'text' },
  { name: 'bid', type: 'price' },
  { name: 'bid_quantity', type: 'quantity' },
  { name: 'ask', type: 'price' },
  { name: 'ask_quantity', type: 'quantity' },
  { name: 'bid_depth_usd', type: 'usd' },
  { name: 'ask_depth_usd', type: 'usd' },
  { name: 'bid_depth_is_floor', type: 'flag' },
  { name: 'ask_depth_is_floor', type: 'flag' },
];

/** A second that is stored is never written again. */
const CENSUS = `
  SELECT venue, symbol, count(*)::float8 AS rows, concat_ws(' ', count(*), extract(epoch FROM max(time))) AS fingerprint
    FROM book_top
   WHERE time >= $1 AND time < $2 AND ($3::text IS NULL OR venue = $3) AND ($4::text IS NULL OR symbol = $4)
   GROUP BY venue, symbol`;

const decimals = ['bid', 'bid_quantity', 'ask', 'ask_quantity', 'bid_depth_usd', 'ask_depth_usd'];
const ROWS = `
  SELECT ${ms('time')} AS time, ${ms('venue_time')} AS venue_time, venue, symbol, venue_symbol,
         ${decimals.map((name) => `trim_scale(${name})::text AS ${name}`).join(', ')},
         bid_depth_is_floor, ask_depth_is_floor
    FROM book_top
   WHERE time >= $1 AND time < $2 AND venue = $3 AND symbol = $4
   ORDER BY book_top.time`;

/** Tops of order books, second by second. */
export const BOOK_TOP_ROWS: ArchiveKind = {
  name: 'book',
  part: 'book',
  schema: 1,
  columns: COLUMNS,
  settledMs: SETTLED_AFTER_AN_HOUR_MS,
  isOfWholeDays: true,
  isOfSymbols: true,
  folder: ({ venue, symbol }) => [venueFolder(venue), symbolFolder(symbol), 'book'],
  census: (reading, day, series) => reading.query<CensusEntry>(CENSUS, dayValues(day, series)),
  pages: (reading, day, series) => reading.pages(ROWS, dayValues(day, series)),
};
