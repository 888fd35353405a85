import { divideDecimals, parseDecimal, vwapOf, type DecimalString } from '@orderfox/domain';
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
import { MinuteQuality, type GapStretch } from './minute-quality.js';

const COLUMNS: readonly ArchiveColumn[] = [
  { name: 'time', type: 'time' },
  { name: 'venue', type: 'text' },
  { name: 'symbol', type: 'text' },
  { name: 'venue_symbol', type: 'text' },
  { name: 'open', type: 'price' },
  { name: 'high', type: 'price' },
  { name: 'low', type: 'price' },
  { name: 'close', type: 'price' },
  { name: 'vwap', type: 'price', isOptional: true },
  { name: 'buy_quantity', type: 'quantity' },
  { name: 'sell_quantity', type: 'quantity' },
  { name: 'buy_usd', type: 'usd' },
  { name: 'sell_usd', type: 'usd' },
  { name: 'cvd_usd', type: 'usd' },
  { name: 'is_cvd_partial', type: 'flag' },
  { name: 'trades', type: 'integer' },
  { name: 'quality', type: 'text' },
  { name: 'is_closed', type: 'flag' },
  { name: 'first_key', type: 'integer' },
  { name: 'last_key', type: 'integer' },
  { name: 'revision', type: 'integer' },
];

/** Of each contract: its bars, the gaps that touch them, and how far it is recorded. */
const CENSUS = `
  WITH bars AS (
    SELECT venue, symbol, venue_symbol, count(*) AS rows, ${printOf('bar')} AS print
      FROM trade_bar_1m AS bar
     WHERE bucket >= $1 AND bucket < $2 AND ($3::text IS NULL OR venue = $3) AND ($4::text IS NULL OR symbol = $4)
     GROUP BY venue, symbol, venue_symbol
  )
  SELECT bars.venue, bars.symbol, sum(rows)::float8 AS rows,
         string_agg(
           concat_ws(' ', bars.venue_symbol, rows, bars.print, gaps.print,
                     extract(epoch FROM least(progress.covered_to, $2::timestamptz))),
           '; ' ORDER BY bars.venue_symbol
         ) AS fingerprint
    FROM bars
    LEFT JOIN trade_progress AS progress
      ON progress.venue = bars.venue AND progress.venue_symbol = bars.venue_symbol
   CROSS JOIN LATERAL (
     SELECT ${printOf('gap')} AS print FROM trade_gap AS gap
      WHERE gap.venue = bars.venue AND gap.venue_symbol = bars.venue_symbol AND gap.to_time >= $1 AND gap.from_time < $2
   ) AS gaps
   GROUP BY bars.venue, bars.symbol`;

const BARS = `
  SELECT venue_symbol, ${ms('bucket')} AS time, trim_scale(open)::text AS open, trim_scale(high)::text AS high,
         trim_scale(low)::text AS low, trim_scale(close)::text AS close,
         trim_scale(buy_quantity)::text AS buy_quantity, trim_scale(sell_quantity)::text AS sell_quantity,
         trim_scale(buy_usd)::text AS buy_usd, trim_scale(sell_usd)::text AS sell_usd,
         trim_scale(sum(buy_usd - sell_usd) OVER (PARTITION BY venue_symbol ORDER BY bucket))::text AS cvd_usd,
         count AS trades, first_key, last_key, revision
    FROM trade_bar_1m
   WHERE bucket >= $1 AND bucket < $2 AND venue = $3 AND symbol = $4
   ORDER BY bucket, venue_symbol`;

/** More gaps than that of one day: from the last of them on everything counts as touched. */
const MOST_GAPS = 10_000;
const GAPS = `
  SELECT venue_symbol AS "venueSymbol", ${ms('from_time')} AS "fromMs", ${ms('to_time')} AS "toMs" FROM trade_gap
   WHERE to_time >= $1 AND from_time < $2 AND venue = $3 AND symbol = $4
   ORDER BY from_time LIMIT ${MOST_GAPS}`;
const COVERED = `
  SELECT venue_symbol AS "venueSymbol", ${ms('covered_to')} AS "coveredMs" FROM trade_progress WHERE venue = $1`;

interface BarRow {
  readonly venue_symbol: string;
  readonly time: number;
  readonly open: DecimalString;
  readonly high: DecimalString;
  readonly low: DecimalString;
  readonly close: DecimalString;
  readonly buy_quantity: DecimalString;
  readonly sell_quantity: DecimalString;
  readonly buy_usd: DecimalString;
  readonly sell_usd: DecimalString;
  readonly cvd_usd: DecimalString;
  readonly trades: string;
  readonly first_key: string;
  readonly last_key: string;
  readonly revision: number;
}

/** Bars of a minute, and what each of them lacks. `numbered`: venues that count their trades, so that a gap is seen. */
export function tradeBarsKind(numbered: ReadonlySet<string>): ArchiveKind {
  return {
    name: 'trades',
    part: 'trades',
    schema: 1,
    columns: COLUMNS,
    settledMs: SETTLED_AFTER_A_DAY_MS,
    isOfSymbols: true,
    folder: ({ venue, symbol }) => [venueFolder(venue), symbolFolder(symbol), 'trades'],
    census: (reading, day, series) => reading.query<CensusEntry>(CENSUS, dayValues(day, series)),
    pages: (reading, day, series) => barPages(reading, day, series, numbered.has(series.venue)),
  };
}

async function* barPages(
  reading: ArchiveReading,
  day: ArchiveDay,
  series: ArchiveSeries,
  isNumbered: boolean,
): AsyncGenerator<readonly ArchiveRow[]> {
  const values = dayValues(day, series);
  const gaps = await reading.query<GapStretch & { readonly venueSymbol: string }>(GAPS, values);
  const covered = await reading.query<{ readonly venueSymbol: string; readonly coveredMs: number }>(COVERED, [
    series.venue,
  ]);
  const last = gaps.at(-1);
  const beyond: readonly GapStretch[] =
    last === undefined || gaps.length < MOST_GAPS ? [] : [{ fromMs: last.fromMs, toMs: day.toMs }];
  const qualities = new Map<string, MinuteQuality>();
  const qualityOf = (venueSymbol: string): MinuteQuality => {
    const known = qualities.get(venueSymbol);
    if (known !== undefined) return known;
    const made = new MinuteQuality({
      gaps: [...gaps.filter((gap) => gap.venueSymbol === venueSymbol), ...beyond],
      coveredMs: covered.find((one) => one.venueSymbol === venueSymbol)?.coveredMs ?? -Infinity,
      dayMs: day.fromMs,
      isNumbered,
    });
    qualities.set(venueSymbol, made);
    return made;
  };
  for await (const page of reading.pages<BarRow>(BARS, values)) {
    yield page.map((row) => ({
      ...series,
      ...row,
      vwap: priceOf(row),
      ...qualityOf(row.venue_symbol).of(row.time),
    }));
  }
}

const ONE = parseDecimal('1');

/** The average price as the API tells it; of coins that cost next to nothing with fewer places. */
function priceOf(row: BarRow): string | undefined {
  const { open, high, low, close, buy_usd: buyUsd, sell_usd: sellUsd } = row;
  const { buy_quantity: buyQuantity, sell_quantity: sellQuantity } = row;
  const bar = { open, high, low, close, buyQuantity, sellQuantity, buyUsd, sellUsd, count: 0 };
  const vwap = vwapOf(bar);
  return vwap === undefined ? undefined : divideDecimals(vwap, ONE, SCALES.price);
}
