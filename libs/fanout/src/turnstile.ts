/** Lets at most so many tasks run at once; the others wait in the order in which they came. */
export class Turnstile {
  #running = 0;
  readonly #waiting: (() => void)[] = [];

  constructor(readonly limit: number) {}

  /** How many wait. */
  get waiting(): number {
    return this.#waiting.length;
  }

  /** Runs the task as soon as there is room and gives its outcome. */
  async pass<R>(task: () => Promise<R>): Promise<R> {
    if (this.#running >= this.limit) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    else this.#running += 1;
    try {
      return await task();
    } finally {
      // The place is handed on, not given back, so nobody who comes at this moment can take it first.
      const next = this.#waiting.shift();
      if (next === undefined) this.#running -= 1;
      else next();
    }
  }
}
