import { type IndexedFilter } from './filter-index-entry.js';

/**
 * Something that keeps its events and also announces them. Positions are whole numbers that rise with every event. An
 * event is announced after it is stored, in the order of positions: `latest` covers all that was announced before.
 * Filters are plain JSON; those who are to share must write equal ones alike, the order of their keys included.
 */
export interface EventSource<T extends object, F> {
  /** Calls the listener with every event from now on, synchronously; the returned function stops it. */
  subscribeLive(listener: (event: T) => void): () => void;
  /** Stored events that match with after < position <= upTo, in order, at most `limit`; fewer only if there are no more. */
  readAfter(filter: F, after: number, upTo: number, limit: number): Promise<readonly T[]>;
  /** The newest stored position. */
  latest(): Promise<number>;
  positionOf(event: T): number;
  /** The same decision for one event that `readAfter` makes for stored ones. */
  matches(event: T, filter: F): boolean;
  /** What of a filter events are looked up by. `isWhole`: nothing is left for `matches` to decide. */
  indexed(filter: F): { readonly indexed: IndexedFilter; readonly isWhole: boolean };
  /** What an event is looked up by, in the order of the dimensions of `indexed`, and its size. */
  lookup(event: T): { readonly values: readonly string[]; readonly size: string };
  /** Exact order of sizes. */
  compareSizes(a: string, b: string): number;
}
