import { opendir, readFile, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { z } from 'zod';
import { codeOf } from '../../core/error-facts.js';
import { DurableFile, isTemporary } from './durable-file.js';
import { dayOfFile, dayStart, FEED_GAPS, LIQUIDATIONS } from './archive-path.js';

/** Folders below the root at most: venue, symbol, kind. */
const DEPTH = 3;
const DAY_MS = 24 * 3_600_000;
/** Gaps are of this machine's clock, everything else of the venues'. */
const OF_OWN_CLOCK: ReadonlySet<string> = new Set([FEED_GAPS, 'trade_gaps']);
/** Hidden, so that no pattern for symbols finds it. */
const PROGRESS = '.through.json';

const THROUGH = z.object({ store: z.string(), seq: z.number().int().min(0) });

/** The folder of the archive as a whole. Everything rejects with what the file system says. */
export class ArchiveFolder {
  constructor(readonly root: string) {}

  /** Removes what a process left unfinished. Resolves with how many files that were. */
  async removeUnfinished(): Promise<number> {
    return this.#remove((name) => isTemporary(name));
  }

  /**
   * Removes what is older than so many days. They are counted back from the newest day of which there is a file, where that is
   * before now: a clock that is years ahead for a while costs nothing. Resolves with how many files that were.
   */
  async removeOlder(days: number, nowMs: number): Promise<number> {
    let newestMs = -Infinity;
    await this.#walk((folder, name) => {
      if (!OF_OWN_CLOCK.has(basename(folder))) newestMs = Math.max(newestMs, dayOfFile(name) ?? -Infinity);
    });
    const beforeMs = Math.min(dayStart(nowMs), newestMs) - days * DAY_MS;
    return this.#remove((name) => (dayOfFile(name) ?? Infinity) < beforeMs);
  }

  /** Up to which seq liquidations of a database are in the archive; 0 where that is not known. */
  async through(store: string): Promise<number> {
    try {
      const known = THROUGH.parse(JSON.parse(await readFile(this.#progressPath(), 'utf8')));
      return known.store === store ? known.seq : 0;
    } catch {
      return 0;
    }
  }

  /** Notes it. */
  async setThrough(store: string, seq: number): Promise<void> {
    const file = await DurableFile.begin(this.#progressPath());
    try {
      await file.write(Buffer.from(`${JSON.stringify({ store, seq })}\n`));
      await file.finish();
    } catch (error) {
      await file.abandon();
      throw error;
    }
  }

  #progressPath(): string {
    return join(this.root, LIQUIDATIONS, PROGRESS);
  }

  async #remove(isMeant: (name: string) => boolean): Promise<number> {
    let removed = 0;
    await this.#walk(async (folder, name) => {
      if (!isMeant(name)) return;
      await rm(join(folder, name), { force: true });
      removed += 1;
    });
    return removed;
  }

  async #walk(visit: (folder: string, name: string) => Promise<void> | void): Promise<void> {
    const walk = async (folder: string, depth: number): Promise<void> => {
      const entries = await opendir(folder).catch((error: unknown) => {
        if (codeOf(error) === 'ENOENT') return undefined;
        throw error;
      });
      if (entries === undefined) return;
      for await (const entry of entries) {
        if (entry.isDirectory() && depth < DEPTH) await walk(join(folder, entry.name), depth + 1);
        if (entry.isFile()) await visit(folder, entry.name);
      }
    };
    await walk(this.root, 0);
  }
}
