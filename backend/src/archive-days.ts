/** Archives given days at once, for `npm run archive`, while the backend is stopped. */
import { systemClock } from '@orderfox/feed';
import { readConfig } from './core/config.js';
import { DataDirectory } from './core/data-directory.js';
import { Database } from './core/database.js';
import { claimStoreKind } from './core/store-kind.js';
import { type Log } from './core/log.js';
import { MIGRATIONS } from './migrations/index.js';
import { LiquidationTable } from './modules/liquidation/liquidation.table.js';
import { dayStart } from './modules/archive/archive-path.js';
import { dayFrom } from './modules/archive/archive-plan.js';
import { type ArchiveCounts } from './modules/archive/archiver.js';
import { createArchive } from './modules/archive/create-archive.js';
import { readKeptSymbols } from './modules/symbols/kept-symbols.js';

const DAY_MS = 24 * 3_600_000;

/** What came of it. */
export interface ArchivedDays {
  readonly counts: ArchiveCounts;
  /** What is wrong, where something failed. */
  readonly trouble?: string;
}

/**
 * Writes the files of the days between two instants, both included, of all that `ARCHIVE` names. Rejects where the data
 * directory is in use by a backend, which does the same by itself, and where the database cannot be reached.
 */
export async function archiveDays(
  environment: Readonly<Record<string, string | undefined>>,
  version: string,
  { fromMs, toMs, log }: { readonly fromMs: number; readonly toMs: number; readonly log: Log },
): Promise<ArchivedDays> {
  const config = readConfig(environment);
  const clock = systemClock;
  const directory = await DataDirectory.claim(config.DATA_DIR);
  try {
    const database = await Database.open({
      ...(config.DATABASE_URL !== undefined && { address: { connectionString: config.DATABASE_URL } }),
      directory,
      migrations: MIGRATIONS,
      entities: [LiquidationTable],
      clock,
      onNotice: (message) => log.info({}, message),
    });
    try {
      await claimStoreKind(database.writer, config.SIMULATED);
      const catalog = await readKeptSymbols(config.venues, database.reader);
      const unknown = config.SYMBOLS.filter((name) => catalog.find(name) === undefined);
      if (unknown.length > 0) {
        log.warn(
          { unknown },
          `no market is known by these names of SYMBOLS, which are taken as they are: ${unknown.join(', ')}`,
        );
      }
      const archiver = createArchive({ config, catalog, database, directory, version, clock, log });
      if (archiver === undefined) throw new Error('ARCHIVE is off: there is nothing to be written');
      const days = [];
      for (let ms = dayStart(fromMs); ms <= toMs; ms += DAY_MS) days.push(dayFrom(ms));
      const failures = await archiver.writeDays(days);
      const { counts, status } = archiver;
      return failures === 0 ? { counts } : { counts, trouble: status.detail };
    } finally {
      await database.close();
    }
  } finally {
    await directory.release();
  }
}
