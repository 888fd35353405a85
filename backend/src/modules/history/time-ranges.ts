import { type TimeRange } from '../symbols/symbol-interest.js';

/** Stretches that are kept apart; with more, the oldest are forgotten, and may be asked for once more. */
const MAX_RANGES = 64;

/** Stretches of time, both ends included, that have been dealt with. Those that touch are one. */
export class TimeRanges {
  /** In order, apart from each other. */
  #ranges: readonly TimeRange[] = [];

  get ranges(): readonly TimeRange[] {
    return this.#ranges;
  }

  add(added: TimeRange): void {
    if (!(added.fromMs <= added.toMs)) return;
    const apart = this.#ranges.filter(
      ({ fromMs, toMs }) => toMs + 1 < added.fromMs || fromMs > added.toMs + 1,
    );
    const joined = this.#ranges.filter((range) => !apart.includes(range));
    const whole = {
      fromMs: Math.min(added.fromMs, ...joined.map(({ fromMs }) => fromMs)),
      toMs: Math.max(added.toMs, ...joined.map(({ toMs }) => toMs)),
    };
    this.#ranges = [...apart, whole].sort((a, b) => a.fromMs - b.fromMs).slice(-MAX_RANGES);
  }

  /** What of a stretch has been added, in order. */
  within({ fromMs, toMs }: TimeRange): readonly TimeRange[] {
    return this.#ranges
      .filter((range) => range.toMs >= fromMs && range.fromMs <= toMs)
      .map((range) => ({
        fromMs: Math.max(range.fromMs, fromMs),
        toMs: Math.min(range.toMs, toMs),
      }));
  }

  /** What of a stretch has not been added yet, in order. */
  missing({ fromMs, toMs }: TimeRange): readonly TimeRange[] {
    const missing: TimeRange[] = [];
    let nextMs = fromMs;
    for (const range of this.#ranges) {
      if (range.toMs < nextMs) continue;
      if (range.fromMs > toMs) break;
      if (range.fromMs > nextMs) missing.push({ fromMs: nextMs, toMs: range.fromMs - 1 });
      nextMs = range.toMs + 1;
    }
    if (nextMs <= toMs) missing.push({ fromMs: nextMs, toMs });
    return missing;
  }
}
