/** One price of a book: ticks and quantity steps, whole numbers. */
export type Rung = readonly [ticks: number, steps: number];

/**
 * One side of a book in whole numbers, sorted, the best price last: what happens near the best price moves few of the
 * others. A side of asks counts downward, so that both sides are told the same way.
 */
export class Ladder {
  /** Ticks for bids, negative ticks for asks; ascending. */
  private readonly keys: number[] = [];
  private readonly sizes: number[] = [];
  private readonly sign: 1 | -1;

  constructor(side: 'BID' | 'ASK') {
    this.sign = side === 'BID' ? 1 : -1;
  }

  /** How many prices there are. */
  get size(): number {
    return this.keys.length;
  }

  /** Ticks of the best price; undefined of an empty side. */
  get best(): number | undefined {
    return this.ticksAt(this.keys.length - 1);
  }

  /** Ticks of the price farthest from the best. */
  get farthest(): number | undefined {
    return this.ticksAt(0);
  }

  /** Quantity at a price; 0 where there is none. */
  at(ticks: number): number {
    const index = this.find(ticks * this.sign);
    return this.keys[index] === ticks * this.sign ? (this.sizes[index] ?? 0) : 0;
  }

  /** Sets the quantity at a price, 0 to take it away; returns what was there. */
  set(ticks: number, steps: number): number {
    const key = ticks * this.sign;
    const index = this.find(key);
    const isThere = this.keys[index] === key;
    const before = isThere ? (this.sizes[index] ?? 0) : 0;
    if (steps === 0) {
      if (isThere) {
        this.keys.splice(index, 1);
        this.sizes.splice(index, 1);
      }
    } else if (isThere) {
      this.sizes[index] = steps;
    } else {
      this.keys.splice(index, 0, key);
      this.sizes.splice(index, 0, steps);
    }
    return before;
  }

  /** The best prices, best first. */
  rungs(most = Infinity): readonly Rung[] {
    const count = Math.min(most, this.keys.length);
    return Array.from({ length: count }, (_, index): Rung => {
      const at = this.keys.length - 1 - index;
      return [this.ticksAt(at) ?? 0, this.sizes[at] ?? 0];
    });
  }

  private ticksAt(index: number): number | undefined {
    const key = this.keys[index];
    return key === undefined ? undefined : key * this.sign;
  }

  /** Where a key stands, or would. */
  private find(key: number): number {
    let low = 0;
    let high = this.keys.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.keys[middle] ?? 0) < key) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
