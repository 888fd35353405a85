import { type MigrationInterface, type QueryRunner } from 'typeorm';

/**
 * The top of order books once a second, in coins and per coin. By time first: rows come in its order, so that the index
 * grows at one end, and the newest and the oldest row are found at once. A second that has no row had no whole book.
 */
export class AddBookTops1795737600000 implements MigrationInterface {
  readonly name = 'AddBookTops1795737600000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE book_top (
        time timestamptz NOT NULL,
        venue_time timestamptz NOT NULL,
        symbol text NOT NULL,
        venue text NOT NULL,
        venue_symbol text NOT NULL,
        bid numeric NOT NULL,
        bid_quantity numeric NOT NULL,
        ask numeric NOT NULL,
        ask_quantity numeric NOT NULL,
        bid_depth_usd numeric NOT NULL,
        ask_depth_usd numeric NOT NULL,
        PRIMARY KEY (time, symbol, venue)
      ) PARTITION BY RANGE (time)`);
    await runner.query('CREATE TABLE book_top_default PARTITION OF book_top DEFAULT');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE book_top');
  }
}
