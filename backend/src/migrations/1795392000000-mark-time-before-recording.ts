import { type MigrationInterface, type QueryRunner } from 'typeorm';

/**
 * A gap for the time before recording began, as every stream gets it at its first data from now on. For streams that are
 * known already it ends at the earliest moment that is on record of them.
 */
export class MarkTimeBeforeRecording1795392000000 implements MigrationInterface {
  readonly name = 'MarkTimeBeforeRecording1795392000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      WITH noted AS (
        SELECT venue, stream, last_good_at AS at FROM feed_progress
        UNION ALL
        SELECT venue, stream, min(from_time) FROM feed_gap GROUP BY venue, stream
      ), received AS (
        SELECT venue, 'liquidations' AS stream, min(received_at) AS at FROM liquidation GROUP BY venue
      )
      INSERT INTO feed_gap (venue, stream, from_time, to_time, cause, detail)
      SELECT
        venue, stream, 'epoch', least(min(noted.at), min(received.at)), 'NOT_RECORDED',
        'Recording of this feed had not begun.'
      FROM noted LEFT JOIN received USING (venue, stream)
      GROUP BY venue, stream`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DELETE FROM feed_gap WHERE cause = 'NOT_RECORDED'`);
  }
}
