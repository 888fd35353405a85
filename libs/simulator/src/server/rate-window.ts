/** Counts what happened within the last `perMs`; the venues' limits are all of this kind. */
export class RateWindow {
  private times: { atMs: number; weight: number }[] = [];

  constructor(
    readonly limit: number,
    readonly perMs: number,
  ) {}

  /** Adds `weight` at `nowMs`. False when that exceeds the limit; it counts all the same. */
  take(nowMs: number, weight = 1): boolean {
    this.times.push({ atMs: nowMs, weight });
    // More entries than the limit allows change nothing any more: the window stays small under a flood.
    if (this.times.length > this.limit + 1) this.times = this.times.slice(-(this.limit + 1));
    return this.used(nowMs) <= this.limit;
  }

  /** Weight used within the window that ends at `nowMs`. */
  used(nowMs: number): number {
    this.times = this.times.filter(({ atMs }) => atMs > nowMs - this.perMs);
    return this.times.reduce((sum, { weight }) => sum + weight, 0);
  }
}
