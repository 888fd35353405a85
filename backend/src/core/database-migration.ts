import { Client } from 'pg';
import { DataSource, type MigrationInterface } from 'typeorm';
import { clientConfig, MIGRATION_LIMITS, type DatabaseAddress } from './database-address.js';
import { DatabaseError } from './database-errors.js';
import { messageOf } from './error-facts.js';
import { typeormOptions } from './database-typeorm.js';

/** Name of the lock that starting backends queue at: the letters OFOX as a number. */
const MIGRATION_LOCK = 0x4f_46_4f_58;

/** A TypeORM migration class. */
export type Migration = new () => MigrationInterface;

/**
 * Brings the schema up to date, each migration in a transaction of its own. Backends that start together take turns:
 * the first migrates, the others find nothing left to do. Resolves with the names of those that ran.
 * Throws DatabaseError.
 */
export async function migrate(
  address: DatabaseAddress,
  migrations: readonly Migration[],
): Promise<readonly string[]> {
  const client = new Client(clientConfig(address, MIGRATION_LIMITS));
  client.on('error', () => undefined);
  const source = new DataSource({
    ...typeormOptions(address, MIGRATION_LIMITS, 1),
    migrations: [...migrations],
    migrationsTableName: 'schema_migration',
  });
  try {
    await client.connect();
    // Held by the session, so it is free again at the latest when this connection is gone.
    await client.query('SELECT pg_advisory_lock($1)', [MIGRATION_LOCK]);
    await source.initialize();
    const ran = await source.runMigrations({ transaction: 'each' });
    return ran.map(({ name }) => name);
  } catch (cause) {
    throw new DatabaseError(
      'MIGRATION',
      `The database schema could not be brought up to date: ${messageOf(cause)}`,
      {
        cause,
      },
    );
  } finally {
    if (source.isInitialized) await source.destroy();
    await client.end().catch(() => undefined);
  }
}
