import { join } from 'node:path';
import { type Clock } from '@orderfox/feed';
import { VENUE_ADAPTERS } from '@orderfox/venues';
import { type Pool } from 'pg';
import { type Config } from '../../core/config.js';
import { type DataDirectory } from '../../core/data-directory.js';
import { type Log } from '../../core/log.js';
import { ArchiveFolder } from './archive-folder.js';
import { ArchiveStore } from './archive-store.js';
import { ArchiveWriter } from './archive-writer.js';
import { Archiver } from './archiver.js';
import { BOOK_TOP_ROWS } from './kinds/book-tops.kind.js';
import { FEED_GAP_ROWS } from './kinds/feed-gaps.kind.js';
import { FUNDING_ROWS } from './kinds/funding.kind.js';
import { LIQUIDATION_ROWS } from './kinds/liquidations.kind.js';
import { tradeBarsKind } from './kinds/trade-bars.kind.js';
import { TRADE_GAPS } from './kinds/trade-gaps.kind.js';
import { type ArchiveKind } from './archive-kind.js';

/** What the archive needs of the rest of the program. */
export interface ArchiveNeeds {
  readonly config: Pick<
    Config,
    'ARCHIVE' | 'ARCHIVE_DAYS' | 'ARCHIVE_KEEP_FREE_MB' | 'SYMBOLS' | 'RETENTION_DAYS' | 'SIMULATED'
  >;
  readonly database: { readonly reader: Pick<Pool, 'connect'> };
  readonly directory: Pick<DataDirectory, 'path'>;
  readonly version: string;
  /** The markets by any name, to read SYMBOLS with as recording does. */
  readonly catalog: { find(name: string): { readonly id: string } | undefined };
  readonly clock: Clock;
  readonly log: Log;
  /** For specs, which cannot make so many files. */
  readonly mostFiles?: number;
}

const NUMBERED: ReadonlySet<string> = new Set(
  VENUE_ADAPTERS.filter(({ trades }) => trades?.history !== undefined).map(({ id }) => id),
);

/** Every kind of file there is, in the order in which they are looked at. */
export const ARCHIVE_KINDS: readonly ArchiveKind[] = [
  LIQUIDATION_ROWS,
  FEED_GAP_ROWS,
  tradeBarsKind(NUMBERED),
  TRADE_GAPS,
  FUNDING_ROWS,
  BOOK_TOP_ROWS,
];

/** The folder of the archive within the data directory. */
export const ARCHIVE_FOLDER = 'parquet';

/** The archive under the data directory; undefined where nothing is to be archived. Made, not started. */
export function createArchive(needs: ArchiveNeeds): Archiver | undefined {
  const { config, catalog, database, directory, version, clock, log } = needs;
  const kinds = ARCHIVE_KINDS.filter(({ part }) => config.ARCHIVE.includes(part));
  if (kinds.length === 0) return undefined;
  const root = join(directory.path, ARCHIVE_FOLDER);
  const store = new ArchiveStore(database.reader);
  const writer = new ArchiveWriter({
    store,
    root,
    clock,
    version,
    isSimulated: config.SIMULATED,
    keepFreeBytes: config.ARCHIVE_KEEP_FREE_MB * 1_000_000,
    onSetAside: (path) => archiver.noteSetAside(path),
  });
  const archiver = new Archiver({
    kinds,
    store,
    folder: new ArchiveFolder(root),
    writer,
    clock,
    log,
    symbols: () => new Set(config.SYMBOLS.map((name) => catalog.find(name)?.id ?? name)),
    retentionDays: config.RETENTION_DAYS,
    keptDays: config.ARCHIVE_DAYS,
    ...(needs.mostFiles !== undefined && { mostFiles: needs.mostFiles }),
  });
  return archiver;
}
