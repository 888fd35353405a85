import { type Clock, type Timer } from './clock.js';

/** Where every FakeClock starts: 2023-11-14T22:13:20Z, a round number of epoch milliseconds. */
export const FAKE_EPOCH_MS = 1_700_000_000_000;

interface PendingTimer {
  readonly dueMs: number;
  readonly task: () => void;
}

/**
 * A clock that stands still until a test moves it. Timers run inside `advance`, each at its own time, earliest first
 * and equal times in the order they were set; a timer set by a running timer runs too if it falls due on the way.
 *
 * It stands here and not with the other test aids because the specs beside this file need it and may import nothing of
 * ours; everyone else takes it from `@orderfox/testing`.
 */
export class FakeClock implements Clock {
  readonly #pending = new Set<PendingTimer>();
  #elapsedMs = 0;
  #wallMs: number;

  /** `startMs` is epoch milliseconds; monotonic time always starts at 0. */
  constructor(startMs: number = FAKE_EPOCH_MS) {
    this.#wallMs = startMs;
  }

  nowMs(): number {
    return this.#wallMs;
  }

  monotonicMs(): number {
    return this.#elapsedMs;
  }

  after(delayMs: number, task: () => void): Timer {
    // NaN and negative delays mean "as soon as possible" to the real clock as well.
    const timer: PendingTimer = { dueMs: this.#elapsedMs + (delayMs > 0 ? delayMs : 0), task };
    this.#pending.add(timer);
    return { cancel: () => void this.#pending.delete(timer) };
  }

  /** Moves time by `ms` and runs what falls due on the way. An error of a task reaches the caller. */
  advance(ms: number): void {
    if (!(ms >= 0)) throw new RangeError(`A FakeClock only runs forward; asked for ${ms} ms`);
    const endMs = this.#elapsedMs + ms;
    for (let next = this.#next(); next !== undefined && next.dueMs <= endMs; next = this.#next()) {
      this.#moveTo(Math.max(next.dueMs, this.#elapsedMs));
      this.#pending.delete(next);
      next.task();
    }
    this.#moveTo(endMs);
  }

  /** Moves time by `ms` as when the process stood still: what fell due meanwhile runs late, at the end of it. */
  stall(ms: number): void {
    this.#moveTo(this.#elapsedMs + ms);
    this.advance(0);
  }

  /** Sets the wall clock forward or back by `ms`, as a time server does; timers and ages do not notice. */
  stepWallClock(ms: number): void {
    this.#wallMs += ms;
  }

  /** Milliseconds until each timer that is still to run, soonest first. Empty when nothing is left behind. */
  pendingDelaysMs(): readonly number[] {
    return [...this.#pending].map((timer) => timer.dueMs - this.#elapsedMs).sort((a, b) => a - b);
  }

  #next(): PendingTimer | undefined {
    let first: PendingTimer | undefined;
    // A Set keeps insertion order, so the strict comparison leaves equal times in the order they were set.
    for (const timer of this.#pending) if (first === undefined || timer.dueMs < first.dueMs) first = timer;
    return first;
  }

  #moveTo(elapsedMs: number): void {
    this.#wallMs += elapsedMs - this.#elapsedMs;
    this.#elapsedMs = elapsedMs;
  }
}
