/** Slots at which the best level is put when the window is moved: most levels lie behind it, a few may get ahead. */
const ROOM_AHEAD = 4;

/**
 * One side of an order book: the quantity at each price level. A level is known by its rank, a whole number of which
 * the highest is best: the price in ticks for bids, minus that for asks. Quantities are whole numbers of the smallest
 * unit. Levels near the best lie in one array, a slot per rank, so that a change is one write; those far behind it in
 * a map. Within the window the best one is followed by looking at its neighbours.
 */
export class BookSide {
  readonly #slots: Float64Array;
  /** Rank of the first slot. */
  #low = 0;
  /** Levels in the window. While there are any at all, the best of them is in it. */
  #near = 0;
  /** Slot of the best level; -1: there is none. */
  #best = -1;
  /** Levels behind the window. */
  readonly #far = new Map<number, number>();
  #moves = 0;

  /** `slots`: ranks in the window; 8 bytes each. */
  constructor(slots = 16_384) {
    if (!(Number.isSafeInteger(slots) && slots >= 8)) throw new RangeError('a side needs 8 slots at least');
    this.#slots = new Float64Array(slots);
  }

  /** Rank of the best level; undefined: the side is empty. */
  get best(): number | undefined {
    return this.#best < 0 ? undefined : this.#low + this.#best;
  }

  /** How many levels there are. */
  get size(): number {
    return this.#near + this.#far.size;
  }

  /** How often the window was moved. */
  get moves(): number {
    return this.#moves;
  }

  /** The quantity at a level; 0: there is none. */
  at(rank: number): number {
    const slot = rank - this.#low;
    return this.#slots[slot] ?? this.#far.get(rank) ?? 0;
  }

  /** Sets the quantity at a level; 0 removes it. */
  set(rank: number, quantity: number): void {
    const slots = this.#slots;
    const slot = rank - this.#low;
    if (slot < 0 || slot >= slots.length || this.#near === 0) {
      this.#setOutside(rank, quantity);
      return;
    }
    const before = slots[slot];
    slots[slot] = quantity;
    if (quantity !== 0) {
      if (before === 0) this.#near += 1;
      if (slot > this.#best) this.#best = slot;
    } else if (before !== 0) {
      this.#near -= 1;
      if (slot === this.#best) this.#stepBack();
    }
  }

  clear(): void {
    this.#slots.fill(0);
    this.#far.clear();
    this.#near = 0;
    this.#best = -1;
  }

  /** Calls `visit` with rank and quantity of each level from the best on, until it returns false. */
  walk(visit: (rank: number, quantity: number) => boolean): void {
    let left = this.#near;
    for (let slot = this.#best; left > 0; slot -= 1) {
      const quantity = this.#slots[slot] ?? 0;
      if (quantity === 0) continue;
      left -= 1;
      if (!visit(this.#low + slot, quantity)) return;
    }
    if (this.#far.size === 0) return;
    for (const rank of [...this.#far.keys()].sort((a, b) => b - a)) {
      if (!visit(rank, this.#far.get(rank) ?? 0)) return;
    }
  }

  /** Outside the window, or there is nothing in it. */
  #setOutside(rank: number, quantity: number): void {
    if (quantity === 0) {
      this.#far.delete(rank);
    } else if (this.#near === 0 || rank >= this.#low) {
      const slot = this.#near === 0 ? this.#placeWindow(rank) : this.#moveWindow(rank);
      this.#slots[slot] = quantity;
      this.#near += 1;
      if (slot > this.#best) this.#best = slot;
    } else {
      this.#far.set(rank, quantity);
    }
  }

  /** The best level is gone: the next one is behind it, or in the map. */
  #stepBack(): void {
    if (this.#near === 0) {
      this.#best = -1;
      if (this.#far.size === 0) return;
      let best = Number.NEGATIVE_INFINITY;
      for (const rank of this.#far.keys()) if (rank > best) best = rank;
      this.#placeWindow(best);
      this.#fetchFar();
      return;
    }
    let slot = this.#best - 1;
    while (this.#slots[slot] === 0) slot -= 1;
    this.#best = slot;
    // What comes next is looked up far more often than the window is moved: keep enough of it near.
    if (slot < this.#slots.length / ROOM_AHEAD && this.#far.size > 0) this.#moveWindow(this.#low + slot);
  }

  /** Puts an empty window so that this rank has room ahead; gives its slot. */
  #placeWindow(rank: number): number {
    const slot = this.#slots.length - 1 - Math.floor(this.#slots.length / ROOM_AHEAD);
    this.#low = rank - slot;
    return slot;
  }

  /** Moves the window, levels in it, so that this rank has room ahead; gives its slot. */
  #moveWindow(rank: number): number {
    this.#moves += 1;
    const bottom = this.#low;
    const place = this.#placeWindow(rank);
    const shift = this.#low - bottom;
    const { length } = this.#slots;
    if (shift > 0) {
      for (let slot = 0; slot < Math.min(shift, length); slot += 1) {
        const quantity = this.#slots[slot] ?? 0;
        if (quantity === 0) continue;
        this.#far.set(bottom + slot, quantity);
        this.#near -= 1;
      }
      if (shift < length) this.#slots.copyWithin(0, shift);
      this.#slots.fill(0, Math.max(0, length - shift));
    } else if (shift < 0) {
      this.#slots.copyWithin(-shift, 0);
      this.#slots.fill(0, 0, -shift);
    }
    this.#best = this.#near === 0 ? -1 : this.#best - shift;
    if (shift < 0) this.#fetchFar();
    return place;
  }

  /** Brings in what lies in the window now. */
  #fetchFar(): void {
    for (const [rank, quantity] of this.#far) {
      const slot = rank - this.#low;
      if (slot < 0) continue;
      this.#far.delete(rank);
      this.#slots[slot] = quantity;
      this.#near += 1;
      if (slot > this.#best) this.#best = slot;
    }
  }
}
