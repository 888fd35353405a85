/** For specs: a number that rises, and promises of how far. */
export class Milestones {
  #value = 0;
  #waiting: { readonly at: number; readonly resolve: () => void }[] = [];

  get value(): number {
    return this.#value;
  }

  /** Resolves once it has come so far. */
  at(value: number): Promise<void> {
    if (this.#value >= value) return Promise.resolve();
    return new Promise((resolve) => this.#waiting.push({ at: value, resolve }));
  }

  /** A smaller number than before changes nothing. */
  rise(value: number): void {
    if (value <= this.#value) return;
    this.#value = value;
    const reached = this.#waiting.filter(({ at }) => at <= value);
    if (reached.length === 0) return;
    this.#waiting = this.#waiting.filter(({ at }) => at > value);
    for (const { resolve } of reached) resolve();
  }
}
