import { mkdir, mkdtemp, readFile, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { type PostgresBinaries, POSTGRES_MAJOR } from './embedded-postgres-binaries.js';
import { type PostgresCommand } from './embedded-postgres-command.js';
import { EmbeddedPostgresError, OWN_SERVER_HINT } from './embedded-postgres-errors.js';

/** Owner of the embedded database. */
export const POSTGRES_USER = 'orderfox';
/** A socket path holds about 107 bytes (sun_path); the name of the socket itself takes 14 of them. */
const MAX_SOCKET_DIRECTORY_BYTES = 90;
const TEMPORARY_PREFIX = 'orderfox-postgres-';

/** Makes the database files in `directory` if they are not there, and checks that they are of our major version. */
export async function prepareCluster(
  directory: string,
  binaries: PostgresBinaries,
  command: PostgresCommand,
): Promise<void> {
  const version = await readFile(join(directory, 'PG_VERSION'), 'utf8').catch(() => undefined);
  if (version === undefined) await makeCluster(directory, binaries, command);
  else if (version.trim() !== POSTGRES_MAJOR) {
    throw new EmbeddedPostgresError(
      'OTHER_VERSION',
      `${directory} was written by Postgres ${version.trim()}, this version brings Postgres ${POSTGRES_MAJOR}. Dump the data with the old version and restore it into a new DATA_DIR. ${OWN_SERVER_HINT}`,
    );
  }
  await command.own(directory);
}

async function makeCluster(
  directory: string,
  { initdb }: PostgresBinaries,
  command: PostgresCommand,
): Promise<void> {
  // Made aside and renamed when complete: a start that is killed half way leaves nothing that looks like a database.
  const unfinished = `${directory}.new`;
  await rm(unfinished, { recursive: true, force: true });
  await mkdir(unfinished, { mode: 0o700 });
  await command.own(unfinished);
  const options = [
    '-D',
    unfinished,
    '-U',
    POSTGRES_USER,
    '--auth-local=trust',
    '--auth-host=reject',
    '-E',
    'UTF8',
  ];
  const locale = ['--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--no-instructions'];
  const child = command.spawn(initdb, [...options, ...locale], true);
  let said = '';
  const listen = (part: Buffer) => void (said = `${said}${part.toString()}`.slice(-2_000));
  child.stdout?.on('data', listen);
  child.stderr?.on('data', listen);
  const problem = await new Promise<string | undefined>((resolve) => {
    child.on('error', (error) => resolve(error.message));
    child.on('close', (status, signal) =>
      resolve(status === 0 ? undefined : `it ended with ${status ?? signal}: ${said}`),
    );
  });
  if (problem !== undefined) {
    throw new EmbeddedPostgresError(
      'INITDB',
      `initdb could not make a database in ${unfinished}: ${problem.trim()}\n${OWN_SERVER_HINT}`,
    );
  }
  await rename(unfinished, directory).catch((cause: unknown) => {
    throw new EmbeddedPostgresError(
      'INITDB',
      `${directory} holds files that are no Postgres database. Move them away, or set DATA_DIR to another directory.`,
      { cause },
    );
  });
}

/**
 * Where the server puts its socket: in the database directory, which nobody else may enter, or in a private temporary
 * directory where that path would be too long for a socket address.
 */
export async function prepareSocketDirectory(
  directory: string,
  command: PostgresCommand,
  limitBytes = MAX_SOCKET_DIRECTORY_BYTES,
): Promise<string> {
  const inside = join(directory, 'socket');
  const short = Buffer.byteLength(inside) <= limitBytes;
  if (short) await mkdir(inside, { recursive: true, mode: 0o700 });
  const chosen = short ? inside : await mkdtemp(join(tmpdir(), TEMPORARY_PREFIX));
  await command.own(chosen);
  return chosen;
}

/** Removes a socket directory that prepareSocketDirectory made in the temporary folder; leaves any other alone. */
export async function removeTemporarySocketDirectory(path: string): Promise<void> {
  if (dirname(path) === tmpdir() && basename(path).startsWith(TEMPORARY_PREFIX)) {
    await rm(path, { recursive: true, force: true });
  }
}
