import { type Threshold } from './filter-index-thresholds.js';

/** What a member wants, dimension by dimension. */
export interface IndexedFilter {
  /** Per dimension the values that match; undefined or absent: any value, an empty list: none. */
  readonly keys: readonly (readonly string[] | undefined)[];
  /** The smallest size that matches, as exact decimal text; absent: any size. */
  readonly atLeast?: string;
}

/** A member as it lies in the index. */
export interface Entry<M> {
  readonly member: M;
  /** Rises with every entry, so that two of the same threshold have one order. */
  readonly id: number;
  readonly threshold: Threshold;
  /** Per dimension the distinct keys under which it is found; undefined: found under every value. */
  readonly path: readonly (readonly string[] | undefined)[];
  /** Dimensions that were left out of the path and have to be looked at; undefined: none. */
  readonly checks: readonly Check[] | undefined;
}

interface Check {
  readonly dimension: number;
  readonly keys: ReadonlySet<string>;
}

/** Lays a filter out over at most `maxCells` places; undefined if nothing can match it. */
export function layOut(
  { keys }: IndexedFilter,
  maxCells: number,
): Pick<Entry<unknown>, 'path' | 'checks'> | undefined {
  const path = keys.map((some) => (some === undefined ? undefined : [...new Set(some)]));
  if (path.some((some) => some?.length === 0)) return undefined;
  const checks: Check[] = [];
  while (cellsOf(path) > maxCells) {
    const dimension = longest(path);
    checks.push({ dimension, keys: new Set(path[dimension]) });
    path[dimension] = undefined;
  }
  // What follows the last dimension that tells anything apart would only be a longer way to the same place.
  while (path.length > 0 && path.at(-1) === undefined) path.pop();
  return { path, checks: checks.length === 0 ? undefined : checks };
}

/** Whether the dimensions that the path leaves out match. */
export function passes(checks: readonly Check[] | undefined, values: readonly string[]): boolean {
  if (checks === undefined) return true;
  for (const { dimension, keys } of checks) {
    const value = values[dimension];
    if (value === undefined || !keys.has(value)) return false;
  }
  return true;
}

/** Adds an entry to a list in rising order of threshold. */
export function insert<M>(entries: Entry<M>[], entry: Entry<M>): void {
  entries.splice(placeOf(entries, entry), 0, entry);
}

/** Removes an entry that is in the list. */
export function remove<M>(entries: Entry<M>[], entry: Entry<M>): void {
  entries.splice(placeOf(entries, entry), 1);
}

/** How many entries at the front have a lower rank than this. */
export function countBelow(entries: readonly Entry<unknown>[], rank: number): number {
  return countBefore(entries, rank, -1);
}

function placeOf(entries: readonly Entry<unknown>[], { threshold, id }: Entry<unknown>): number {
  return countBefore(entries, threshold.rank, id);
}

/** How many come before an entry of this rank and id. */
function countBefore(entries: readonly Entry<unknown>[], rank: number, id: number): number {
  let low = 0;
  let high = entries.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const entry = entries[middle];
    if (entry === undefined) break;
    const isBefore = entry.threshold.rank === rank ? entry.id < id : entry.threshold.rank < rank;
    if (isBefore) low = middle + 1;
    else high = middle;
  }
  return low;
}

function cellsOf(path: Entry<unknown>['path']): number {
  let cells = 1;
  for (const some of path) cells *= some?.length ?? 1;
  return cells;
}

function longest(path: Entry<unknown>['path']): number {
  let dimension = 0;
  path.forEach((some, at) => {
    if ((some?.length ?? 0) > (path[dimension]?.length ?? 0)) dimension = at;
  });
  return dimension;
}
