import { type MigrationInterface, type QueryRunner } from 'typeorm';

/**
 * Bars of trades by minute and hour (UTC) of one contract each, the stretches in which trades are missing, and how far each
 * contract is recorded. Bars and stretches are cut by time, so that what is old is dropped; until a partition is made, and
 * where there is none, rows lie in the default one.
 */
export class AddTradeBars1795564800000 implements MigrationInterface {
  readonly name = 'AddTradeBars1795564800000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of [MINUTES, HOURS, GAPS, PROGRESS, RECORD]) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP FUNCTION record_trade_bars');
    await runner.query('DROP TABLE trade_bar_1m, trade_bar_1h, trade_gap, trade_progress');
  }
}

/**
 * What a bar holds. `first_key` and `last_key` place its first and last trade among those of the contract: the venue's
 * number where it counts trades, else the venue's time in ms. With them two parts of a bar are joined in either order.
 */
const BAR = `
    venue text NOT NULL,
    venue_symbol text NOT NULL,
    symbol text NOT NULL,
    bucket timestamptz NOT NULL,
    open numeric NOT NULL,
    high numeric NOT NULL,
    low numeric NOT NULL,
    close numeric NOT NULL,
    buy_quantity numeric NOT NULL,
    sell_quantity numeric NOT NULL,
    buy_usd numeric NOT NULL,
    sell_usd numeric NOT NULL,
    count bigint NOT NULL,
    first_key bigint NOT NULL,
    last_key bigint NOT NULL,
    revision integer NOT NULL`;

const MINUTES = `
  CREATE TABLE trade_bar_1m (${BAR},
    PRIMARY KEY (venue, venue_symbol, bucket)
  ) PARTITION BY RANGE (bucket);
  CREATE TABLE trade_bar_1m_default PARTITION OF trade_bar_1m DEFAULT`;

const HOURS = `
  CREATE TABLE trade_bar_1h (${BAR},
    first_minute timestamptz NOT NULL,
    last_minute timestamptz NOT NULL,
    PRIMARY KEY (venue, venue_symbol, bucket)
  ) PARTITION BY RANGE (bucket);
  CREATE TABLE trade_bar_1h_default PARTITION OF trade_bar_1h DEFAULT`;

/**
 * Trades between the two times, both included, are missing or may be. With ids the venue can be asked for them still.
 * By the end, so that a row is kept as long as any bar that it speaks of.
 */
const GAPS = `
  CREATE TABLE trade_gap (
    venue text NOT NULL,
    venue_symbol text NOT NULL,
    symbol text NOT NULL,
    number bigint NOT NULL,
    from_time timestamptz NOT NULL,
    to_time timestamptz NOT NULL,
    from_id bigint,
    to_id bigint,
    missed bigint,
    reason text NOT NULL,
    noted_at timestamptz NOT NULL,
    PRIMARY KEY (venue, venue_symbol, to_time, number)
  ) PARTITION BY RANGE (to_time);
  CREATE TABLE trade_gap_default PARTITION OF trade_gap DEFAULT`;

/**
 * One row for each contract: every trade before \`covered_to\` is in a bar or in a gap, and so is every trade up to
 * \`last_key\`. Each write is one step of \`version\`, which keeps two writers apart and a write from being made twice.
 */
const PROGRESS = `
  CREATE TABLE trade_progress (
    venue text NOT NULL,
    venue_symbol text NOT NULL,
    symbol text NOT NULL,
    version bigint NOT NULL,
    writer text NOT NULL,
    covered_to timestamptz NOT NULL,
    last_key bigint NOT NULL,
    last_time timestamptz NOT NULL,
    last_gap bigint NOT NULL,
    PRIMARY KEY (venue, venue_symbol)
  ) WITH (fillfactor = 50)`;

