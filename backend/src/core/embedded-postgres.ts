import { join } from 'node:path';
import { type Clock, type Timer } from '@orderfox/feed';
import { BoundedLogFile } from './bounded-log-file.js';
import { type DataDirectory } from './data-directory.js';
import { type DatabaseAddress } from './database-address.js';
import { messageOf } from './error-facts.js';
import { findPostgresBinaries, type PostgresBinaries } from './embedded-postgres-binaries.js';
import {
  POSTGRES_USER,
  prepareCluster,
  prepareSocketDirectory,
  removeTemporarySocketDirectory,
} from './embedded-postgres-cluster.js';
import { PostgresCommand } from './embedded-postgres-command.js';
import { settleOrphan } from './embedded-postgres-orphan.js';
import { PostgresServer } from './embedded-postgres-server.js';

/** Part of the name of the socket only: the server listens on no network at all. */
const PORT = 5432;
const STOP_WITHIN_MS = 5_000;
const RESTART_FIRST_MS = 100;
const RESTART_MOST_MS = 10_000;
/** A server that ran this long counts as sound again: the next pause starts short. */
const SOUND_AFTER_MS = 60_000;

/** Server settings that differ from Postgres' own. */
const SETTINGS = {
  listen_addresses: '',
  port: String(PORT),
  unix_socket_permissions: '0700',
  max_connections: '40',
  timezone: 'UTC',
  log_timezone: 'UTC',
  // No replicas: less is written ahead.
  wal_level: 'minimal',
  max_wal_senders: '0',
  // Statements here are short; compiling them costs more than it saves.
  jit: 'off',
  // Its files lie on this machine's own disk or in its memory: an index is read in its order rather than a heap sorted.
  random_page_cost: '1.1',
  // A refused row is quarantined with its text; the log need not repeat it.
  log_min_error_statement: 'panic',
  log_checkpoints: 'off',
};

/** What the embedded server is started with. */
export interface EmbeddedPostgresOptions {
  /** Held by this process, which is what makes it safe to end a server found in it. */
  readonly directory: DataDirectory;
  readonly clock: Clock;
  /** One sentence each time something happened that an operator should know. */
  readonly onNotice: (message: string) => void;
  /** Server settings in addition to, or instead of, the usual ones. */
  readonly settings?: Readonly<Record<string, string>>;
}

/**
 * The Postgres that comes with the product: binaries from npm, files in `<DATA_DIR>/postgres`, reached through a socket
 * that only this user can open. It starts with the backend, stops with it, comes back by itself when it dies, and
 * survives `kill -9` of either without losing a committed row.
 */
export class EmbeddedPostgres {
  #server: PostgresServer | undefined;
  #stopping: Promise<void> | undefined;
  #restart: Timer | undefined;
  #starting: Promise<void> | undefined;
  #restartMs = RESTART_FIRST_MS;

  private constructor(
    private readonly options: EmbeddedPostgresOptions,
    private readonly files: string,
    private readonly binaries: PostgresBinaries,
    private readonly command: PostgresCommand,
    private readonly socketDirectory: string,
    private readonly log: BoundedLogFile,
  ) {}

  /** Makes the database at the first start, settles what an earlier one left, and starts. Throws EmbeddedPostgresError. */
  static async start(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
    const { directory, clock, onNotice } = options;
    const files = join(directory.path, 'postgres');
    const binaries = await findPostgresBinaries();
    const command = await PostgresCommand.find(binaries);
    await prepareCluster(files, binaries, command);
    if ((await settleOrphan(files, clock)) === 'stopped') {
      onNotice('Stopped a Postgres that an earlier run had left behind');
    }
    const socketDirectory = await prepareSocketDirectory(files, command);
    const log = new BoundedLogFile(join(directory.path, 'postgres.log'));
    const postgres = new EmbeddedPostgres(options, files, binaries, command, socketDirectory, log);
    await postgres.#launch();
    return postgres;
  }

  /** How to connect. Stays the same when the server dies and comes back. */
  get address(): DatabaseAddress {
    return { host: this.socketDirectory, port: PORT, user: POSTGRES_USER, database: 'postgres' };
  }

  /** Process number of the server; undefined while it is down. */
  get pid(): number | undefined {
    return this.#server?.pid;
  }

  /** Stops the server and waits for its end, at most a few seconds. May be called twice. */
  stop(): Promise<void> {
    this.#stopping ??= this.#stop();
    return this.#stopping;
  }

  async #stop(): Promise<void> {
    this.#restart?.cancel();
    await this.#starting;
    await this.#server?.stop(STOP_WITHIN_MS);
    await removeTemporarySocketDirectory(this.socketDirectory);
  }

  async #launch(): Promise<void> {
    const settings = { ...SETTINGS, unix_socket_directories: this.socketDirectory, ...this.options.settings };
    const server = await PostgresServer.start({
      command: this.command,
      program: this.binaries.postgres,
      arguments: [
        '-D',
        this.files,
        ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
      ],
      clock: this.options.clock,
      onLine: (line) => this.log.write(`${line}\n`),
    });
    this.#server = server;
    const sinceMs = this.options.clock.monotonicMs();
    void server.ended.then((how) => {
      if (this.options.clock.monotonicMs() - sinceMs >= SOUND_AFTER_MS) this.#restartMs = RESTART_FIRST_MS;
      if (this.#stopping === undefined) this.#comeBack(`Postgres ended with ${how}`);
    });
  }

  /** Starts the server again after a pause that grows while starting fails. */
  #comeBack(reason: string): void {
    const pauseMs = this.#restartMs;
    this.#restartMs = Math.min(RESTART_MOST_MS, pauseMs * 2);
    this.options.onNotice(`${reason}; starting it again in ${pauseMs} ms`);
    this.#restart = this.options.clock.after(pauseMs, () => {
      this.#starting = this.#relaunch();
    });
  }

  async #relaunch(): Promise<void> {
    try {
      await settleOrphan(this.files, this.options.clock);
      await this.#launch();
      this.options.onNotice('Postgres is back');
    } catch (error) {
      if (this.#stopping === undefined) this.#comeBack(messageOf(error));
    }
  }
}
