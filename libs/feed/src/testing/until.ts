import { setTimeout as pause } from 'node:timers/promises';

/** Waits, on real time, until `condition` holds; fails after five seconds, naming what was waited for. */
export async function until(condition: () => boolean, what: string | (() => string)): Promise<void> {
  const deadlineMs = performance.now() + 5_000;
  while (!condition()) {
    if (performance.now() > deadlineMs) {
      throw new Error(`Waited 5 s for ${typeof what === 'string' ? what : what()}`);
    }
    await pause(1);
  }
}
