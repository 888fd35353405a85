import {
  countBelow,
  insert,
  layOut,
  passes,
  remove,
  type Entry,
  type IndexedFilter,
} from './filter-index-entry.js';
import { Thresholds } from './filter-index-thresholds.js';

export { type IndexedFilter } from './filter-index-entry.js';

/** How an index compares and how much room one filter may take. */
export interface FilterIndexOptions {
  /** Exact order of sizes: negative, zero or positive as a is below, equal to or above b; throws on what is no number. */
  readonly compare: (a: string, b: string) => number;
  /** The most places that one filter may be kept in, at least 1; 256 unless told. */
  readonly maxCells?: number;
}

/**
 * Finds for one event the members whose filters match, without looking at the others. The filters form a tree, one
 * floor per dimension: from each branch one way leads on for any value and one for each key, so an event follows at most
 * two and reaches at most 2^dimensions places. Where a way ends, members lie in the order of the size that they want, so
 * those who want more than the event has are not looked at. A filter with more combinations of keys than `maxCells`
 * is kept without its longest list, which is then looked at for each event that the rest of it matches.
 */
export class FilterIndex<M> {
  readonly #root = new Branch<M>();
  readonly #members = new Set<M>();
  readonly #thresholds: Thresholds;
  readonly #maxCells: number;
  #nextId = 0;
  #touched = 0;

  constructor({ compare, maxCells = 256 }: FilterIndexOptions) {
    this.#thresholds = new Thresholds(compare);
    this.#maxCells = Math.max(1, maxCells);
  }

  get size(): number {
    return this.#members.size;
  }

  /** How many members events have looked at so far, whether they matched or not. */
  get touched(): number {
    return this.#touched;
  }

  /** Branches and distinct thresholds in memory; 0 once every member is removed. */
  get parts(): number {
    return this.#root.descendants() + this.#root.entries.length + this.#thresholds.count;
  }

  /**
   * Adds a member; the returned function removes it, and does nothing from the second call on. A member has one filter
   * at a time: throws if it is there already, or what `compare` throws for `atLeast`.
   */
  add(member: M, filter: IndexedFilter): () => void {
    if (this.#members.has(member)) throw new Error('a member of a filter index has one filter');
    const threshold = this.#thresholds.hold(filter.atLeast);
    const layout = layOut(filter, this.#maxCells);
    const entry = layout && { ...layout, member, threshold, id: this.#nextId++ };
    if (entry !== undefined) this.#root.put(entry, 0);
    this.#members.add(member);
    let isThere = true;
    return () => {
      if (!isThere) return;
      isThere = false;
      this.#members.delete(member);
      if (entry !== undefined) this.#root.take(entry, 0);
      this.#thresholds.release(threshold);
    };
  }

  /**
   * The members that match an event, each once, in no particular order: its value in each dimension and its size. The
   * list is the caller's; adding and removing while going through it does not change it.
   */
  match(values: readonly string[], size: string): readonly M[] {
    const found: M[] = [];
    this.#collect(this.#root, 0, values, this.#thresholds.reachedBy(size), found);
    return found;
  }

  #collect(branch: Branch<M>, depth: number, values: readonly string[], reached: number, found: M[]): void {
    const { entries, any, byKey } = branch;
    const count = countBelow(entries, reached);
    this.#touched += count;
    for (let n = 0; n < count; n += 1) {
      const entry = entries[n];
      if (entry !== undefined && passes(entry.checks, values)) found.push(entry.member);
    }
    if (any !== undefined) this.#collect(any, depth + 1, values, reached, found);
    const value = values[depth];
    const next = value === undefined ? undefined : byKey?.get(value);
    if (next !== undefined) this.#collect(next, depth + 1, values, reached, found);
  }
}

/** A place in the tree: whose way ends here, and the ways that lead on. Ways that nobody needs are taken away. */
class Branch<M> {
  readonly entries: Entry<M>[] = [];
  any: Branch<M> | undefined;
  byKey: Map<string, Branch<M>> | undefined;

  get isEmpty(): boolean {
    return this.entries.length === 0 && this.any === undefined && this.byKey === undefined;
  }

  descendants(): number {
    const branches = [...(this.byKey?.values() ?? []), ...(this.any === undefined ? [] : [this.any])];
    return branches.reduce((sum, branch) => sum + 1 + branch.descendants(), 0);
  }

  put(entry: Entry<M>, depth: number): void {
    if (depth === entry.path.length) {
      insert(this.entries, entry);
      return;
    }
    const keys = entry.path[depth];
    if (keys === undefined) {
      this.any ??= new Branch();
      this.any.put(entry, depth + 1);
      return;
    }
    this.byKey ??= new Map();
    for (const key of keys) {
      const next = this.byKey.get(key) ?? new Branch<M>();
      this.byKey.set(key, next);
      next.put(entry, depth + 1);
    }
  }

  take(entry: Entry<M>, depth: number): void {
    if (depth === entry.path.length) {
      remove(this.entries, entry);
      return;
    }
    const keys = entry.path[depth];
    if (keys === undefined) {
      this.any?.take(entry, depth + 1);
      if (this.any?.isEmpty === true) this.any = undefined;
      return;
    }
    for (const key of keys) {
      const next = this.byKey?.get(key);
      next?.take(entry, depth + 1);
      if (next?.isEmpty === true) this.byKey?.delete(key);
    }
    if (this.byKey?.size === 0) this.byKey = undefined;
  }
}
