import { type Pool } from 'pg';
import { DatabaseError } from './database-errors.js';

/**
 * Marks the database, once and for good, as one of real or of simulated events, and refuses the other kind afterwards:
 * an invented liquidation among real ones could never be told apart again. Throws DatabaseError (`OTHER_KIND`).
 */
export async function claimStoreKind(writer: Pick<Pool, 'query'>, simulated: boolean): Promise<void> {
  await writer.query('UPDATE liquidation_cursor SET simulated = $1 WHERE simulated IS NULL', [simulated]);
  const { rows } = await writer.query<{ simulated: boolean }>('SELECT simulated FROM liquidation_cursor');
  if (rows[0]?.simulated === simulated) return;
  throw new DatabaseError(
    'OTHER_KIND',
    simulated
      ? 'The database holds real liquidations, and simulated ones must not come among them. Set DATA_DIR or DATABASE_URL to another database.'
      : 'The database holds simulated liquidations, and real ones must not come among them. Set DATA_DIR or DATABASE_URL to another database.',
  );
}
