import { type MigrationInterface, type QueryRunner } from 'typeorm';

/** Open interest and funding of the venues, as they were asked for or fetched afterwards. */
export class AddOpenInterestAndFunding1795651200000 implements MigrationInterface {
  readonly name = 'AddOpenInterestAndFunding1795651200000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(OPEN_INTEREST);
    await runner.query(FUNDING);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE open_interest, funding');
  }
}

/**
 * Keyed by the venue's time: what is asked for twice, or comes from history once more, is one row. The key begins with what
 * charts are read by; the second index is for the age of the newest row, which says what may be dropped.
 */
const OPEN_INTEREST = `
  CREATE TABLE open_interest (
    venue text NOT NULL,
    symbol text NOT NULL,
    venue_symbol text NOT NULL,
    venue_time timestamptz NOT NULL,
    open_interest numeric NOT NULL CHECK (open_interest >= 0),
    open_interest_usd numeric CHECK (open_interest_usd >= 0),
    price_used text CHECK (price_used IN ('VENUE', 'MID', 'CLOSE')),
    is_halved boolean NOT NULL,
    received_at timestamptz NOT NULL,
    PRIMARY KEY (symbol, venue_time, venue, venue_symbol),
    CHECK ((open_interest_usd IS NULL) = (price_used IS NULL))
  ) PARTITION BY RANGE (venue_time);
  CREATE INDEX open_interest_venue_time ON open_interest (venue_time);
  CREATE INDEX open_interest_contract_time ON open_interest (venue, venue_symbol, venue_time);
  CREATE TABLE open_interest_default PARTITION OF open_interest DEFAULT`;

/** Estimates and settled rates are told apart in the key: one is never read as the other. */
const FUNDING = `
  CREATE TABLE funding (
    venue text NOT NULL,
    symbol text NOT NULL,
    venue_symbol text NOT NULL,
    kind text NOT NULL CHECK (kind IN ('ESTIMATE', 'SETTLED')),
    venue_time timestamptz NOT NULL,
    rate numeric NOT NULL,
    interval_ms bigint NOT NULL CHECK (interval_ms > 0),
    next_funding_at timestamptz,
    received_at timestamptz NOT NULL,
    PRIMARY KEY (symbol, venue_time, kind, venue, venue_symbol)
  ) PARTITION BY RANGE (venue_time);
  CREATE INDEX funding_venue_time ON funding (venue_time);
  CREATE INDEX funding_contract_time ON funding (venue, venue_symbol, kind, venue_time);
  CREATE TABLE funding_default PARTITION OF funding DEFAULT`;
