import { type MigrationInterface, type QueryRunner } from 'typeorm';

/**
 * Whether the depth of a stored top is all, or at least so much because the book ended nearer. Of rows that are there
 * already nobody knows: "at least" is true of every one.
 */
export class SayWhereDepthEnds1795824000000 implements MigrationInterface {
  readonly name = 'SayWhereDepthEnds1795824000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE book_top
        ADD COLUMN bid_depth_is_floor boolean NOT NULL DEFAULT true,
        ADD COLUMN ask_depth_is_floor boolean NOT NULL DEFAULT true`);
    await runner.query(`
      ALTER TABLE book_top
        ALTER COLUMN bid_depth_is_floor DROP DEFAULT,
        ALTER COLUMN ask_depth_is_floor DROP DEFAULT`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE book_top DROP COLUMN bid_depth_is_floor, DROP COLUMN ask_depth_is_floor');
  }
}
