/** Runs of numbers that are remembered: as many as lie between trades that wait behind a hole; more become one. */
const MOST_RUNS = 5_000;

interface Run {
  from: number;
  to: number;
}

/** Which numbered trades of a market came and were left out, so that nobody asks the venue for them. */
export class ShedNumbers {
  /** Ascending, none touches another. */
  readonly #runs = new Set<Run>();
  #last: Run | undefined;

  /** A trade was left out. */
  add(id: number): void {
    const last = this.#last;
    if (last === undefined || (id > last.to + 1 && this.#runs.size < MOST_RUNS)) {
      this.#last = { from: id, to: id };
      this.#runs.add(this.#last);
      return;
    }
    last.from = Math.min(last.from, id);
    last.to = Math.max(last.to, id);
  }

  /** Whether any of these was left out, both included. */
  hasAny(fromId: number, toId: number): boolean {
    for (const { from, to } of this.#runs) {
      if (from > toId) return false;
      if (to >= fromId) return true;
    }
    return false;
  }

  /** Nobody asks for numbers up to this one any more. */
  forget(upTo: number): void {
    for (const run of this.#runs) {
      if (run.to > upTo) return;
      this.#runs.delete(run);
      if (run === this.#last) this.#last = undefined;
    }
  }

  /** The venue counts anew. */
  clear(): void {
    this.#runs.clear();
    this.#last = undefined;
  }
}
