/** The two ways a series of the library takes points. */
interface SeriesSink<T> {
  setData(points: T[]): void;
  update(point: T, isHistorical?: boolean): void;
}

/**
 * Writes the points of one series: all of them once, then one at a time. A point before the newest one can be replaced but
 * not inserted, since the library would put it in the place of its neighbour.
 */
export class SeriesWriter<T extends { readonly time: number }> {
  readonly #filled = new Set<number>();
  #last = -Infinity;

  constructor(
    private readonly sink: SeriesSink<T>,
    /** False for an empty place on the axis. */
    private readonly isFilled: (point: T) => boolean = () => true,
  ) {}

  /** The whole series, ascending. */
  set(points: readonly T[]): void {
    this.#filled.clear();
    this.#last = -Infinity;
    for (const point of points) this.#note(point);
    this.sink.setData([...points]);
  }

  /** Whether `update` can draw a point at that time. */
  canUpdate(time: number): boolean {
    return time >= this.#last || this.#filled.has(time);
  }

  /** One new or changed point. */
  update(point: T): void {
    const isHistorical = point.time < this.#last;
    this.#note(point);
    this.sink.update(point, isHistorical);
  }

  #note(point: T): void {
    if (this.isFilled(point)) this.#filled.add(point.time);
    this.#last = Math.max(this.#last, point.time);
  }
}
