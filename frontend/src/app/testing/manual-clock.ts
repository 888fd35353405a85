import { type Clock } from '../core/clock.js';

interface Entry {
  atMs: number;
  readonly everyMs: number | undefined;
  readonly task: () => void;
}

/** A clock that stands still until a test moves it; a frame is painted when the test says so. */
export class ManualClock implements Clock {
  #nowMs: number;
  readonly #entries = new Set<Entry>();
  readonly #frame = new Set<() => void>();

  constructor(nowMs = Date.UTC(2026, 0, 27, 14, 27, 40)) {
    this.#nowMs = nowMs;
  }

  nowMs(): number {
    return this.#nowMs;
  }

  every(everyMs: number, task: () => void): () => void {
    return this.#add({ atMs: this.#nowMs + everyMs, everyMs, task });
  }

  after(delayMs: number, task: () => void): () => void {
    return this.#add({ atMs: this.#nowMs + delayMs, everyMs: undefined, task });
  }

  beforePaint(task: () => void): () => void {
    this.#frame.add(task);
    return () => this.#frame.delete(task);
  }

  /** Runs everything that waits for the next frame. */
  paint(): void {
    const tasks = [...this.#frame];
    this.#frame.clear();
    for (const task of tasks) task();
  }

  /** Moves on, running what falls due in order. */
  advance(ms: number): void {
    const until = this.#nowMs + ms;
    for (;;) {
      const [next] = [...this.#entries].filter(({ atMs }) => atMs <= until).sort((a, b) => a.atMs - b.atMs);
      if (next === undefined) break;
      this.#nowMs = next.atMs;
      if (next.everyMs === undefined) this.#entries.delete(next);
      else next.atMs += next.everyMs;
      next.task();
    }
    this.#nowMs = until;
  }

  #add(entry: Entry): () => void {
    this.#entries.add(entry);
    return () => this.#entries.delete(entry);
  }
}
