import { type MigrationInterface, type QueryRunner } from 'typeorm';

/** The first schema: recorded liquidations, refused rows, gaps and progress of feeds, kept catalogues. */
export class CreateSchema1795219200000 implements MigrationInterface {
  readonly name = 'CreateSchema1795219200000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of [LIQUIDATION, CURSOR, RECORD_LIQUIDATIONS, QUARANTINE, FEEDS, CATALOGUE]) {
      await runner.query(statement);
    }
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP FUNCTION record_liquidations');
    await runner.query(
      'DROP TABLE liquidation, liquidation_cursor, quarantine, feed_gap, feed_progress, venue_catalogue',
    );
  }
}

/**
 * Unique keys of a partitioned table hold its partition column. That takes nothing away here: the event key contains
 * the venue's time, so one key always lies in one partition. What has no partition of its own month goes to the default.
 */
const LIQUIDATION = `
  CREATE TABLE liquidation (
    seq bigint NOT NULL,
    event_key text NOT NULL,
    venue text NOT NULL,
    symbol text NOT NULL,
    venue_symbol text NOT NULL,
    base_asset text NOT NULL,
    quote_asset text NOT NULL,
    liquidated_side text NOT NULL CHECK (liquidated_side IN ('LONG', 'SHORT')),
    side text NOT NULL CHECK (side IN ('BUY', 'SELL')),
    quantity numeric NOT NULL,
    price numeric NOT NULL,
    average_price numeric,
    mark_price numeric,
    price_used text NOT NULL CHECK (price_used IN ('FILL', 'BANKRUPTCY', 'MARK', 'ORDER')),
    notional_usd numeric NOT NULL,
    venue_time timestamptz NOT NULL,
    received_at timestamptz NOT NULL,
    committed_at timestamptz NOT NULL,
    raw text NOT NULL,
    PRIMARY KEY (seq, venue_time),
    UNIQUE (event_key, venue_time)
  ) PARTITION BY RANGE (venue_time);
  CREATE INDEX liquidation_symbol_seq ON liquidation (symbol, seq);
  CREATE INDEX liquidation_venue_time ON liquidation (venue_time);
  CREATE TABLE liquidation_default PARTITION OF liquidation DEFAULT`;

/** One row, held by one constraint: who locks it is the one writer for the length of a batch. */
const CURSOR = `
  CREATE TABLE liquidation_cursor (
    singleton boolean PRIMARY KEY DEFAULT true CHECK (singleton),
    last_seq bigint NOT NULL DEFAULT 0,
    oldest_seq bigint NOT NULL DEFAULT 1,
    simulated boolean,
    store_id text NOT NULL DEFAULT substr(replace(gen_random_uuid()::text, '-', ''), 1, 12)
  );
  INSERT INTO liquidation_cursor DEFAULT VALUES`;

/**
 * Records one batch: a JSON array with the columns of \`liquidation\`. Rows that are already there are left out; the others
 * are numbered in their order, without a hole, from the cursor on. Answers with the new rows: place in the batch, counted
 * from 1, and seq. Fails with 40001 (try again) when somebody inserted beside the lock, rather than leave a hole.
 *
 * The lock comes first and in a statement of its own: in READ COMMITTED the insert below then sees everything that earlier
 * holders committed. The planner is kept to index look-ups, because a plan made while the table was small would be
 * kept when it is large, and scan it for every batch.
 */
export const RECORD_LIQUIDATIONS = `
  CREATE FUNCTION record_liquidations(batch json, committed timestamptz)
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
    inserts bigint;
  BEGIN
    SELECT last_seq INTO STRICT base FROM liquidation_cursor FOR UPDATE;
    WITH given AS (
      SELECT *
      FROM ROWS FROM (
        json_to_recordset(batch) AS (
          event_key text, venue text, symbol text, venue_symbol text, base_asset text, quote_asset text,
          liquidated_side text, side text, quantity numeric, price numeric, average_price numeric, mark_price numeric,
          price_used text, notional_usd numeric, venue_time timestamptz, received_at timestamptz, raw text
        )
      ) WITH ORDINALITY AS row (
        event_key, venue, symbol, venue_symbol, base_asset, quote_asset,
        liquidated_side, side, quantity, price, average_price, mark_price,
        price_used, notional_usd, venue_time, received_at, raw, place
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
      ON CONFLICT DO NOTHING
      RETURNING seq
    )
    SELECT array_agg(fresh.place::integer ORDER BY fresh.number), (SELECT count(*) FROM inserted)
    INTO places, inserts
    FROM fresh;
    IF inserts <> coalesce(cardinality(places), 0) THEN
      RAISE EXCEPTION 'a row was inserted without the lock on liquidation_cursor' USING ERRCODE = '40001';
    END IF;
    IF inserts > 0 THEN
      UPDATE liquidation_cursor SET last_seq = base + inserts;
    END IF;
    RETURN QUERY SELECT taken.place, base + taken.nth FROM unnest(places) WITH ORDINALITY AS taken (place, nth);
  END
  $function$`;

const QUARANTINE = `
  CREATE TABLE quarantine (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    venue text NOT NULL,
    reason text NOT NULL,
    detail text NOT NULL,
    venue_symbol text,
    received_at timestamptz NOT NULL,
    raw text NOT NULL
  );
  CREATE INDEX quarantine_venue_id ON quarantine (venue, id);
  CREATE INDEX quarantine_reason_venue_id ON quarantine (reason, venue, id)`;

const FEEDS = `
  CREATE TABLE feed_gap (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    venue text NOT NULL,
    stream text NOT NULL,
    from_time timestamptz NOT NULL,
    to_time timestamptz,
    cause text NOT NULL,
    detail text NOT NULL
  );
  CREATE UNIQUE INDEX feed_gap_key ON feed_gap (venue, stream, from_time, cause);
  CREATE TABLE feed_progress (
    venue text NOT NULL,
    stream text NOT NULL,
    last_good_at timestamptz NOT NULL,
    PRIMARY KEY (venue, stream)
  )`;

const CATALOGUE = `
  CREATE TABLE venue_catalogue (
    venue text PRIMARY KEY,
    fetched_at timestamptz NOT NULL,
    instruments jsonb NOT NULL
  )`;
