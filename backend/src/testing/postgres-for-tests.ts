import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '@orderfox/feed';
import { layEmptyDatabase } from '@orderfox/testing';
import { DataDirectory } from '../core/data-directory.js';
import { Database } from '../core/database.js';
import { EmbeddedPostgres } from '../core/embedded-postgres.js';
import { signalProcess } from '../core/process-identity.js';
import { MIGRATIONS } from '../migrations/index.js';
import { LiquidationTable } from '../modules/liquidation/liquidation.table.js';

/**
 * Durable against the death of a process, which is what specs do to it, and not against the loss of power: the files'
 * pages stay with the kernel.
 */
const SETTINGS = { fsync: 'off', full_page_writes: 'off' };

/** For specs: a Postgres of its own in a temporary directory, migrated, that can be killed and brought back. */
export class PostgresForTests {
  private constructor(
    readonly directory: DataDirectory,
    readonly database: Database,
    private server: EmbeddedPostgres,
  ) {}

  /** Makes one from nothing, in about a second. Dispose of it when done. */
  static async start(settings: Readonly<Record<string, string>> = {}): Promise<PostgresForTests> {
    const directory = await DataDirectory.claim(await mkdtemp(join(tmpdir(), 'orderfox-spec-')));
    layEmptyDatabase(directory.path);
    // Not through Database.open, which would own the server and stop it for good.
    const server = await startServer(directory, settings);
    try {
      const database = await Database.open({
        address: server.address,
        directory,
        migrations: MIGRATIONS,
        entities: [LiquidationTable],
        clock: systemClock,
        onNotice: () => undefined,
      });
      return new PostgresForTests(directory, database, server);
    } catch (error) {
      await server.stop();
      await directory.release();
      await rm(directory.path, { recursive: true, force: true });
      throw error;
    }
  }

  /** Process number of the server; undefined while it is down. */
  get pid(): number | undefined {
    return this.server.pid;
  }

  /** `kill -9` of the server. It comes back by itself, after recovery, as it would in production. */
  kill(): void {
    if (this.server.pid !== undefined) signalProcess(this.server.pid, 'SIGKILL');
  }

  /** Stops the server; it stays away until `start`. */
  async stop(): Promise<void> {
    await this.server.stop();
  }

  /** Starts the server again after `stop`, at the same address. */
  async start(): Promise<void> {
    this.server = await startServer(this.directory, {});
  }

  /** Stops everything and removes the files. */
  async dispose(): Promise<void> {
    await this.server.stop();
    await this.database.close();
    await this.directory.release();
    await rm(this.directory.path, { recursive: true, force: true });
  }
}

function startServer(
  directory: DataDirectory,
  settings: Readonly<Record<string, string>>,
): Promise<EmbeddedPostgres> {
  return EmbeddedPostgres.start({
    directory,
    clock: systemClock,
    onNotice: () => undefined,
    settings: { ...SETTINGS, ...settings },
  });
}
