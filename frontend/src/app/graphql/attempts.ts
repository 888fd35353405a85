import { persistently } from '@orderfox/client';
import { type Clock } from '../core/clock.js';

/** A page that somebody looks at does not wait as long as a program may. */
const LONGEST_MS = 10_000;

/** The attempts of one part of the page at its answers, until that part is gone. */
export class Attempts {
  readonly #over = new AbortController();

  constructor(private readonly clock: Clock) {}

  ended(): boolean {
    return this.#over.signal.aborted;
  }

  /** No further attempt is made. */
  end(): void {
    this.#over.abort();
  }

  /**
   * Asks until there is an answer, at the pace of the client library. Every failure is told to `onFailure`; one that
   * waiting does not cure is thrown. Undefined when the attempts were ended.
   */
  async persist<T>(ask: () => Promise<T>, onFailure?: (error: unknown) => void): Promise<T | undefined> {
    const { signal } = this.#over;
    try {
      return await persistently(ask, {
        signal,
        timers: this.clock,
        longestMs: LONGEST_MS,
        onRetry: onFailure,
      });
    } catch (error) {
      if (signal.aborted) return undefined;
      throw error;
    }
  }

  /** Asks again and again, `everyMs` after each answer, until the attempts are ended. */
  async repeat(everyMs: number, ask: () => Promise<void>): Promise<void> {
    while (!this.ended()) {
      // A refusal for good may be over by the next time.
      await this.persist(ask).catch(() => undefined);
      if (!this.ended()) await this.#pause(everyMs);
    }
  }

  #pause(delayMs: number): Promise<void> {
    const { signal } = this.#over;
    return new Promise((resolve) => {
      const done = () => {
        cancel();
        signal.removeEventListener('abort', done);
        resolve();
      };
      const cancel = this.clock.after(delayMs, done);
      signal.addEventListener('abort', done);
    });
  }
}
