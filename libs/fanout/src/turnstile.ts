/**
 * Lets at most so many tasks run at once. The parties that wait take turns, whatever the number of their tasks, so that
 * nobody waits longer because somebody else wants much; tasks of one party run in the order in which they came.
 */
export class Turnstile {
  #running = 0;
  #waiting = 0;
  /** Who has waited longest for a turn comes first. */
  readonly #queues = new Map<string, (() => void)[]>();

  constructor(readonly limit: number) {}

  /** How many tasks wait. */
  get waiting(): number {
    return this.#waiting;
  }

  /** Runs the task as soon as there is room and it is the party's turn; gives its outcome. */
  async pass<R>(task: () => Promise<R>, party = ''): Promise<R> {
    if (this.#running >= this.limit) await this.#wait(party);
    else this.#running += 1;
    try {
      return await task();
    } finally {
      // The place is handed on, not given back, so nobody who comes at this moment can take it first.
      const next = this.#next();
      if (next === undefined) this.#running -= 1;
      else next();
    }
  }

  #wait(party: string): Promise<void> {
    this.#waiting += 1;
    return new Promise((resolve) => {
      const queue = this.#queues.get(party);
      if (queue === undefined) this.#queues.set(party, [resolve]);
      else queue.push(resolve);
    });
  }

  #next(): (() => void) | undefined {
    for (const [party, queue] of this.#queues) {
      const next = queue.shift();
      this.#queues.delete(party);
      if (queue.length > 0) this.#queues.set(party, queue);
      if (next === undefined) continue;
      this.#waiting -= 1;
      return next;
    }
    return undefined;
  }
}
