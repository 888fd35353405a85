import { mkdir, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf } from './error-facts.js';
import { releaseLock, takeLock, type HeldLock } from './lock-file.js';

const LOCK_NAME = 'orderfox.lock';

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
 * The directory with the embedded database and the spool, held by this process alone until it is released or
 * the process ends, by `kill -9` too.
 */
export class DataDirectory {
  #released = false;

  private constructor(
    /** Absolute, free of symbolic links. */
    readonly path: string,
    private readonly lock: HeldLock,
  ) {}

  /** Makes the directory if needed and takes it. Throws DataDirectoryInUseError and DataDirectoryUnusableError. */
  static async claim(directory: string): Promise<DataDirectory> {
    const { path, lock } = await take(directory).catch((error: unknown) => {
      throw new DataDirectoryUnusableError(directory, error);
    });
    if ('holder' in lock) throw new DataDirectoryInUseError(path, lock.holder);
    return new DataDirectory(path, lock);
  }

  /** Gives the directory up. May be called twice. */
  async release(): Promise<void> {
    if (this.#released) return;
    this.#released = true;
    await releaseLock(join(this.path, LOCK_NAME), this.lock);
  }
}

async function take(directory: string) {
  // Others may pass through but not list: under root, Postgres runs as another user and must reach its own part.
  await mkdir(directory, { recursive: true, mode: 0o711 });
  const path = await realpath(directory);
  return { path, lock: await takeLock(join(path, LOCK_NAME)) };
}
