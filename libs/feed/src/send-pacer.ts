import { type Clock, type Timer } from './clock.js';

/**
 * Keeps a pause between the things we send on one connection, in the order they were handed in, so that no burst of
 * requests runs into a venue's message limit. Whoever hands in more than the venue takes has to wait for `onSent`
 * before handing in the next: the queue holds what is outstanding and nothing else.
 */
export class SendPacer {
  readonly #queue: (() => void)[] = [];
  #freeAtMs = -Infinity;
  #timer: Timer | undefined;
  #stopped = false;

  constructor(
    private readonly clock: Clock,
    /** Pause between two sends, in ms. */
    private readonly paceMs: number,
  ) {}

  /** Runs `send` in its turn; at once when the pause is over. */
  send(send: () => void): void {
    this.#queue.push(send);
    this.#drain();
  }

  /** Runs `send` before everything that waits, yet not before the pause is over: for heartbeats. */
  sendFirst(send: () => void): void {
    this.#queue.unshift(send);
    this.#drain();
  }

  /** Forgets what waits; nothing is sent any more. */
  stop(): void {
    this.#stopped = true;
    this.#queue.length = 0;
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  #drain(): void {
    if (this.#stopped || this.#timer !== undefined || this.#queue.length === 0) return;
    const waitMs = this.#freeAtMs - this.clock.monotonicMs();
    if (waitMs > 0) {
      this.#timer = this.clock.after(waitMs, () => {
        this.#timer = undefined;
        this.#drain();
      });
      return;
    }
    const send = this.#queue.shift();
    this.#freeAtMs = this.clock.monotonicMs() + this.paceMs;
    send?.();
    this.#drain();
  }
}
