/** The most buckets that are kept; older ones can be looked at with a longer timeframe. */
export const MAX_POINTS = 10_000;

/** What has a place on the time axis. */
interface Placed {
  readonly startMs: number;
}

/**
 * The points of one series, by the start of their bucket. Snapshots, updates and history may be put in in any order and any
 * number of times: of each bucket the newest state stays. Holds the newest `limit` buckets.
 */
export class PointBook<T extends Placed> {
  readonly #byStart = new Map<number, T>();
  #sorted: readonly T[] | undefined = [];

  constructor(
    private readonly isNewer: (next: T, known: T) => boolean,
    private readonly limit: number,
  ) {}

  /** Ascending in time. */
  all(): readonly T[] {
    this.#sorted ??= [...this.#byStart.values()].sort((left, right) => left.startMs - right.startMs);
    return this.#sorted;
  }

  first(): T | undefined {
    return this.all()[0];
  }

  last(): T | undefined {
    return this.all().at(-1);
  }

  at(startMs: number): T | undefined {
    return this.#byStart.get(startMs);
  }

  clear(): void {
    this.#byStart.clear();
    this.#sorted = [];
  }

  isFull(): boolean {
    return this.#byStart.size >= this.limit;
  }

  /** Takes over what is new, and returns that, ascending. */
  put(points: Iterable<T>): readonly T[] {
    const taken = [...points].filter((point) => this.#take(point));
    if (taken.length > 0) this.#sorted = undefined;
    this.#shed();
    return taken.sort((left, right) => left.startMs - right.startMs);
  }

  #take(point: T): boolean {
    const known = this.#byStart.get(point.startMs);
    if (known !== undefined && !this.isNewer(point, known)) return false;
    this.#byStart.set(point.startMs, point);
    return true;
  }

  #shed(): void {
    const surplus = this.#byStart.size - this.limit;
    if (surplus <= 0) return;
    const old = this.all().slice(0, surplus);
    for (const { startMs } of old) this.#byStart.delete(startMs);
    this.#sorted = undefined;
  }
}
