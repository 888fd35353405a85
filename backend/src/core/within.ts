import { type Clock } from '@orderfox/feed';

/**
 * Waits for `task`, but not longer than `ms`. A task that fails has ended too. Resolves with whether it ended in time;
 * one that did not goes on by itself.
 */
export async function within(clock: Clock, ms: number, task: Promise<unknown> | undefined): Promise<boolean> {
  const late = Promise.withResolvers<boolean>();
  const timer = clock.after(ms, () => late.resolve(false));
  const ended = Promise.resolve(task).then(
    () => true,
    () => true,
  );
  const inTime = await Promise.race([ended, late.promise]);
  timer.cancel();
  return inTime;
}
