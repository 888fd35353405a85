/** Nobody can start a task: too many run and wait already. */
export class TurnsExhaustedError extends Error {
  constructor(limit: number) {
    super(`more than ${limit} tasks wait for their turn`);
    this.name = 'TurnsExhaustedError';
  }
}

/** Runs at most so many tasks at once and lets at most so many wait, first come, first served. */
export class BoundedTurns {
  #running = 0;
  readonly #waiting: (() => void)[] = [];

  constructor(
    private readonly maxRunning: number,
    private readonly maxWaiting: number,
  ) {}

  /** Resolves with what the task gives. Rejects with TurnsExhaustedError, at once, when the queue is full. */
  async run<T>(task: () => Promise<T>): Promise<T> {
    if (this.#running < this.maxRunning) {
      this.#running += 1;
    } else {
      if (this.#waiting.length >= this.maxWaiting) throw new TurnsExhaustedError(this.maxWaiting);
      // Whoever ends hands its place on, so the count of the running ones does not change here.
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
    try {
      return await task();
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#running -= 1;
      else next();
    }
  }
}