/** Sums of the parts of a bar. \`known\` is what is stored, \`excluded\` what comes to it. */
const JOINED = `
      open = CASE WHEN excluded.first_key < known.first_key THEN excluded.open ELSE known.open END,
      high = greatest(known.high, excluded.high),
      low = least(known.low, excluded.low),
      close = CASE WHEN excluded.last_key >= known.last_key THEN excluded.close ELSE known.close END,
      buy_quantity = known.buy_quantity + excluded.buy_quantity,
      sell_quantity = known.sell_quantity + excluded.sell_quantity,
      buy_usd = known.buy_usd + excluded.buy_usd,
      sell_usd = known.sell_usd + excluded.sell_usd,
      count = known.count + excluded.count,
      first_key = least(known.first_key, excluded.first_key),
      last_key = greatest(known.last_key, excluded.last_key),
      revision = known.revision + 1`;

const NUMBERS =
  'open, high, low, close, buy_quantity, sell_quantity, buy_usd, sell_usd, count, first_key, last_key';

/**
 * Records what came of many contracts, all or nothing for each: \`markets\` says whose and how far, \`bars\` are parts of
 * minutes, at most one for a minute, \`gaps\` what is missing and \`filled\` the numbers of gaps that are none any more. A
 * contract whose version is not the one that is stored is left out with all that belongs to it: somebody else has written,
 * or this very call once before. Answers with the contracts that were taken.
 *
 * Hours are made of their minutes when they are over, and again when one of these changes.
 */
