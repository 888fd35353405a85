/** How long to wait, and what the failure should say. */
export interface WaitOptions {
  /** Real milliseconds; 5,000 unless told. */
  readonly withinMs?: number;
  /** What was waited for, as the end of "Waited 5000 ms for …"; a function is asked at the time of failure. */
  readonly describe?: string | (() => string);
}

const POLL_EVERY_MS = 5;

/**
 * Asks `condition` again and again, on real time, until it gives something truthy, and resolves with that. A condition
 * that throws counts as not met yet. Rejects after `withinMs`, saying what was waited for and what came last.
 */
export async function waitFor<T>(
  condition: () => T | Promise<T>,
  { withinMs = 5_000, describe = 'a condition' }: WaitOptions = {},
): Promise<NonNullable<T>> {
  const deadlineMs = performance.now() + withinMs;
  let last: string;
  for (;;) {
    try {
      const value = await condition();
      if (value) return value;
      last = `it gave ${String(value)}`;
    } catch (error) {
      last = `it threw ${String(error)}`;
    }
    if (performance.now() >= deadlineMs) break;
    await new Promise((resolve) => setTimeout(resolve, POLL_EVERY_MS));
  }
  const what = typeof describe === 'function' ? describe() : describe;
  throw new Error(`Waited ${withinMs} ms for ${what}; at last ${last}`);
}
