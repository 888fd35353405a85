import { isPassing } from '@orderfox/client';
import { type Clock } from '../core/clock.js';

const LONGEST_MS = 10_000;

/** The attempts at an answer: they can be ended, or hurried while the next one waits. */
export class Attempts {
  #ended = false;
  #wake: (() => void) | undefined;

  constructor(private readonly clock: Clock) {}

  ended(): boolean {
    return this.#ended;
  }

  /** No further attempt is made. */
  end(): void {
    this.#ended = true;
    this.#wake?.();
  }

  /**
   * Asks until there is an answer, waiting one second after the first failure and up to ten later. Every failure is told to
   * `onFailure`; one that waiting does not cure is thrown. Undefined when the attempts were ended.
   */
  async persist<T>(ask: () => Promise<T>, onFailure?: (error: unknown) => void): Promise<T | undefined> {
    for (let waitMs = 1_000; !this.#ended; waitMs = Math.min(LONGEST_MS, waitMs * 2)) {
      try {
        return await ask();
      } catch (error) {
        if (!isPassing(error)) throw error;
        if (!this.ended()) onFailure?.(error);
      }
      if (!this.ended()) await this.#wait(waitMs);
    }
    return undefined;
  }

  /** Asks again and again, `everyMs` after each answer, until the attempts are ended. */
  async repeat(everyMs: number, ask: () => Promise<void>): Promise<void> {
    while (!this.ended()) {
      // A refusal for good may be over by the next time.
      await this.persist(ask).catch(() => undefined);
      if (!this.ended()) await this.#wait(everyMs);
    }
  }

  #wait(waitMs: number): Promise<void> {
    return new Promise((resolve) => {
      const cancel = this.clock.after(waitMs, resolve);
      this.#wake = () => {
        cancel();
        resolve();
      };
    });
  }
}
