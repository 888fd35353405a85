import { type Timers } from '../timers.js';

/** The platform's time, fifty times as fast for whoever waits. */
export const hurried: Timers = {
  nowMs: () => performance.timeOrigin + performance.now(),
  after: (delayMs, task) => {
    const handle = setTimeout(task, delayMs / 50);
    return () => clearTimeout(handle);
  },
};

/** Resolves once `condition` holds; fails after twenty seconds. */
export async function until(condition: () => boolean): Promise<void> {
  for (const end = performance.now() + 20_000; !condition();) {
    if (performance.now() > end) throw new Error(`waited in vain for ${condition.toString()}`);
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** The next `count` things of a stream, or fewer where it ends. */
export async function take<T>(stream: AsyncIterator<T>, count: number): Promise<T[]> {
  const taken: T[] = [];
  while (taken.length < count) {
    const result = await stream.next();
    if (result.done === true) break;
    taken.push(result.value);
  }
  return taken;
}

/** The numbers that LoopbackApi gave the next `count` events of a stream. */
export async function takeIds(stream: AsyncIterator<{ id: string }>, count: number): Promise<number[]> {
  return (await take(stream, count)).map(({ id }) => Number(id.replace('event-', '')));
}
