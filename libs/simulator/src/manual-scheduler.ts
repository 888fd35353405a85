import type { ScheduledTask, Scheduler } from './scheduler.js';

interface Waiting {
  readonly dueMs: number;
  readonly order: number;
  readonly task: () => void;
}

/** Time that stands still until a test moves it: 24 hours of a venue pass in a millisecond, in the right order. */
export class ManualScheduler implements Scheduler {
  private waiting: Waiting[] = [];
  private order = 0;

  constructor(private time: number) {}

  nowMs(): number {
    return this.time;
  }

  /** Tasks that wait. */
  get pending(): number {
    return this.waiting.length;
  }

  after(delayMs: number, task: () => void): ScheduledTask {
    const entry = { dueMs: this.time + Math.max(0, delayMs), order: this.order++, task };
    this.waiting.push(entry);
    return { cancel: () => (this.waiting = this.waiting.filter((other) => other !== entry)) };
  }

  /** Moves time on and runs everything that falls due on the way, each at its own moment. */
  advance(byMs: number): void {
    const endMs = this.time + byMs;
    for (;;) {
      const next = this.earliest();
      if (!next || next.dueMs > endMs) break;
      this.waiting = this.waiting.filter((other) => other !== next);
      this.time = next.dueMs;
      next.task();
    }
    this.time = endMs;
  }

  private earliest(): Waiting | undefined {
    return this.waiting.reduce<Waiting | undefined>(
      (best, entry) =>
        !best || entry.dueMs < best.dueMs || (entry.dueMs === best.dueMs && entry.order < best.order)
          ? entry
          : best,
      undefined,
    );
  }
}
