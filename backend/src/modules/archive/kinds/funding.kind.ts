import {
  decimalPlaces,
  divideDecimals,
  fundingAprPercent,
  fundingRate8h,
  parseDecimal,
  type DecimalString,
} from '@orderfox/domain';
import { SCALES, type ArchiveColumn, type ArchiveRow } from '../archive-column.js';
import {
  SETTLED_AFTER_A_DAY_MS,
  type ArchiveDay,
  type ArchiveKind,
  type ArchiveSeries,
  type CensusEntry,
} from '../archive-kind.js';
import { symbolFolder, venueFolder } from '../archive-path.js';
import { dayValues, ms, printOf } from '../archive-sql.js';
import { type ArchiveReading } from '../archive-store.js';

const COLUMNS: readonly ArchiveColumn[] = [
  { name: 'time', type: 'time' },
  { name: 'kind', type: 'text' },
  { name: 'venue', type: 'text' },
  { name: 'symbol', type: 'text' },
  { name: 'venue_symbol', type: 'text' },
  { name: 'open_interest', type: 'quantity', isOptional: true },
  { name: 'open_interest_usd', type: 'usd', isOptional: true },
  { name: 'price_used', type: 'text', isOptional: true },
  { name: 'is_halved', type: 'flag', isOptional: true },
  { name: 'rate', type: 'rate', isOptional: true },
  { name: 'interval_ms', type: 'integer', isOptional: true },
  { name: 'rate_8h', type: 'rate', isOptional: true },
  { name: 'apr_percent', type: 'rate', isOptional: true },
  { name: 'next_funding_at', type: 'time', isOptional: true },
  { name: 'received_at', type: 'time' },
];

const OF_DAY = `venue_time >= $1 AND venue_time < $2`;
const parts = (['open_interest', 'funding'] as const).map(
  (table) => `
    SELECT venue, symbol, '${table}' AS part, count(*) AS rows, ${printOf('row')} AS print FROM ${table} AS row
     WHERE ${OF_DAY} AND ($3::text IS NULL OR venue = $3) AND ($4::text IS NULL OR symbol = $4)
     GROUP BY venue, symbol`,
);
const CENSUS = `
  SELECT venue, symbol, sum(rows)::float8 AS rows, string_agg(concat_ws(' ', part, rows, print), '; ' ORDER BY part) AS fingerprint
    FROM (${parts.join(' UNION ALL ')}) AS part
   GROUP BY venue, symbol`;

const ROWS = `
  SELECT ${ms('venue_time')} AS time, kind, venue, symbol, venue_symbol, trim_scale(open_interest)::text AS open_interest,
         trim_scale(open_interest_usd)::text AS open_interest_usd, price_used, is_halved,
         trim_scale(rate)::text AS rate, interval_ms, ${ms('next_funding_at')} AS next_funding_at,
         ${ms('received_at')} AS received_at
    FROM (
      SELECT venue_time, 'OPEN_INTEREST' AS kind, venue, symbol, venue_symbol, open_interest, open_interest_usd, price_used,
             is_halved, NULL::numeric AS rate, NULL::bigint AS interval_ms, NULL::timestamptz AS next_funding_at, received_at
        FROM open_interest WHERE ${OF_DAY} AND venue = $3 AND symbol = $4
       UNION ALL
      SELECT venue_time, kind, venue, symbol, venue_symbol, NULL, NULL, NULL, NULL, rate, interval_ms, next_funding_at,
             received_at
        FROM funding WHERE ${OF_DAY} AND venue = $3 AND symbol = $4
    ) AS said
   ORDER BY venue_time, kind, venue_symbol`;

interface FundingRow {
  readonly rate: DecimalString | null;
  readonly interval_ms: string | null;
  readonly [column: string]: string | number | boolean | null;
}

/** Open interest and funding as they were said, told apart by the column `kind`. */
export const FUNDING_ROWS: ArchiveKind = {
  name: 'funding',
  part: 'funding',
  schema: 1,
  columns: COLUMNS,
  settledMs: SETTLED_AFTER_A_DAY_MS,
  isOfSymbols: true,
  folder: ({ venue, symbol }) => [venueFolder(venue), symbolFolder(symbol), 'funding'],
  census: (reading, day, series) => reading.query<CensusEntry>(CENSUS, dayValues(day, series)),
  pages: fundingPages,
};

async function* fundingPages(
  reading: ArchiveReading,
  day: ArchiveDay,
  series: ArchiveSeries,
): AsyncGenerator<readonly ArchiveRow[]> {
  for await (const page of reading.pages<FundingRow>(ROWS, dayValues(day, series))) {
    yield page.map((row) => {
      const { rate, interval_ms: interval } = row;
      if (rate === null || interval === null) return row;
      const intervalMs = Number(interval);
      return {
        ...row,
        rate_8h: toPlaces(fundingRate8h(rate, intervalMs)),
        apr_percent: toPlaces(fundingAprPercent(rate, intervalMs)),
      };
    });
  }
}

const ONE = parseDecimal('1');

/** What is reckoned has no more places than its column: only of intervals that do not divide the day it has more. */
function toPlaces(value: DecimalString): DecimalString {
  return decimalPlaces(value) <= SCALES.rate ? value : divideDecimals(value, ONE, SCALES.rate);
}
