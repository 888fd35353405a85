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

/**
 * Runs `task` at every full multiple of `periodMs` of the clock, as venues push once-a-second streams on the second.
 * A timer that fires a little early does not make it run twice.
 */
export function onTheGrid(scheduler: Scheduler, periodMs: number, task: () => void): ScheduledTask {
  let pending: ScheduledTask;
  const arm = () => {
    const nowMs = scheduler.nowMs();
    const gridMs = (Math.floor(nowMs / periodMs + 0.5) + 1) * periodMs;
    pending = scheduler.after(gridMs - nowMs, () => {
      arm();
      task();
    });
  };
  arm();
  return { cancel: () => pending.cancel() };
}
