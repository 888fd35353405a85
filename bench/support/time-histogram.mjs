const STEP_US = 20;
const STEPS = 1_000_000;

/** Distribution of millions of times, in steps of 20 us up to 20 s. */
export class TimeHistogram {
  #steps = new Uint32Array(STEPS + 1);
  count = 0;

  /** Adds one, in microseconds. */
  add(us) {
    this.#steps[Math.min(STEPS, Math.max(0, Math.floor(us / STEP_US)))] += 1;
    this.count += 1;
  }

  /** In milliseconds: what half, and 99 of 100, stay below, and the longest. Nothing was added: null. */
  summary() {
    return { count: this.count, p50Ms: this.#share(0.5), p99Ms: this.#share(0.99), maxMs: this.#share(1) };
  }

  #share(part) {
    const wanted = Math.max(1, Math.ceil(this.count * part));
    let seen = 0;
    for (let at = 0; at <= STEPS; at += 1) {
      seen += this.#steps[at];
      if (seen >= wanted) return ((at + 0.5) * STEP_US) / 1_000;
    }
    return null;
  }
}
