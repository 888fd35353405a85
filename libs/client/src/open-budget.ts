import { type Timers } from './timers.js';

/**
 * A server takes twenty messages a second from one socket, sixty at once (`docs/errors.md`); more ends the connection
 * for good. An operation costs two, one to begin and one to leave it; a new connection asks everything open anew.
 */
const BURST = 16;
const EVERY_MS = 125;

/**
 * When the next operation of a socket may be begun, so that a program which opens and leaves streams in a hurry, or a
 * reader so quick that its stream is parked and taken up again many times a second, is slowed down instead of refused.
 */
export class OpenBudget {
  #left = BURST;
  #atMs: number;

  constructor(private readonly timers: Timers) {
    this.#atMs = timers.nowMs();
  }

  /** Takes one and returns for how long to hold it back, in milliseconds. */
  takeMs(): number {
    const nowMs = this.timers.nowMs();
    // A clock that was set back adds nothing and takes nothing.
    this.#left = Math.min(BURST, this.#left + Math.max(0, nowMs - this.#atMs) / EVERY_MS) - 1;
    this.#atMs = nowMs;
    return this.#left >= 0 ? 0 : Math.ceil(-this.#left * EVERY_MS);
  }
}
