import { type ArchiveColumn } from '../archive-column.js';
import { SETTLED_AFTER_A_DAY_MS, type ArchiveKind, type CensusEntry } from '../archive-kind.js';
import { LIQUIDATIONS, symbolFolder } from '../archive-path.js';
import { dayValues, ms } from '../archive-sql.js';

const COLUMNS: readonly ArchiveColumn[] = [
  { name: 'time', type: 'time' },
  { name: 'seq', type: 'integer' },
  { name: 'venue', type: 'text' },
  { name: 'symbol', type: 'text' },
  { name: 'venue_symbol', type: 'text' },
  { name: 'base_asset', type: 'text' },
  { name: 'quote_asset', type: 'text' },
  { name: 'liquidated_side', type: 'text' },
  { name: 'side', type: 'text' },
  { name: 'quantity', type: 'quantity' },
  { name: 'price', type: 'price' },
  { name: 'average_price', type: 'price', isOptional: true },
  { name: 'mark_price', type: 'price', isOptional: true },
  { name: 'price_used', type: 'text' },
  { name: 'notional_usd', type: 'usd' },
  { name: 'received_at', type: 'time' },
  { name: 'committed_at', type: 'time' },
  { name: 'event_key', type: 'text' },
  { name: 'raw', type: 'text' },
];

/** Rows come and are never changed, each with a higher seq. */
const CENSUS = `
  SELECT '' AS venue, symbol, count(*)::float8 AS rows, concat_ws(' ', count(*), max(seq)) AS fingerprint
    FROM liquidation
   WHERE venue_time >= $1 AND venue_time < $2 AND ($3::text IS NULL OR $3 = '') AND ($4::text IS NULL OR symbol = $4)
   GROUP BY symbol`;

const decimal = (name: string) => `trim_scale(${name})::text AS ${name}`;
const ROWS = `
  SELECT ${ms('venue_time')} AS time, seq, venue, symbol, venue_symbol, base_asset, quote_asset, liquidated_side, side,
         ${['quantity', 'price', 'average_price', 'mark_price', 'notional_usd'].map(decimal).join(', ')}, price_used,
         ${ms('received_at')} AS received_at, ${ms('committed_at')} AS committed_at, event_key, raw
    FROM liquidation
   WHERE venue_time >= $1 AND venue_time < $2 AND $3::text = '' AND symbol = $4
   ORDER BY venue_time, seq`;

/** Liquidations of a symbol at all venues: all there is to know of each, what the venue sent included. */
export const LIQUIDATION_ROWS: ArchiveKind = {
  name: 'liquidations',
  part: 'liquidations',
  schema: 1,
  columns: COLUMNS,
  settledMs: SETTLED_AFTER_A_DAY_MS,
  isOfSymbols: false,
  folder: ({ symbol }) => [LIQUIDATIONS, symbolFolder(symbol)],
  census: (reading, day, series) => reading.query<CensusEntry>(CENSUS, dayValues(day, series)),
  pages: (reading, day, series) => reading.pages(ROWS, dayValues(day, series)),
};
