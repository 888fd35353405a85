/** Handle of a timer set through a Clock. */
export interface Timer {
  cancel(): void;
}

/**
 * The only way the pipeline learns the time. One real implementation stands at the edge; tests and replays bring
 * their own, so that a recording gives the same bytes twice.
 */
export interface Clock {
  /** Epoch milliseconds, UTC: for stamps that are shown or stored. */
  nowMs(): number;
  /** Milliseconds that never run backwards: for ages and timeouts. */
  monotonicMs(): number;
  /** Runs `task` once after `delayMs`. */
  after(delayMs: number, task: () => void): Timer;
}

/** The machine's clock. */
export const systemClock: Clock = {
  nowMs: () => Date.now(),
  monotonicMs: () => performance.now(),
  after(delayMs, task) {
    const handle = setTimeout(task, delayMs);
    return { cancel: () => clearTimeout(handle) };
  },
};

/** A number in [0, 1); injected so that jitter can be tested. */
export type Random = () => number;
