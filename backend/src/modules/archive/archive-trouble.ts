import { codeOf } from '../../core/error-facts.js';
import { DiskLowError } from './archive-writer.js';

/** What is wrong, in a sentence for people who must not be told paths. */
export function describeTrouble(error: unknown): string {
  if (error instanceof DiskLowError) {
    return 'The disk is nearly full: nothing more is written until ARCHIVE_KEEP_FREE_MB are free again.';
  }
  switch (codeOf(error)) {
    case 'ENOSPC':
    case 'EDQUOT':
      return 'The disk is full.';
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return 'The folder of the archive cannot be written.';
    case 'ENOTDIR':
    case 'EEXIST':
    case 'EISDIR':
      return 'Something else is in the place of a folder or file of the archive.';
    case 'EIO':
      return 'The disk does not work.';
    case 'DATABASE_AWAY':
      return 'The database does not answer.';
    case 'DATABASE_REFUSED':
      return 'The database could not be read; the log says why.';
    case 'EMFILE':
    case 'ENFILE':
      return 'Too many files are open.';
    default:
      return 'A file could not be written; the log says why.';
  }
}

/** Codes of errors that the next file would meet as well. */
const ALL_ALIKE: ReadonlySet<string | undefined> = new Set([
  'ENOSPC',
  'EDQUOT',
  'EROFS',
  'EIO',
  'DISK_LOW',
  'DATABASE_AWAY',
]);

/** True where trying the next file would only fail again. */
export function isAlikeForAll(error: unknown): boolean {
  return ALL_ALIKE.has(codeOf(error));
}
