import { mkdir, open, rename, rm, type FileHandle } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { codeOf } from '../../core/error-facts.js';

/** What a file is called while it is written: hidden, and no pattern for Parquet files finds it. */
const TEMPORARY = /^\..+\.tmp$/;

/** True for the name of a file that was not finished. */
export function isTemporary(name: string): boolean {
  return TEMPORARY.test(name);
}

/**
 * A file that is there whole or not at all, whatever ends the process or the machine: it is written beside its place, brought
 * to the disk, renamed, and the folder brought to the disk. All methods reject with what the file system says.
 */
export class DurableFile {
  #size = 0;

  private constructor(
    private readonly path: string,
    private readonly temporary: string,
    private readonly handle: FileHandle,
  ) {}

  /** Begins one, with the folders that it needs. */
  static async begin(path: string): Promise<DurableFile> {
    await makeFolder(dirname(path));
    const temporary = join(dirname(path), `.${basename(path)}.tmp`);
    return new DurableFile(path, temporary, await open(temporary, 'w', 0o644));
  }

  /** Bytes so far. */
  get size(): number {
    return this.#size;
  }

  async write(bytes: Uint8Array): Promise<void> {
    for (let at = 0; at < bytes.length;) {
      const { bytesWritten } = await this.handle.write(bytes, at, bytes.length - at, this.#size + at);
      at += bytesWritten;
    }
    this.#size += bytes.length;
  }

  /** Puts it in its place, over what was there. `before` is done when it is on the disk and nothing else is missing. */
  async finish(before: () => Promise<void> = () => Promise.resolve()): Promise<void> {
    await this.handle.sync();
    await this.handle.close();
    await before();
    await rename(this.temporary, this.path);
    await syncFolder(dirname(this.path));
  }

  /** Leaves what was there as it was. Never rejects. */
  async abandon(): Promise<void> {
    await this.handle.close().catch(() => undefined);
    await rm(this.temporary, { force: true }).catch(() => undefined);
  }
}

/** Makes a folder with those above it; each that is new is brought to the disk with the entry that names it. */
async function makeFolder(folder: string): Promise<void> {
  const first = await mkdir(folder, { recursive: true });
  if (first === undefined) return;
  for (let made = folder; ; made = dirname(made)) {
    await syncFolder(dirname(made));
    if (made === first || dirname(made) === made) return;
  }
}

/** Windows cannot open folders, and needs no such thing; some file systems, as of a network, cannot bring them to a disk. */
const NO_FOLDERS: ReadonlySet<string | undefined> = new Set([
  'EISDIR',
  'EPERM',
  'EINVAL',
  'ENOTSUP',
  'ENOSYS',
]);

/** Brings the names in a folder to the disk. */
export async function syncFolder(folder: string): Promise<void> {
  try {
    const handle = await open(folder, 'r');
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (!NO_FOLDERS.has(codeOf(error))) throw error;
  }
}
