import { type Clock, type Timer } from './clock.js';

/** A timer that runs this late was held up by our own process, not by the other side. */
const STALL_MS = 1_000;
/** After such a stall, the time that waiting frames get to be read before silence is believed. */
const GRACE_MS = 1_000;

/**
 * Calls `onIdle` once when `limitMs` pass without a `touch`; `touch` after that arms it again. Touching costs one
 * store, not one timer, for it happens with every frame.
 *
 * When this process itself stood still (a long pause, a suspended machine), frames wait unread in the kernel and every
 * watch is overdue at once. Timers run before sockets are read, so an overdue watch first looks again a second later.
 */
export class IdleWatch {
  #lastTouchMs = 0;
  #dueMs = 0;
  #timer: Timer | undefined;
  #running = false;

  constructor(
    private readonly clock: Clock,
    private readonly limitMs: number,
    private readonly onIdle: () => void,
  ) {}

  /** Begins to count from now. */
  start(): void {
    this.#running = true;
    this.#lastTouchMs = this.clock.monotonicMs();
    this.#arm(this.limitMs);
  }

  touch(): void {
    this.#lastTouchMs = this.clock.monotonicMs();
    if (this.#running && this.#timer === undefined) this.#arm(this.limitMs);
  }

  stop(): void {
    this.#running = false;
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  #arm(delayMs: number): void {
    this.#timer?.cancel();
    this.#dueMs = this.clock.monotonicMs() + delayMs;
    this.#timer = this.clock.after(delayMs, () => this.#look());
  }

  #look(): void {
    this.#timer = undefined;
    const nowMs = this.clock.monotonicMs();
    const leftMs = this.#lastTouchMs + this.limitMs - nowMs;
    if (leftMs > 0) this.#arm(leftMs);
    else if (nowMs - this.#dueMs > STALL_MS) this.#arm(GRACE_MS);
    else this.onIdle();
  }
}
