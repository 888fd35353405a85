import { randomUUID } from 'node:crypto';
import { link, mkdir, readFile, realpath, rename, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pid as ownPid } from 'node:process';
import { codeOf, messageOf } from './error-facts.js';
import { identifyProcess } from './process-identity.js';

const LOCK_NAME = 'orderfox.lock';
const ATTEMPTS = 5;
const NO_HARD_LINKS: ReadonlySet<string | undefined> = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS']);

/** Another running backend works in this data directory. */
export class DataDirectoryInUseError extends Error {
  readonly code = 'DATA_DIRECTORY_IN_USE';

  constructor(
    readonly path: string,
    /** Process number of the one that holds it. */
    readonly holder: number,
  ) {
    super(
      `The data directory ${path} is in use by process ${holder}. Stop that one, or set DATA_DIR to another directory.`,
    );
    this.name = 'DataDirectoryInUseError';
  }
}

/** The data directory cannot be made or written. `cause` is what the file system said. */
export class DataDirectoryUnusableError extends Error {
  readonly code = 'DATA_DIRECTORY_UNUSABLE';

  constructor(path: string, cause: unknown) {
    super(
      `The data directory ${path} cannot be used (${messageOf(cause)}). Set DATA_DIR to a directory that can be written.`,
      {
        cause,
      },
    );
    this.name = 'DataDirectoryUnusableError';
  }
}

/**
 * The directory with the embedded database and the spool, held by this process alone. A lock file names the holder;
 * a holder that has died, by `kill -9` too, or whose number went to another process, does not count.
 */
export class DataDirectory {
  #released = false;

  private constructor(
    /** Absolute, free of symbolic links. */
    readonly path: string,
    private readonly mark: string,
  ) {}

  /** Makes the directory if needed and takes it. Throws DataDirectoryInUseError and DataDirectoryUnusableError. */
  static async claim(directory: string): Promise<DataDirectory> {
    try {
      // Others may pass through but not list: under root, Postgres runs as another user and must reach its own part.
      await mkdir(directory, { recursive: true, mode: 0o711 });
      const path = await realpath(directory);
      const mark = `${ownPid} ${(await identifyProcess(ownPid))?.birth ?? ''}\n`;
      await takeLock(path, mark);
      return new DataDirectory(path, mark);
    } catch (error) {
      if (error instanceof DataDirectoryInUseError) throw error;
      throw new DataDirectoryUnusableError(directory, error);
    }
  }

  /** Gives the directory up. May be called twice. */
  async release(): Promise<void> {
    if (this.#released) return;
    this.#released = true;
    const lock = join(this.path, LOCK_NAME);
    if ((await read(lock)) === this.mark) await unlink(lock);
  }
}

async function takeLock(path: string, mark: string): Promise<void> {
  const lock = join(path, LOCK_NAME);
  const own = join(path, `${LOCK_NAME}.${randomUUID()}`);
  await writeFile(own, mark, { mode: 0o600 });
  try {
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      // A hard link appears whole or not at all: nobody ever reads a lock file that is still being written.
      if (await linked(own, lock)) return;
      const held = await read(lock);
      if (held === undefined) continue;
      const holder = await livingHolder(held);
      if (holder !== undefined) throw new DataDirectoryInUseError(path, holder);
      await removeStale(lock, held, own);
    }
    throw new Error('its lock file changes all the time');
  } finally {
    await unlink(own).catch(() => undefined);
  }
}

async function linked(own: string, lock: string): Promise<boolean> {
  try {
    await link(own, lock);
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    if (!NO_HARD_LINKS.has(codeOf(error))) throw error;
  }
  // Some mounted file systems know no hard links.
  try {
    await writeFile(lock, await readFile(own), { mode: 0o600, flag: 'wx' });
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  }
}

async function livingHolder(held: string): Promise<number | undefined> {
  const [, number, birth] = /^(\d+) (.*)$/m.exec(held) ?? [];
  const pid = Number(number);
  if (!Number.isInteger(pid) || pid <= 0) return undefined;
  const found = await identifyProcess(pid);
  return found !== undefined && found.birth === birth ? pid : undefined;
}

/** Moves the stale lock aside, so that of two starters one wins; a lock that was renewed meanwhile is put back. */
async function removeStale(lock: string, held: string, own: string): Promise<void> {
  const aside = `${own}.stale`;
  await rename(lock, aside).catch(() => undefined);
  const taken = await read(aside);
  if (taken !== undefined && taken !== held) await link(aside, lock).catch(() => undefined);
  await unlink(aside).catch(() => undefined);
}

async function read(path: string): Promise<string | undefined> {
  return readFile(path, 'utf8').catch(() => undefined);
}
