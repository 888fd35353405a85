/** A timer that can be called off. */
export interface ScheduledTask {
  cancel(): void;
}

/**
 * Where the simulator learns the time and waits. Has the shape of the pipeline's own clock, so that a test can hand
 * one clock to both sides of the wire.
 */
export interface Scheduler {
  /** Epoch milliseconds, UTC. */
  nowMs(): number;
  /** Runs `task` once after `delayMs`. */
  after(delayMs: number, task: () => void): ScheduledTask;
}

/** The machine's own time. Reads the monotonic clock on top of the process start, so it never runs backwards. */
export const machineScheduler: Scheduler = {
  nowMs: () => Math.floor(performance.timeOrigin + performance.now()),
  after(delayMs, task) {
    const handle = setTimeout(task, delayMs);
    return { cancel: () => clearTimeout(handle) };
  },
};

/** Runs `task` every `periodMs` until cancelled; the first time after one period. */
export function every(scheduler: Scheduler, periodMs: number, task: () => void): ScheduledTask {
  let pending: ScheduledTask;
  const run = () => {
    pending = scheduler.after(periodMs, run);
    task();
  };
  pending = scheduler.after(periodMs, run);
  return { cancel: () => pending.cancel() };
}
