import { unreadableAnswer } from './rest-answer.js';
import { isRecord } from './wire-row.js';

/** The longest stretch that is asked for, 30 days of five minutes by the hundred, has 87 pages. */
const MAX_PAGES = 100;

/** One page of an answer and where the next begins; `next` is absent on the last. */
export interface Page<C> {
  readonly rows: readonly unknown[];
  readonly next?: C;
}

/**
 * The rows of all pages, in the order in which they came. Throws VenueError (`UNREADABLE`) when the pages do not come to
 * an end: cursors that turn in a circle would ask the venue for ever.
 */
export async function readPages<C>(
  what: string,
  first: C,
  ask: (at: C) => Promise<Page<C>>,
): Promise<readonly unknown[]> {
  const rows: unknown[] = [];
  let at: C | undefined = first;
  for (let page = 0; page < MAX_PAGES; page += 1) {
    const answer: Page<C> = await ask(at);
    for (const row of answer.rows) rows.push(row);
    if (answer.next === undefined) return rows;
    at = answer.next;
  }
  throw unreadableAnswer(`${what}, page ${MAX_PAGES}`);
}

/**
 * The oldest time in rows that are asked for backwards from a moment; undefined where none is older than that moment, so
 * that asking on would give the same page again.
 */
export function oldestBefore(
  rows: readonly unknown[],
  timeOf: (row: unknown) => unknown,
  beforeMs: number,
): number | undefined {
  let oldest: number | undefined;
  for (const row of rows) {
    const timeMs = Number(timeOf(row));
    if (Number.isSafeInteger(timeMs) && timeMs > 0 && timeMs < beforeMs && !(oldest && oldest <= timeMs))
      oldest = timeMs;
  }
  return oldest;
}

/** A field of a row that may be none. */
export function fieldOf(row: unknown, field: string): unknown {
  return isRecord(row) ? row[field] : undefined;
}
