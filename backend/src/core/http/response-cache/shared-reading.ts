/**
 * One reading at a time for everybody. Whoever asks is given a reading that began after the question, never the one
 * that is under way already: that one may have passed a change which the asker has heard of. So a thousand questions
 * at once cost two readings, and none of them gets an old answer.
 */
export class SharedReading<T> {
  #running: Promise<T> | undefined;
  #next: Promise<T> | undefined;

  constructor(private readonly read: () => Promise<T>) {}

  /** Rejects with what the reading rejects with. */
  get(): Promise<T> {
    if (this.#running === undefined) return this.#next ?? this.#start();
    this.#next ??= this.#running.then(nothing, nothing).then(() => {
      this.#next = undefined;
      return this.#start();
    });
    return this.#next;
  }

  #start(): Promise<T> {
    const reading = this.read().finally(() => {
      if (this.#running === reading) this.#running = undefined;
    });
    this.#running = reading;
    return reading;
  }
}

function nothing(): void {
  // Those who asked for it are told; the next reading begins in any case.
}
