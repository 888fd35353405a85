/** A stretch of time, epoch milliseconds: from the first up to, and without, the second. */
export interface Stretch {
  readonly fromMs: number;
  readonly toMs: number;
}

/** The time of which something is known, as stretches that neither overlap nor touch. */
export class KnownTime {
  /** Ascending. */
  #stretches: readonly Stretch[] = [];

  add(fromMs: number, toMs: number): void {
    if (fromMs >= toMs) return;
    const joined = this.#stretches.filter((each) => each.fromMs <= toMs && each.toMs >= fromMs);
    const apart = this.#stretches.filter((each) => !joined.includes(each));
    const whole = {
      fromMs: Math.min(fromMs, ...joined.map((each) => each.fromMs)),
      toMs: Math.max(toMs, ...joined.map((each) => each.toMs)),
    };
    this.#stretches = [...apart, whole].sort((left, right) => left.fromMs - right.fromMs);
  }

  /** What is not known between two times, ascending. */
  missing(fromMs: number, toMs: number): readonly Stretch[] {
    const missing: Stretch[] = [];
    let knownToMs = fromMs;
    for (const known of this.#stretches) {
      if (known.toMs <= knownToMs) continue;
      if (known.fromMs >= toMs) break;
      if (known.fromMs > knownToMs) missing.push({ fromMs: knownToMs, toMs: known.fromMs });
      knownToMs = known.toMs;
    }
    if (knownToMs < toMs) missing.push({ fromMs: knownToMs, toMs });
    return missing;
  }
}
