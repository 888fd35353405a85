import { baseTimeframe, bucketOriginMs, fixedLengthMs, type Timeframe } from '@orderfox/domain';

/** Bars of one contract that are wanted. */
export interface BarQuery {
  readonly venue: string;
  readonly venueSymbol: string;
  readonly timeframe: Timeframe;
  /** Epoch ms at which the first bucket begins. */
  readonly fromMs: number;
  /** Epoch ms at which the last one ends. */
  readonly toMs: number;
}

/** What the statement gives: sums by bucket and UTC day. All but the first two are null for a contract without a bar. */
export interface BarGroupRow {
  readonly version: number;
  readonly coveredMs: number;
  readonly startMs: number | null;
  readonly dayMs: number | null;
  readonly open: string;
  readonly high: string;
  readonly low: string;
  readonly close: string;
  readonly buyQuantity: string;
  readonly sellQuantity: string;
  readonly buyUsd: string;
  readonly sellUsd: string;
  readonly count: number;
  readonly firstMinuteMs: number;
  readonly firstKey: number;
  readonly lastMinuteMs: number;
  readonly lastKey: number;
}

/** A statement that a connection prepares once and keeps. */
export interface PreparedStatement {
  readonly name: string;
  readonly text: string;
  readonly values: unknown[];
}

const DAY_MS = 24 * 60 * 60_000;

/** 00:00 UTC of the day in which a time lies. */
export function dayOf(timeMs: number): number {
  return Math.floor(timeMs / DAY_MS) * DAY_MS;
}

const VALUES =
  'open, high, low, close, buy_quantity, sell_quantity, buy_usd, sell_usd, count, first_key, last_key';
const MINUTES = `
    SELECT bucket, ${VALUES}, bucket AS first_minute, bucket AS last_minute FROM trade_bar_1m
     WHERE venue = $1 AND venue_symbol = $2`;
const HOURS = `
    SELECT bucket, ${VALUES}, first_minute, last_minute FROM trade_bar_1h
     WHERE venue = $1 AND venue_symbol = $2`;
/** Up to here hours are made of their minutes. */
const MADE = `date_trunc('hour', progress.covered_to, 'UTC')`;

/**
 * Sums of the bars of a range by bucket, from minutes or, where all borders lie on hours, from hours and the minutes of
 * those that are not over. A bucket that holds midnight (UTC) gives two rows. What lies between the midnight before the
 * range and its beginning is one row without a start.
 */
export function groupsStatement(query: BarQuery): PreparedStatement {
  const { venue, venueSymbol, timeframe, fromMs, toMs } = query;
  const isMinutes = baseTimeframe(timeframe) === '1m';
  const lengthMs = fixedLengthMs(timeframe);
  const range = (from: string, to: string) => `AND bucket >= ${from} AND bucket < ${to}`;
  const base = isMinutes
    ? `${MINUTES} ${range('$3', '$5')}`
    : `${HOURS} ${range('$3', `least($5, ${MADE})`)} UNION ALL ${MINUTES} ${range(`greatest($3, ${MADE})`, '$5')}`;
  const start =
    lengthMs === undefined
      ? `date_trunc('month', bucket, 'UTC')`
      : 'date_bin($6::interval, bucket, $7::timestamptz)';
  const text = `
  SELECT progress.version::float8 AS "version", date_part('epoch', progress.covered_to) * 1000 AS "coveredMs",
         date_part('epoch', start) * 1000 AS "startMs", date_part('epoch', day) * 1000 AS "dayMs",
         trim_scale(open)::text AS "open", trim_scale(high)::text AS "high", trim_scale(low)::text AS "low",
         trim_scale(close)::text AS "close",
         trim_scale(buy_quantity)::text AS "buyQuantity", trim_scale(sell_quantity)::text AS "sellQuantity",
         trim_scale(buy_usd)::text AS "buyUsd", trim_scale(sell_usd)::text AS "sellUsd", count::float8 AS "count",
         date_part('epoch', first_minute) * 1000 AS "firstMinuteMs", summed.first_key::float8 AS "firstKey",
         date_part('epoch', last_minute) * 1000 AS "lastMinuteMs", summed.last_key::float8 AS "lastKey"
    FROM trade_progress AS progress
    LEFT JOIN LATERAL (
      SELECT CASE WHEN bucket >= $4 THEN ${start} END AS start, date_trunc('day', bucket, 'UTC') AS day,
             (array_agg(open ORDER BY bucket))[1] AS open, max(high) AS high, min(low) AS low,
             (array_agg(close ORDER BY bucket DESC))[1] AS close,
             sum(buy_quantity) AS buy_quantity, sum(sell_quantity) AS sell_quantity,
             sum(buy_usd) AS buy_usd, sum(sell_usd) AS sell_usd, sum(count) AS count,
             min(first_minute) AS first_minute, (array_agg(first_key ORDER BY bucket))[1] AS first_key,
             max(last_minute) AS last_minute, (array_agg(last_key ORDER BY bucket DESC))[1] AS last_key
        FROM (${base}) AS base
       GROUP BY 1, 2
    ) AS summed ON true
   WHERE progress.venue = $1 AND progress.venue_symbol = $2
   ORDER BY start NULLS FIRST, day`;
  const kind = `${isMinutes ? 'minute' : 'hour'}-${lengthMs === undefined ? 'month' : 'bin'}`;
  const values = [venue, venueSymbol, time(dayOf(fromMs)), time(fromMs), time(toMs)];
  return {
    name: `trade-bars-${kind}`,
    text: text.replace(/\$([345])/g, '$$$1::timestamptz'),
    values:
      lengthMs === undefined
        ? values
        : [...values, `${lengthMs} milliseconds`, time(bucketOriginMs(timeframe))],
  };
}

/** Most gaps that one answer is judged by. */
export const MOST_GAPS = 10_000;

/** Gaps that touch a range or the day before it, the first `MOST_GAPS`; at least one row with the version of the contract. */
export function gapsStatement(query: BarQuery, columns: string): PreparedStatement {
  const { venue, venueSymbol, fromMs, toMs } = query;
  return {
    name: 'trade-bars-gaps',
    text: `
      SELECT progress.version::float8 AS "version", gap.*
        FROM trade_progress AS progress
        LEFT JOIN LATERAL (
          SELECT ${columns} FROM trade_gap
           WHERE venue = $1 AND venue_symbol = $2 AND to_time >= $3::timestamptz AND from_time < $4::timestamptz
           ORDER BY from_time LIMIT ${MOST_GAPS}
        ) AS gap ON true
       WHERE progress.venue = $1 AND progress.venue_symbol = $2
       ORDER BY "fromMs"`,
    values: [venue, venueSymbol, time(dayOf(fromMs)), time(toMs)],
  };
}

function time(ms: number): string {
  return new Date(ms).toISOString();
}
