import { type ArchivePart } from '../../core/config-archive.js';
import { type ArchiveColumn, type ArchiveRow } from './archive-column.js';
import { type ArchiveReading } from './archive-store.js';

/** Whose rows a file holds; empty where it is of all venues, or of all symbols. */
export interface ArchiveSeries {
  readonly venue: string;
  readonly symbol: string;
}

/** A UTC day. */
export interface ArchiveDay {
  readonly fromMs: number;
  readonly toMs: number;
}

/** What the database has for one file. */
export interface CensusEntry extends ArchiveSeries {
  readonly rows: number;
  /** The same as long as the rows are. */
  readonly fingerprint: string;
}

/** A kind of file: where it lies, what its columns are, and how its rows are read. */
export interface ArchiveKind {
  /** As files call themselves. */
  readonly name: string;
  /** What it is turned on with. */
  readonly part: ArchivePart;
  /** Of its columns: to be raised when they change, so that files are written anew. */
  readonly schema: number;
  readonly columns: readonly ArchiveColumn[];
  /** So long after its end rows of a day still come or change as a rule. */
  readonly settledMs: number;
  /** Of the running day there is none: it is much, and never changes afterwards. */
  readonly isOfWholeDays?: boolean;
  /** Rows may become fewer, as gaps do that are filled. */
  readonly mayShrink?: boolean;
  /** Only of the symbols that are recorded always: others are chosen by clients, who must not fill the disk. */
  readonly isOfSymbols: boolean;
  /** The folder below the root of the archive, by its names. */
  folder(series: ArchiveSeries): readonly string[];
  /** What the database has of a day: of all series, or of one. */
  census(reading: ArchiveReading, day: ArchiveDay, series?: ArchiveSeries): Promise<readonly CensusEntry[]>;
  /** The rows of one file in its order, page by page. */
  pages(
    reading: ArchiveReading,
    day: ArchiveDay,
    series: ArchiveSeries,
  ): AsyncIterable<readonly ArchiveRow[]>;
}

const HOUR_MS = 3_600_000;
/** Trades that are missing are asked for within a day. */
export const SETTLED_AFTER_A_DAY_MS = 25 * HOUR_MS;
/** Samples wait half an hour for the database at most. */
export const SETTLED_AFTER_AN_HOUR_MS = HOUR_MS;
