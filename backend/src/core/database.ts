import { Pool } from 'pg';
import { DataSource, type EntitySchema } from 'typeorm';
import { type Clock } from '@orderfox/feed';
import { clientConfig, READER_LIMITS, WRITER_LIMITS, type DatabaseAddress } from './database-address.js';
import { type DataDirectory } from './data-directory.js';
import { migrate, type Migration } from './database-migration.js';
import { waitForDatabase } from './database-readiness.js';
import { typeormOptions } from './database-typeorm.js';
import { EmbeddedPostgres } from './embedded-postgres.js';
import { ReaderPool } from './reader-pool.js';

const WAIT_MS = 60_000;
const WRITERS = 4;
const READERS = 8;
const ENTITY_READERS = 2;

/** What the database is opened with. */
export interface DatabaseOptions {
  /** A server that runs already; absent: the embedded one is started in `directory`. */
  readonly address?: DatabaseAddress;
  readonly directory: DataDirectory;
  readonly migrations: readonly Migration[];
  readonly entities: readonly EntitySchema[];
  readonly clock: Clock;
  /** One sentence each time something happened that an operator should know. */
  readonly onNotice: (message: string) => void;
  /** How long a server that is not there yet is waited for, in ms. */
  readonly waitMs?: number;
  /** Settings of the embedded server besides the usual ones. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Queries of the API that may wait for a connection; default MAX_WAITING. */
  readonly maxWaiting?: number;
}

/**
 * The open database, schema up to date. Recording has connections of its own, so that no number of queries can keep a
 * liquidation waiting. A broken connection is replaced by the next query; nothing here has to be opened again.
 */
export class Database {
  #closing: Promise<void> | undefined;

  private constructor(
    /** For recording: 15 s a statement. */
    readonly writer: Pool,
    /** For the API: 5 s a statement, and a bound on how many wait. */
    readonly reader: ReaderPool,
    /** TypeORM, for ordinary reads of entities: 5 s a statement. */
    readonly dataSource: DataSource,
    /** The embedded server, if that is what runs. */
    readonly embedded: EmbeddedPostgres | undefined,
  ) {}

  /**
   * Starts the embedded server or waits for the configured one, and migrates.
   * Throws EmbeddedPostgresError and DatabaseError; nothing is left running then.
   */
  static async open(options: DatabaseOptions): Promise<Database> {
    if (options.address !== undefined) return Database.#connect(options.address, options);
    const embedded = await EmbeddedPostgres.start(options);
    try {
      return await Database.#connect(embedded.address, options, embedded);
    } catch (error) {
      await embedded.stop();
      throw error;
    }
  }

  static async #connect(
    address: DatabaseAddress,
    { clock, onNotice, waitMs = WAIT_MS, maxWaiting, migrations, entities }: DatabaseOptions,
    embedded?: EmbeddedPostgres,
  ): Promise<Database> {
    await waitForDatabase(address, clock, waitMs, onNotice);
    for (const name of await migrate(address, migrations)) onNotice(`Migrated the database: ${name}`);
    const dataSource = new DataSource({
      ...typeormOptions(address, READER_LIMITS, ENTITY_READERS),
      entities: [...entities],
    });
    await dataSource.initialize();
    const writer = quiet(new Pool({ ...clientConfig(address, WRITER_LIMITS), max: WRITERS }));
    const reader = quiet(
      new ReaderPool({ ...clientConfig(address, READER_LIMITS), max: READERS }, maxWaiting),
    );
    return new Database(writer, reader, dataSource, embedded);
  }

  /** Ends the connections, then the embedded server. May be called twice. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    // A pool ends when its last query does, and the server's fast shutdown ends those.
    const ended = Promise.allSettled([this.writer.end(), this.reader.end(), this.dataSource.destroy()]);
    await this.embedded?.stop();
    await ended;
  }
}

/** An idle connection that breaks says so here and is replaced; without a listener it would end the process. */
function quiet<Kind extends Pool>(pool: Kind): Kind {
  pool.on('error', () => undefined);
  return pool;
}
