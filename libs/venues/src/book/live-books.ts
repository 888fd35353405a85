import { NormalizeError } from '../normalize-error.js';
import { type NormalisedBooks } from '../venue-books.js';
import { type BookUpdate } from './book-update.js';

/** A frame of a topic that nobody wants any more, or never did: it came before the venue had unsubscribed it. */
export const NO_BOOKS: NormalisedBooks = { updates: [], problems: [] };

/** The updates of a live frame's rows. Never throws. */
export function readLiveBooks(
  topic: string,
  rows: readonly unknown[],
  read: (row: unknown) => BookUpdate,
): NormalisedBooks {
  const updates: { readonly topic: string; readonly update: BookUpdate }[] = [];
  const problems: string[] = [];
  for (const row of rows) {
    try {
      updates.push({ topic, update: read(row) });
    } catch (error) {
      problems.push(error instanceof NormalizeError ? error.message : String(error));
    }
  }
  return { updates, problems };
}
