import { type Clock } from './clock.js';

/**
 * Collects what arrives between two paints and hands it over once, so that the page is painted once per frame however
 * many events come. It keeps the newest `limit`; while a tab is hidden nothing is painted, and older ones fall out.
 */
export class FrameBatch<T> {
  #items: T[] = [];
  #total = 0;
  #cancel: (() => void) | undefined;

  constructor(
    private readonly clock: Clock,
    private readonly limit: number,
    /** `items` oldest first; `total` counts those too that fell out. */
    private readonly onFrame: (items: readonly T[], total: number) => void,
  ) {}

  add(item: T): void {
    this.#items.push(item);
    this.#total += 1;
    if (this.#items.length > this.limit * 2) this.#items = this.#items.slice(-this.limit);
    this.#cancel ??= this.clock.beforePaint(() => this.#flush());
  }

  /** Forgets what was not handed over yet. */
  clear(): void {
    this.#cancel?.();
    this.#cancel = undefined;
    this.#items = [];
    this.#total = 0;
  }

  #flush(): void {
    const items = this.#items.slice(-this.limit);
    const total = this.#total;
    this.clear();
    this.onFrame(items, total);
  }
}
