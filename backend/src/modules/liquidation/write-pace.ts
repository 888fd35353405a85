import { type Clock } from '@orderfox/feed';

const FIRST_RETRY_MS = 100;
const LAST_RETRY_MS = 5_000;

/** Decides when the next write is due: batches are gathered for a moment, failures are followed by growing pauses. */
export class WritePace {
  #wroteAtMs = Number.NEGATIVE_INFINITY;
  #failedAtMs = 0;
  #pauseMs = FIRST_RETRY_MS;
  #failingSinceMs: number | undefined;

  constructor(
    private readonly clock: Clock,
    private readonly gatherMs: number,
  ) {}

  /** True from a failure on until something succeeds. */
  get failing(): boolean {
    return this.#failingSinceMs !== undefined;
  }

  get failingForMs(): number {
    return this.#failingSinceMs === undefined ? 0 : this.clock.monotonicMs() - this.#failingSinceMs;
  }

  /** Milliseconds until the next write; 0 or less for now. A full batch is not kept waiting. */
  dueInMs(full: boolean): number {
    const nowMs = this.clock.monotonicMs();
    if (this.failing) return this.#failedAtMs + this.#pauseMs - nowMs;
    return full ? 0 : this.#wroteAtMs + this.gatherMs - nowMs;
  }

  writing(): void {
    this.#wroteAtMs = this.clock.monotonicMs();
  }

  succeeded(): void {
    this.#failingSinceMs = undefined;
    this.#pauseMs = FIRST_RETRY_MS;
  }

  failed(): void {
    if (this.failing) this.#pauseMs = Math.min(LAST_RETRY_MS, this.#pauseMs * 2);
    this.#failedAtMs = this.clock.monotonicMs();
    this.#failingSinceMs ??= this.#failedAtMs;
  }
}
