import {
  baseTimeframe,
  bucketOriginMs,
  bucketStartMs,
  fixedLengthMs,
  nextBucketStartMs,
  parseTimeframe,
  type Timeframe,
  type VenueId,
  type VolumeBucket,
} from '@orderfox/domain';
import { type VolumeQuery } from './volume-query.js';

/** What the statements give for a bucket: the domain's shape but for its venues, which are one text. */
export interface VolumeRow extends Omit<VolumeBucket, 'venues'> {
  /** Ids with a comma between them, each once, in no order. */
  readonly venues: string;
}

/** The bucket of a row. */
export function toBucket(row: VolumeRow): VolumeBucket {
  return { ...row, venues: row.venues.split(',').sort() };
}

/** A statement that a connection prepares once and keeps. There are about ten in all: what differs are parameters. */
export interface PreparedStatement {
  readonly name: string;
  readonly text: string;
  readonly values: unknown[];
}

/** Buckets by the times at which they begin. */
export interface StartsQuery {
  readonly symbol: string;
  readonly timeframe: Timeframe;
  readonly startsMs: readonly number[];
  readonly venues?: readonly VenueId[];
}

const DAY = parseTimeframe('1d');

/** Sums over the rows of a bucket. `numeric` loses no digit, and the count of a bucket fits a double. */
const SUMS = `
  trim_scale(sum(long_usd)) AS "longUsd", trim_scale(sum(short_usd)) AS "shortUsd",
  sum(count)::float8 AS "count", max(last_seq)::float8 AS "lastSeq", sum(revision)::float8 AS "revision"`;
const FROM_VENUES = '($4::text[] IS NULL OR venue = ANY ($4))';
/** In doubles all the way, which hold whole seconds: a `numeric` per bucket costs more than its sums. */
const START_MS = `date_part('epoch', start) * 1000 AS "startMs"`;

/** Reads a range of buckets from the coarsest rollup that their borders lie on, in one pass over its index. */
export function rangeStatement({ symbol, timeframe, fromMs, toMs, venues }: VolumeQuery): PreparedStatement {
  const base = baseTimeframe(timeframe);
  const values = [
    symbol,
    timeText(firstStart(timeframe, fromMs)),
    timeText(endOf(timeframe, toMs)),
    venues ?? null,
  ];
  const lengthMs = fixedLengthMs(timeframe);
  // One row per venue and bucket, in the order of the index: neither sort nor hash table.
  if (timeframe === base) return statement(`volume-${base}`, base, 'bucket', 'venue', values);
  if (lengthMs === undefined) {
    return statement(
      `volume-${base}-month`,
      base,
      `date_trunc('month', bucket, 'UTC')`,
      'DISTINCT venue',
      values,
    );
  }
  const bin = 'date_bin($5::interval, bucket, $6::timestamptz)';
  return statement(`volume-${base}-bin`, base, bin, 'DISTINCT venue', [
    ...values,
    `${lengthMs} milliseconds`,
    timeText(bucketOriginMs(timeframe)),
  ]);
}

function statement(
  name: string,
  base: string,
  start: string,
  venue: string,
  values: unknown[],
): PreparedStatement {
  const text = `
    SELECT ${START_MS}, "longUsd", "shortUsd", "count", "lastSeq", "revision", "venues" FROM (
      SELECT ${start} AS start, ${SUMS}, string_agg(${venue}, ',') AS "venues"
        FROM liquidation_volume_${base}
       WHERE symbol = $1 AND bucket >= $2::timestamptz AND bucket < $3::timestamptz AND ${FROM_VENUES}
       GROUP BY 1
    ) AS summed ORDER BY start`;
  return { name, text, values };
}

/** Reads single buckets: each is a short range of the index. */
export function startsStatement({ symbol, timeframe, startsMs, venues }: StartsQuery): PreparedStatement {
  const base = baseTimeframe(timeframe);
  const starts = [...new Set(startsMs.map((startMs) => firstStart(timeframe, startMs)))];
  const ends = starts.map((startMs) => nextBucketStartMs(timeframe, startMs));
  const text = `
    SELECT ${START_MS}, "longUsd", "shortUsd", "count", "lastSeq", "revision", "venues" FROM (
      SELECT wanted.start, ${SUMS}, string_agg(DISTINCT venue, ',') AS "venues"
        FROM unnest($2::timestamptz[], $3::timestamptz[]) AS wanted (start, finish)
        JOIN liquidation_volume_${base} ON symbol = $1 AND bucket >= wanted.start AND bucket < wanted.finish
       WHERE ${FROM_VENUES}
       GROUP BY wanted.start
    ) AS summed ORDER BY start`;
  return {
    name: `volume-${base}-starts`,
    text,
    values: [symbol, starts.map(timeText), ends.map(timeText), venues ?? null],
  };
}

/** The store, and the highest seq in the days that a range touches: every event there has a higher one than any before. */
export function versionStatement({
  symbol,
  timeframe,
  fromMs,
  toMs,
  venues,
}: VolumeQuery): PreparedStatement {
  const first = firstStart(DAY, firstStart(timeframe, fromMs));
  return {
    name: 'volume-version',
    text: `
      SELECT store_id || ' ' || (
        SELECT coalesce(max(last_seq), 0) FROM liquidation_volume_1d
         WHERE symbol = $1 AND bucket >= $2::timestamptz AND bucket < $3::timestamptz AND ${FROM_VENUES}
      ) AS version FROM liquidation_cursor`,
    values: [symbol, timeText(first), timeText(endOf(timeframe, toMs)), venues ?? null],
  };
}

/** Times that Postgres can read and months can be counted in; no event lies beyond. */
const EARLIEST_MS = Date.parse('1000-01-01T00:00:00Z');
const LATEST_MS = Date.parse('9998-01-01T00:00:00Z');

function within(ms: number): number {
  return Math.min(LATEST_MS, Math.max(EARLIEST_MS, ms));
}

function firstStart(timeframe: Timeframe, timeMs: number): number {
  return bucketStartMs(timeframe, within(timeMs));
}

/** Where the last bucket that begins before `toMs` ends: buckets are read whole. */
function endOf(timeframe: Timeframe, toMs: number): number {
  return nextBucketStartMs(timeframe, within(toMs) - 1);
}

function timeText(ms: number): string {
  return new Date(within(ms)).toISOString();
}
