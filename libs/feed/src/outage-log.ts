import { type Outage, type OutageCause } from './socket-status.js';

/** Keeps the one outage that may be open, so that each is told exactly twice: when noticed and when over. */
export class OutageLog {
  #open: Outage | undefined;

  constructor(private readonly tell: (outage: Outage) => void) {}

  /** Opens an outage at the last good time, in epoch ms. While one is open its first cause stands. */
  begin(fromMs: number | undefined, cause: OutageCause, detail: string): void {
    // Without any good frame before there is nothing that was interrupted.
    if (this.#open !== undefined || fromMs === undefined) return;
    this.#open = { fromMs, cause, detail };
    this.tell(this.#open);
  }

  /** Data flows again at this epoch ms. */
  end(toMs: number): void {
    if (this.#open === undefined) return;
    // The wall clock may have been set back meanwhile; an outage never ends before it began.
    const closed = { ...this.#open, toMs: Math.max(toMs, this.#open.fromMs) };
    this.#open = undefined;
    this.tell(closed);
  }
}
