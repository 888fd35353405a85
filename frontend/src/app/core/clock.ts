import { inject, InjectionToken } from '@angular/core';

/** Where the page learns the time, so that a test can hold it. */
export interface Clock {
  /** Epoch milliseconds. */
  nowMs(): number;
  /** Runs `task` every `everyMs`; the returned function ends it. */
  every(everyMs: number, task: () => void): () => void;
  /** Runs `task` once after `delayMs`; the returned function cancels it. */
  after(delayMs: number, task: () => void): () => void;
  /** Runs `task` once before the next paint; the returned function cancels it. */
  beforePaint(task: () => void): () => void;
}

/** The browser's time. */
const browserClock: Clock = {
  nowMs: () => new Date().getTime(),
  every(everyMs, task) {
    const handle = setInterval(task, everyMs);
    return () => clearInterval(handle);
  },
  after(delayMs, task) {
    const handle = setTimeout(task, delayMs);
    return () => clearTimeout(handle);
  },
  beforePaint(task) {
    const handle = requestAnimationFrame(task);
    return () => cancelAnimationFrame(handle);
  },
};

export const CLOCK = new InjectionToken<Clock>('Clock', { factory: () => browserClock });

/** The clock of the page. */
export const injectClock = (): Clock => inject(CLOCK);