const RECORD = `
  CREATE FUNCTION record_trade_bars(batch json)
  RETURNS TABLE (venue text, venue_symbol text)
  LANGUAGE plpgsql
  AS $function$
  #variable_conflict use_column
  DECLARE
    taken json;
  BEGIN
    WITH given AS (
      SELECT * FROM json_to_recordset(batch -> 'markets') AS market (
        venue text, venue_symbol text, symbol text, version bigint, writer text, covered_to timestamptz,
        last_key bigint, last_time timestamptz, last_gap bigint
      )
    ), before AS (
      SELECT given.venue, given.venue_symbol, known.covered_to
      FROM given LEFT JOIN trade_progress AS known USING (venue, venue_symbol)
    ), written AS (
      INSERT INTO trade_progress AS known (
        venue, venue_symbol, symbol, version, writer, covered_to, last_key, last_time, last_gap
      )
      SELECT venue, venue_symbol, symbol, version, writer, covered_to, last_key, last_time, last_gap FROM given
      ORDER BY venue, venue_symbol
      ON CONFLICT (venue, venue_symbol) DO UPDATE SET
        symbol = excluded.symbol,
        version = excluded.version,
        writer = excluded.writer,
        covered_to = excluded.covered_to,
        last_key = excluded.last_key,
        last_time = excluded.last_time,
        last_gap = excluded.last_gap
      WHERE known.version = excluded.version - 1
      RETURNING known.venue, known.venue_symbol, known.covered_to
    )
    SELECT json_agg(json_build_object(
      'venue', written.venue, 'venue_symbol', written.venue_symbol,
      'from_hour', date_trunc('hour', before.covered_to, 'UTC'),
      'to_hour', date_trunc('hour', written.covered_to, 'UTC')
    ))
    INTO taken
    FROM written JOIN before USING (venue, venue_symbol);
    IF taken IS NULL THEN RETURN; END IF;

    INSERT INTO trade_bar_1m AS known (venue, venue_symbol, symbol, bucket, ${NUMBERS}, revision)
    SELECT venue, venue_symbol, symbol, bucket, ${NUMBERS}, 1
    FROM json_to_recordset(batch -> 'bars') AS bar (
      venue text, venue_symbol text, symbol text, bucket timestamptz, open numeric, high numeric, low numeric,
      close numeric, buy_quantity numeric, sell_quantity numeric, buy_usd numeric, sell_usd numeric, count bigint,
      first_key bigint, last_key bigint
    )
    JOIN json_to_recordset(taken) AS whose (venue text, venue_symbol text) USING (venue, venue_symbol)
    ON CONFLICT (venue, venue_symbol, bucket) DO UPDATE SET ${JOINED};

    DELETE FROM trade_gap AS gap
    USING json_to_recordset(batch -> 'filled') AS filled (
      venue text, venue_symbol text, number bigint, to_time timestamptz
    )
    JOIN json_to_recordset(taken) AS whose (venue text, venue_symbol text) USING (venue, venue_symbol)
    WHERE gap.venue = filled.venue AND gap.venue_symbol = filled.venue_symbol
      AND gap.to_time = filled.to_time AND gap.number = filled.number;

    INSERT INTO trade_gap (
      venue, venue_symbol, symbol, number, from_time, to_time, from_id, to_id, missed, reason, noted_at
    )
    SELECT venue, venue_symbol, symbol, number, from_time, to_time, from_id, to_id, missed, reason, noted_at
    FROM json_to_recordset(batch -> 'gaps') AS gap (
      venue text, venue_symbol text, symbol text, number bigint, from_time timestamptz, to_time timestamptz,
      from_id bigint, to_id bigint, missed bigint, reason text, noted_at timestamptz
    )
    JOIN json_to_recordset(taken) AS whose (venue text, venue_symbol text) USING (venue, venue_symbol);

    INSERT INTO trade_bar_1h AS known (
      venue, venue_symbol, symbol, bucket, ${NUMBERS}, first_minute, last_minute, revision
    )
    SELECT
      minute.venue, minute.venue_symbol, max(minute.symbol), due.bucket,
      (array_agg(open ORDER BY minute.bucket))[1], max(high), min(low),
      (array_agg(close ORDER BY minute.bucket DESC))[1],
      sum(buy_quantity), sum(sell_quantity), sum(buy_usd), sum(sell_usd), sum(count)::bigint,
      (array_agg(first_key ORDER BY minute.bucket))[1], (array_agg(last_key ORDER BY minute.bucket DESC))[1],
      min(minute.bucket), max(minute.bucket), 1
    FROM (
      SELECT minute.venue, minute.venue_symbol, date_trunc('hour', minute.bucket, 'UTC') AS bucket
      FROM trade_bar_1m AS minute
      JOIN json_to_recordset(taken) AS whose (
        venue text, venue_symbol text, from_hour timestamptz, to_hour timestamptz
      )
        ON whose.venue = minute.venue AND whose.venue_symbol = minute.venue_symbol
        AND minute.bucket >= whose.from_hour AND minute.bucket < whose.to_hour
      UNION
      SELECT venue, venue_symbol, date_trunc('hour', bucket, 'UTC')
      FROM json_to_recordset(batch -> 'bars') AS bar (venue text, venue_symbol text, bucket timestamptz)
      JOIN json_to_recordset(taken) AS whose (venue text, venue_symbol text, to_hour timestamptz)
        USING (venue, venue_symbol)
      WHERE bucket < to_hour
    ) AS due
    JOIN trade_bar_1m AS minute
      ON minute.venue = due.venue AND minute.venue_symbol = due.venue_symbol
      AND minute.bucket >= due.bucket AND minute.bucket < due.bucket + interval '1 hour'
    GROUP BY minute.venue, minute.venue_symbol, due.bucket
    ON CONFLICT (venue, venue_symbol, bucket) DO UPDATE SET
      open = excluded.open, high = excluded.high, low = excluded.low, close = excluded.close,
      buy_quantity = excluded.buy_quantity, sell_quantity = excluded.sell_quantity,
      buy_usd = excluded.buy_usd, sell_usd = excluded.sell_usd, count = excluded.count,
      first_key = excluded.first_key, last_key = excluded.last_key,
      first_minute = excluded.first_minute, last_minute = excluded.last_minute,
      revision = known.revision + 1;

    RETURN QUERY SELECT whose.venue, whose.venue_symbol
      FROM json_to_recordset(taken) AS whose (venue text, venue_symbol text);
  END
  $function$`;
