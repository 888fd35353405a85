import { endOfTurn } from '../../turns.js';

/**
 * One reading at a time for everybody. Whoever asks is given a reading that began after the question, never the one
 * that is under way already: that one may have passed a change which the asker has heard of. A reading begins when the
 * one before it has ended and the turn of the event loop is over, for all who have asked until then.
 */
export class SharedReading<T> {
  #running: Promise<unknown> = Promise.resolve();
  #next: Promise<T> | undefined;

  constructor(
    private readonly read: () => Promise<T>,
    private readonly turn: () => Promise<void> = endOfTurn,
  ) {}

  /** Rejects with what the reading rejects with. */
  get(): Promise<T> {
    this.#next ??= this.#begin();
    return this.#next;
  }

  async #begin(): Promise<T> {
    await this.#running;
    await this.turn();
    this.#next = undefined;
    const reading = this.read();
    // Those who asked for it are told of its failure; the next one begins in any case.
    this.#running = reading.then(nothing, nothing);
    return reading;
  }
}

function nothing(): undefined {
  return undefined;
}
