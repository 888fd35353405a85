import { Backoff } from './backoff.js';
import { type Random, type Timers } from './timers.js';

/** A connection must last this long before the next loss counts as a first one. */
const HEALTHY_MS = 10_000;
/** A server that stops spreads its clients over seconds; longer wishes are a mistake. */
const LONGEST_WISH_MS = 60_000;

/** Decides when a connection may be attempted: at once the first time, after a growing wait whenever one failed. */
export class Pacer {
  readonly #backoff: Backoff;
  #attempted = false;
  #wishedMs = 0;
  #skip: (() => void) | undefined;
  #cancelHealthy: (() => void) | undefined;

  /** @param onWait told how long the next attempt is put off, in milliseconds; 0 when it starts */
  constructor(
    private readonly timers: Timers,
    random: Random,
    private readonly onWait: (delayMs: number) => void,
  ) {
    this.#backoff = new Backoff(random);
  }

  /** Failed attempts in a row; a connection that did not last counts as one. */
  get failures(): number {
    return this.#backoff.failures;
  }

  /** Resolves when the next attempt may be made. */
  async turn(): Promise<void> {
    const delayMs = (this.#attempted ? this.#backoff.nextDelayMs() : 0) + this.#wishedMs;
    this.#attempted = true;
    this.#wishedMs = 0;
    if (delayMs > 0) {
      this.onWait(delayMs);
      await new Promise<void>((resolve) => {
        const cancel = this.timers.after(delayMs, resolve);
        this.#skip = () => {
          cancel();
          resolve();
        };
      });
      this.#skip = undefined;
    }
    this.onWait(0);
  }

  /** The attempt led to a connection. */
  succeeded(): void {
    this.#cancelHealthy = this.timers.after(HEALTHY_MS, () => this.#backoff.reset());
  }

  /** The connection, if there was one, is gone. The server may wish to be left alone for so long before the next. */
  lost(wishedMs = 0): void {
    this.#cancelHealthy?.();
    this.#wishedMs = Math.min(wishedMs, LONGEST_WISH_MS);
  }

  /** Nobody wants a connection now. Whoever is next to want one gets it without waiting. */
  rest(): void {
    this.#backoff.reset();
    this.#attempted = false;
    this.#wishedMs = 0;
  }

  /** Ends a wait that is under way. */
  skipWait(): void {
    this.#skip?.();
  }
}
