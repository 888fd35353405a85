import { rename, stat, statfs } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type Clock } from '@orderfox/feed';
import { endOfTurn } from '../../core/turns.js';
import { type ArchiveDay, type ArchiveKind, type ArchiveSeries, type CensusEntry } from './archive-kind.js';
import { dayFile } from './archive-path.js';
import { decide, isFinal, type Decision } from './archive-plan.js';
import { type ArchiveReading, type ArchiveStore } from './archive-store.js';
import { DurableFile, syncFolder } from './durable-file.js';
import { FACTS_KEY, readFacts, type FileFacts } from './file-facts.js';
import { ParquetEncoder, ROWS_PER_GROUP } from './parquet-encoder.js';

/** What the writer works with. */
export interface ArchiveWriterParts {
  readonly store: ArchiveStore;
  /** The root of the archive. */
  readonly root: string;
  readonly clock: Clock;
  /** The version of the program, which files name. */
  readonly version: string;
  readonly isSimulated: boolean;
  /** Bytes of the disk that are left alone: the database needs them more. */
  readonly keepFreeBytes: number;
  readonly onSetAside: (path: string) => void;
}

/** What was written. */
export interface WrittenFile {
  readonly rows: number;
  readonly bytes: number;
  readonly unfit: number;
}

/** Too little of the disk is left. */
export class DiskLowError extends Error {
  readonly code = 'DISK_LOW';

  constructor(readonly freeBytes: number) {
    super(`Only ${Math.floor(freeBytes / 1e6)} MB of the disk are left`);
    this.name = 'DiskLowError';
  }
}

/** The work was given up because the program ends. */
export class ArchiveStoppedError extends Error {
  constructor() {
    super('The archive is being stopped');
    this.name = 'ArchiveStoppedError';
  }
}

/** Writes one file at a time, from one state of the database. Rejects with what the file system or `pg` says. */
export class ArchiveWriter {
  #isStopped = false;

  constructor(private readonly parts: ArchiveWriterParts) {}

  /** What is under way ends at its next page, and leaves what was there. */
  stop(): void {
    this.#isStopped = true;
  }

  /** Where a file lies. */
  pathOf(kind: ArchiveKind, day: ArchiveDay, series: ArchiveSeries): string {
    return join(this.parts.root, ...kind.folder(series), dayFile(day.fromMs));
  }

  /** What would become of a file, by what the database had a moment ago. */
  async judge(kind: ArchiveKind, day: ArchiveDay, entry: CensusEntry): Promise<Decision> {
    const store = await this.parts.store.id();
    const file = await readFacts(this.pathOf(kind, day, entry));
    return decide(file, { ...entry, kind, store, isFinal: isFinal(kind, day, this.parts.clock.nowMs()) });
  }

  /** Brings a file to what the database has now; undefined where it is so already. */
  async write(kind: ArchiveKind, day: ArchiveDay, series: ArchiveSeries): Promise<WrittenFile | undefined> {
    const store = await this.parts.store.id();
    return this.parts.store.reading((reading) => this.#write(reading, { kind, day, series, store }));
  }

  async #write(
    reading: ArchiveReading,
    of: {
      readonly kind: ArchiveKind;
      readonly day: ArchiveDay;
      readonly series: ArchiveSeries;
      readonly store: string;
    },
  ): Promise<WrittenFile | undefined> {
    const { kind, day, series, store } = of;
    const { clock, version, onSetAside } = this.parts;
    const [entry] = await kind.census(reading, day, series);
    if (entry === undefined) return undefined;
    const path = this.pathOf(kind, day, series);
    const wanted = { ...entry, kind, store, isFinal: isFinal(kind, day, clock.nowMs()) };
    const decision = decide(await readFacts(path), wanted);
    if (decision === 'KEEP') return undefined;
    const file = await DurableFile.begin(path);
    try {
      await this.#checkSpace(path);
      const encoder = new ParquetEncoder(kind.columns, `OrderFox ${version}`);
      for await (const page of kind.pages(reading, day, series)) {
        for (let at = 0; at < page.length; at += ROWS_PER_GROUP) {
          await file.write(encoder.group(page.slice(at, at + ROWS_PER_GROUP)));
          await endOfTurn();
        }
        if (this.#isStopped) throw new ArchiveStoppedError();
      }
      const { rows, unfit } = encoder;
      if (rows !== entry.rows) throw new Error(`${rows} rows were read where ${entry.rows} were counted`);
      const facts = this.#facts(wanted, day, unfit);
      await file.write(encoder.end({ [FACTS_KEY]: JSON.stringify(facts) }));
      await file.finish(async () => {
        if (decision === 'SET_ASIDE') onSetAside(await setAside(path));
      });
      return { rows, unfit, bytes: file.size };
    } catch (error) {
      await file.abandon();
      throw error;
    }
  }

  #facts(
    wanted: CensusEntry & { readonly kind: ArchiveKind; readonly store: string; readonly isFinal: boolean },
    day: ArchiveDay,
    unfit: number,
  ): FileFacts {
    const { kind, store, venue, symbol, rows, fingerprint } = wanted;
    const time = (ms: number) => new Date(ms).toISOString();
    return {
      kind: kind.name,
      schema: kind.schema,
      version: this.parts.version,
      writtenAt: time(this.parts.clock.nowMs()),
      venue: venue === '' ? null : venue,
      symbol: symbol === '' ? null : symbol,
      from: time(day.fromMs),
      to: time(day.toMs),
      rows,
      unfit,
      isFinal: wanted.isFinal,
      isSimulated: this.parts.isSimulated,
      store,
      fingerprint,
    };
  }

  async #checkSpace(path: string): Promise<void> {
    const { bavail, bsize } = await statfs(dirname(path));
    const freeBytes = bavail * bsize;
    if (freeBytes < this.parts.keepFreeBytes) throw new DiskLowError(freeBytes);
  }
}

/** Gives a file a name that no pattern for Parquet files finds, and that no other file has. */
async function setAside(path: string): Promise<string> {
  for (let number = 1; ; number += 1) {
    const name = `${path}.aside-${number}`;
    const isTaken = await stat(name).then(
      () => true,
      () => false,
    );
    if (isTaken) continue;
    await rename(path, name);
    await syncFolder(dirname(path));
    return name;
  }
}
