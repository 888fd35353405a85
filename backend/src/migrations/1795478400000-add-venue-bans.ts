import { type MigrationInterface, type QueryRunner } from 'typeorm';

/** The newest time in which each venue wanted no requests, so that the next process keeps to it before its first one. */
export class AddVenueBans1795478400000 implements MigrationInterface {
  readonly name = 'AddVenueBans1795478400000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE venue_ban (
        venue text NOT NULL,
        root text NOT NULL,
        failure text NOT NULL,
        status smallint NOT NULL,
        reason text NOT NULL,
        from_time timestamptz NOT NULL,
        until_time timestamptz NOT NULL,
        strikes smallint NOT NULL,
        PRIMARY KEY (venue, root)
      )`);
    await runner.query(
      `COMMENT ON TABLE venue_ban IS 'The newest time in which each venue, at the address that was asked, wanted no requests.'`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE venue_ban');
  }
}
