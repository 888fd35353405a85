import { AbstractLogger, type DataSourceOptions } from 'typeorm';
import { clientConfig, type DatabaseAddress, type SessionLimits } from './database-address.js';

/** TypeORM would print on its own: what fails is thrown, and told once by whoever catches it. */
class QuietLogger extends AbstractLogger {
  protected override writeLog(): void {
    // Nothing.
  }
}

/** Connection settings for TypeORM, the same as for `pg`. */
export function typeormOptions(
  address: DatabaseAddress,
  limits: SessionLimits,
  poolSize: number,
): Extract<DataSourceOptions, { type: 'postgres' }> {
  const { host, port, user, database, connectionString, ...extra } = clientConfig(address, limits);
  return {
    type: 'postgres',
    ...(connectionString !== undefined && { url: connectionString }),
    ...(host !== undefined && { host }),
    ...(port !== undefined && { port }),
    ...(user !== undefined && { username: user }),
    ...(database !== undefined && { database }),
    poolSize,
    extra,
    // Schema comes from migrations alone, and nothing in it needs an extension.
    synchronize: false,
    installExtensions: false,
    logger: new QuietLogger(),
  };
}
