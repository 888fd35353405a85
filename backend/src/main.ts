/** The process: environment in, log and exit code out. Nothing else in the backend touches `process`. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { systemClock } from '@orderfox/feed';
import { Application } from './application.js';
import { ConfigError, readConfig, type Config } from './core/config.js';
import { DataDirectoryInUseError, DataDirectoryUnusableError } from './core/data-directory.js';
import { DatabaseError } from './core/database-errors.js';
import { EmbeddedPostgresError } from './core/embedded-postgres-errors.js';
import { openLog } from './core/log.js';

/** How long a stop may take before the process ends all the same. */
const STOP_WITHIN_MS = 10_000;

/** Errors whose message says all that the person who starts the program needs. */
const PLAIN = [
  ConfigError,
  DataDirectoryInUseError,
  DataDirectoryUnusableError,
  DatabaseError,
  EmbeddedPostgresError,
];

function settings(): Config {
  try {
    return readConfig(process.env);
  } catch (error) {
    fail(error);
  }
}

function fail(error: unknown): never {
  process.stderr.write(`OrderFox cannot start. ${describe(error)}\n`);
  process.exit(1);
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (PLAIN.some((known) => error instanceof known)) return error.message;
  const code = 'code' in error ? error.code : undefined;
  if (code === 'EADDRINUSE') return 'Another program uses the port: set BACKEND_PORT to another one.';
  if (code === 'EACCES' && 'port' in error)
    return 'This user may not use the port: set BACKEND_PORT above 1023.';
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') return 'BACKEND_HOST is no address of this machine.';
  return error.stack ?? error.message;
}

const config = settings();
const log = openLog({
  level: config.DEBUG ? 'debug' : config.LOG_LEVEL,
  pretty: process.stdout.isTTY,
  destination: process.stdout,
});
const manifest = JSON.parse(await readFile(join(import.meta.dirname, '../package.json'), 'utf8')) as {
  readonly version: string;
};

const starting = Application.start({
  config,
  version: manifest.version,
  clock: systemClock,
  random: () => Math.random(),
  log,
});

let ending = false;

/** Ends the process in order; a second request ends it at once. What is committed is safe either way. */
function end(exitCode: number): void {
  if (ending) process.exit(exitCode);
  ending = true;
  const leave = () => process.exit(exitCode);
  systemClock.after(STOP_WITHIN_MS, leave);
  starting.then((application) => application.stop()).then(leave, leave);
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    log.info({ signal }, ending ? 'stopping at once' : 'stopping');
    end(0);
  });
}
for (const event of ['uncaughtException', 'unhandledRejection'] as const) {
  process.on(event, (err: unknown) => {
    log.fatal({ err, event }, 'something failed that nobody had expected; the process ends');
    end(1);
  });
}

try {
  const { url } = await starting;
  process.stdout.write(`OrderFox is ready: ${url}${config.SIMULATED ? ' (SIMULATED)' : ''}\n`);
} catch (error) {
  fail(error);
}
