import { type VenueId } from '@orderfox/domain';

/** The stream whose gaps make sums of liquidations incomplete; every venue calls it so. */
export const LIQUIDATION_STREAM = 'liquidations';

/** Where to look for stretches that some venue may have missed. Times are epoch milliseconds. */
export interface MissingQuery {
  /** Only what these missed; if absent, what those missed that are run now, and what others missed while they were. */
  readonly venues?: readonly VenueId[];
  readonly fromMs: number;
  readonly toMs: number;
}

/** A stretch of time, epoch milliseconds; without an end it lasts. */
export interface MissingStretch {
  readonly fromMs: number;
  readonly toMs?: number;
}

/**
 * The gaps that count, as a condition on `feed_gap`. $1: the venues that are asked for, null for all. $4: those that are run
 * now, null where that is not known. Of a venue that is run no more only its own time counts, for nobody waits for what
 * it would have told before.
 */
export const COUNTED_GAPS = `(venue = ANY ($1::text[]) OR $1::text[] IS NULL AND (
    $4::text[] IS NULL OR venue = ANY ($4) OR cause <> 'NOT_RECORDED'))`;

/**
 * Gaps laid over one another: what is left are stretches that do not touch. $2 and $3: between which times. A venue that is
 * asked for by name and not run is missing since it was last good, or since 1970.
 */
export const MISSING = `range_agg(tstzrange(from_time, to_time)) AS missing FROM (
    SELECT from_time, to_time FROM feed_gap WHERE stream = '${LIQUIDATION_STREAM}' AND ${COUNTED_GAPS}
    UNION ALL
    SELECT coalesce(last_good_at, 'epoch'), NULL
      FROM unnest($1::text[]) AS asked (name)
      LEFT JOIN feed_progress ON venue = name AND stream = '${LIQUIDATION_STREAM}'
     WHERE name <> ALL ($4::text[])
  ) AS unheard
  WHERE from_time < $3::timestamptz AND (to_time IS NULL OR to_time > greatest(from_time, $2::timestamptz))`;
