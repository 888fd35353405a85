import { type MigrationInterface, type QueryRunner } from 'typeorm';
import { RECORD_LIQUIDATIONS as RECORD_BEFORE } from './1795219200000-create-schema.js';

/** One rollup: its table, and how much room its pages keep for new versions of rows. */
interface Rollup {
  readonly table: string;
  readonly fillfactor: number;
}

/** The shorter the bucket the sooner it is closed, and the fewer updates its row sees. */
const MINUTE: Rollup = { table: 'liquidation_volume_1m', fillfactor: 85 };
const HOUR: Rollup = { table: 'liquidation_volume_1h', fillfactor: 75 };
const DAY: Rollup = { table: 'liquidation_volume_1d', fillfactor: 60 };
const ROLLUPS = [MINUTE, HOUR, DAY] as const;

/**
 * Liquidation volume by minute, hour and day (UTC), written by `record_liquidations` in the transaction of the events:
 * a bucket is at every moment the exact sum of its events. A row of the symbol `*` sums all symbols of a venue.
 */
export class AddLiquidationVolume1795305600000 implements MigrationInterface {
  readonly name = 'AddLiquidationVolume1795305600000';

  async up(runner: QueryRunner): Promise<void> {
    // Who is recording finishes first; nobody begins until what is stored has been summed.
    await runner.query('LOCK TABLE liquidation_cursor IN ACCESS EXCLUSIVE MODE');
    for (const rollup of ROLLUPS) await runner.query(createTable(rollup));
    await runner.query(FILL);
    await runner.query('DROP FUNCTION record_liquidations');
    await runner.query(RECORD);
    for (const { table } of ROLLUPS) await runner.query(`ANALYZE ${table}`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('LOCK TABLE liquidation_cursor IN ACCESS EXCLUSIVE MODE');
    await runner.query('DROP FUNCTION record_liquidations');
    await runner.query(RECORD_BEFORE);
    await runner.query(`DROP TABLE ${ROLLUPS.map(({ table }) => table).join(', ')}`);
  }
}

/**
 * The key begins with the symbol, so that a range of one market lies together in its index and comes out in order. No
 * other index: an update then touches no index at all (HOT) while its page has room, which the fill factor leaves.
 */
function createTable({ table, fillfactor }: Rollup): string {
  return `
    CREATE TABLE ${table} (
      bucket timestamptz NOT NULL,
      first_seq bigint NOT NULL,
      last_seq bigint NOT NULL,
      count integer NOT NULL,
      revision integer NOT NULL,
      symbol text NOT NULL,
      venue text NOT NULL,
      long_usd numeric NOT NULL,
      short_usd numeric NOT NULL,
      long_base numeric,
      short_base numeric,
      PRIMARY KEY (symbol, bucket, venue)
    ) WITH (fillfactor = ${fillfactor})`;
}

/** Sums of rows of `liquidation` by minute, of each symbol and of all; coins of different symbols have no sum. */
function minutesOf(source: string): string {
  return `
      SELECT
        CASE grouping(symbol) WHEN 0 THEN symbol ELSE '*' END AS symbol,
        date_bin('1 minute', venue_time, 'epoch') AS bucket,
        venue,
        coalesce(sum(notional_usd) FILTER (WHERE liquidated_side = 'LONG'), 0) AS long_usd,
        coalesce(sum(notional_usd) FILTER (WHERE liquidated_side = 'SHORT'), 0) AS short_usd,
        CASE grouping(symbol) WHEN 0
          THEN coalesce(sum(quantity) FILTER (WHERE liquidated_side = 'LONG'), 0) END AS long_base,
        CASE grouping(symbol) WHEN 0
          THEN coalesce(sum(quantity) FILTER (WHERE liquidated_side = 'SHORT'), 0) END AS short_base,
        count(*)::integer AS count,
        min(seq) AS first_seq,
        max(seq) AS last_seq
      FROM ${source}
      GROUP BY GROUPING SETS ((symbol, 2, venue), (2, venue))`;
}

/** Sums of finer buckets by coarser ones: a sum of sums, so that every event is added up once only. */
function coarserOf(source: string, length: string): string {
  return `
      SELECT
        symbol,
        date_bin('${length}', bucket, 'epoch') AS bucket,
        venue,
        sum(long_usd) AS long_usd,
        sum(short_usd) AS short_usd,
        sum(long_base) AS long_base,
        sum(short_base) AS short_base,
        sum(count)::integer AS count,
        min(first_seq) AS first_seq,
        max(last_seq) AS last_seq
      FROM ${source}
      GROUP BY symbol, 2, venue`;
}

/** Makes the rows of a rollup: sums that are new to it. */
function insert({ table }: Rollup, source: string): string {
  return `
      INSERT INTO ${table} AS known (
        symbol, bucket, venue, long_usd, short_usd, long_base, short_base, count, first_seq, last_seq, revision
      )
      SELECT symbol, bucket, venue, long_usd, short_usd, long_base, short_base, count, first_seq, last_seq, 1
      FROM ${source}`;
}

/** Adds sums to a rollup. Every write is one step of the revision. */
function add(rollup: Rollup, source: string): string {
  return `${insert(rollup, source)}
      ON CONFLICT (symbol, bucket, venue) DO UPDATE SET
        long_usd = known.long_usd + excluded.long_usd,
        short_usd = known.short_usd + excluded.short_usd,
        long_base = known.long_base + excluded.long_base,
        short_base = known.short_base + excluded.short_base,
        count = known.count + excluded.count,
        first_seq = least(known.first_seq, excluded.first_seq),
        last_seq = greatest(known.last_seq, excluded.last_seq),
        revision = known.revision + 1`;
}

/** Sums what was recorded before these tables were there. */
const FILL = `
  WITH minute AS MATERIALIZED (${minutesOf('liquidation')}
  ), hour AS MATERIALIZED (${coarserOf('minute', '1 hour')}
  ), day AS (${coarserOf('hour', '1 day')}
  ), minutes AS (${insert(MINUTE, 'minute')}
  ), hours AS (${insert(HOUR, 'hour')}
  )
  ${insert(DAY, 'day')}`;

/**
 * Records one batch, given by columns: the n-th entries of all arrays are one event. Rows that are already there are left
 * out; the others are numbered in their order, without a hole, from the cursor on, and added to the volume of their
 * buckets, all or nothing. Answers with the new rows: place in the batch, counted from 1, and seq. Fails with 40001 (try
 * again) when somebody inserted beside the lock, rather than leave a hole. Arrays are read in half the time of JSON.
 *
 * The lock comes first and in a statement of its own: in READ COMMITTED what follows then sees everything that earlier
 * holders committed, and no two writers ever meet at a bucket. The planner is kept to index look-ups, because a plan made
 * while the table was small would be kept when it is large, and scan it for every batch.
 */
const RECORD = `
  CREATE FUNCTION record_liquidations(
    event_keys text[], venues text[], symbols text[], venue_symbols text[], base_assets text[], quote_assets text[],
    liquidated_sides text[], sides text[], quantities numeric[], prices numeric[], average_prices numeric[],
    mark_prices numeric[], prices_used text[], notionals_usd numeric[], venue_times timestamptz[],
    receipts timestamptz[], raws text[], committed timestamptz
  )
  RETURNS TABLE (place integer, number bigint)
  LANGUAGE plpgsql
  SET enable_hashjoin = off
  SET enable_mergejoin = off
  SET enable_seqscan = off
  AS $function$
  #variable_conflict use_column
  DECLARE
    base bigint;
    places integer[];
  BEGIN
    SELECT last_seq INTO STRICT base FROM liquidation_cursor FOR UPDATE;
    WITH given AS (
      SELECT *
      FROM unnest(
        event_keys, venues, symbols, venue_symbols, base_assets, quote_assets, liquidated_sides, sides, quantities,
        prices, average_prices, mark_prices, prices_used, notionals_usd, venue_times, receipts, raws
      ) WITH ORDINALITY AS row (
        event_key, venue, symbol, venue_symbol, base_asset, quote_asset, liquidated_side, side, quantity,
        price, average_price, mark_price, price_used, notional_usd, venue_time, received_at, raw, place
      )
    ), first_of_key AS (
      SELECT DISTINCT ON (event_key, venue_time) * FROM given ORDER BY event_key, venue_time, place
    ), fresh AS (
      SELECT base + row_number() OVER (ORDER BY place) AS number, candidate.*
      FROM first_of_key AS candidate
      WHERE NOT EXISTS (
        SELECT FROM liquidation AS known
        WHERE known.event_key = candidate.event_key AND known.venue_time = candidate.venue_time
      )
    ), inserted AS (
      INSERT INTO liquidation (
        seq, event_key, venue, symbol, venue_symbol, base_asset, quote_asset,
        liquidated_side, side, quantity, price, average_price, mark_price,
        price_used, notional_usd, venue_time, received_at, committed_at, raw
      )
      SELECT
        number, event_key, venue, symbol, venue_symbol, base_asset, quote_asset,
        liquidated_side, side, quantity, price, average_price, mark_price,
        price_used, notional_usd, venue_time, received_at, committed, raw
      FROM fresh
      RETURNING seq, symbol, venue, venue_time, liquidated_side, quantity, notional_usd
    ), minute AS (${minutesOf('inserted')}
    ), hour AS (${coarserOf('minute', '1 hour')}
    ), day AS (${coarserOf('hour', '1 day')}
    ), minutes AS (${add(MINUTE, 'minute')}
    ), hours AS (${add(HOUR, 'hour')}
    ), days AS (${add(DAY, 'day')}
    )
    SELECT array_agg(fresh.place::integer ORDER BY fresh.number) INTO places FROM fresh;
    UPDATE liquidation_cursor SET last_seq = base + cardinality(places) WHERE cardinality(places) > 0;
    RETURN QUERY SELECT taken.place, base + taken.nth FROM unnest(places) WITH ORDINALITY AS taken (place, nth);
  EXCEPTION WHEN unique_violation THEN
    RAISE EXCEPTION 'a row was inserted without the lock on liquidation_cursor' USING ERRCODE = '40001';
  END
  $function$`;
