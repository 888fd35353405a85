/** One lower bound, shared by all filters that name the same value. */
export interface Threshold {
  readonly value: string;
  /** How many lower thresholds there are now; -1 for the one that everything reaches. */
  rank: number;
  holders: number;
}

/** Of all filters without a lower bound. */
const NO_THRESHOLD: Threshold = Object.freeze({ value: '', rank: -1, holders: 0 });

/**
 * The distinct lower bounds of an index in rising order. Exact comparison of decimal text is slow beside that of small
 * integers, so a size is compared here once per event, and from then on only ranks are.
 */
export class Thresholds {
  readonly #rising: Threshold[] = [];

  /** `compare` is negative, zero or positive as a is below, equal to or above b, and throws on what is no number. */
  constructor(private readonly compare: (a: string, b: string) => number) {}

  /** How many distinct ones are held. */
  get count(): number {
    return this.#rising.length;
  }

  /** The threshold of this value, to be released once; without a value the one that every size reaches. */
  hold(value: string | undefined): Threshold {
    if (value === undefined) return NO_THRESHOLD;
    // The first one would meet no other, and be found to be no number only by the next event.
    this.compare(value, value);
    const below = this.#countWhere((other) => this.compare(other, value) < 0);
    const found = this.#rising[below];
    if (found !== undefined && this.compare(found.value, value) === 0) {
      found.holders += 1;
      return found;
    }
    const made: Threshold = { value, rank: below, holders: 1 };
    this.#rising.splice(below, 0, made);
    this.#rank(below);
    return made;
  }

  release(threshold: Threshold): void {
    if (threshold === NO_THRESHOLD) return;
    threshold.holders -= 1;
    if (threshold.holders > 0) return;
    this.#rising.splice(threshold.rank, 1);
    this.#rank(threshold.rank);
  }

  /** How many thresholds this size reaches: exactly those with a lower rank than the result. */
  reachedBy(size: string): number {
    return this.#countWhere((value) => this.compare(value, size) <= 0);
  }

  /** How many at the low end fulfil a condition that, once broken, stays broken. */
  #countWhere(holds: (value: string) => boolean): number {
    let low = 0;
    let high = this.#rising.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const threshold = this.#rising[middle];
      if (threshold !== undefined && holds(threshold.value)) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #rank(from: number): void {
    for (let rank = from; rank < this.#rising.length; rank += 1) {
      const threshold = this.#rising[rank];
      if (threshold !== undefined) threshold.rank = rank;
    }
  }
}
