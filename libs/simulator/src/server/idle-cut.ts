import type { ScheduledTask, Scheduler } from '../scheduler.js';

/** Calls `cut` as soon as `lastMs` lies `idleMs` in the past. However often that moves, one timer runs at a time. */
export function cutWhenIdle(
  scheduler: Scheduler,
  idleMs: number,
  lastMs: () => number,
  cut: () => void,
): ScheduledTask {
  let pending: ScheduledTask;
  const look = () => {
    const leftMs = lastMs() + idleMs - scheduler.nowMs();
    if (leftMs <= 0) cut();
    else pending = scheduler.after(leftMs, look);
  };
  pending = scheduler.after(idleMs, look);
  return { cancel: () => pending.cancel() };
}
