/** How long to wait, and what the failure should say. */
export interface WaitOptions {
  /** Real milliseconds; 30,000 unless told. What is waited for comes far sooner, but on a machine that does much else. */
  readonly withinMs?: number;
  /** What was waited for, as the end of "Waited 5000 ms for …"; a function is asked at the time of failure. */
  readonly describe?: string | (() => string);
}

const PAUSE_MS = 5;
const MOST_PAUSE_MS = 100;

/**
 * Asks `condition` again and again, on real time, until it gives something truthy, and resolves with that. A condition
 * that throws counts as not met yet; one that takes time to answer is asked less often. Rejects after `withinMs`, saying
 * what was waited for and what came last.
 */
export async function waitFor<T>(
  condition: () => T | Promise<T>,
  { withinMs = 30_000, describe = 'a condition' }: WaitOptions = {},
): Promise<NonNullable<T>> {
  const deadlineMs = performance.now() + withinMs;
  let last: string;
  for (;;) {
    const askedMs = performance.now();
    let pauseMs = PAUSE_MS;
    try {
      const asked = condition();
      const value = await asked;
      // What is asked somewhere else is not to be kept busy with the asking.
      if (asked instanceof Promise) pauseMs = Math.max(PAUSE_MS, performance.now() - askedMs);
      if (value) return value;
      last = `it gave ${String(value)}`;
    } catch (error) {
      last = `it threw ${String(error)}`;
    }
    if (performance.now() >= deadlineMs) break;
    const forMs = Math.min(MOST_PAUSE_MS, pauseMs);
    await new Promise((resolve) => setTimeout(resolve, forMs));
  }
  const what = typeof describe === 'function' ? describe() : describe;
  throw new Error(`Waited ${withinMs} ms for ${what}; at last ${last}`);
}
