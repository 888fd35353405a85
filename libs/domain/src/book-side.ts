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
  /** Slot of the best level; -1: the window is empty. While there are any levels at all, the best of them is in it. */
  #best = -1;
  /** No level in the window lies below this slot. */
  #floor = 0;
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

  /** Rank of the worst level; undefined: the side is empty. Looked for when it is asked for. */
  get worst(): number | undefined {
    let worst: number | undefined;
    for (const rank of this.#far.keys()) if (worst === undefined || rank < worst) worst = rank;
    if (worst !== undefined) return worst;
    for (let slot = this.#floor; slot <= this.#best; slot += 1) {
      if (this.#slots[slot] !== 0) return this.#low + slot;
    }
    return undefined;
  }

  /** How many levels there are. Counted when it is asked for: to keep count would cost each change more than all else. */
  get size(): number {
    let near = 0;
    for (let slot = this.#best; slot >= this.#floor; slot -= 1) if (this.#slots[slot] !== 0) near += 1;
    return near + this.#far.size;
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
    const best = this.#best;
    if (slot < 0 || slot >= slots.length || best < 0) {
      this.#setOutside(rank, quantity);
      return;
    }
    // Whatever was there before does not matter, and is not read: whether it was zero nobody can foretell, processors included.
    slots[slot] = quantity;
    if (slot >= best) {
      if (quantity !== 0) this.#best = slot;
      else if (slot === best) this.#stepBack();
    } else if (slot < this.#floor) {
      this.#floor = slot;
    }
  }

  clear(): void {
    this.#slots.fill(0);
    this.#far.clear();
    this.#best = -1;
    this.#floor = 0;
  }

  /** Calls `visit` with rank and quantity of each level from the best on, until it returns false. True if it has seen all. */
  walk(visit: (rank: number, quantity: number) => boolean): boolean {
    for (let slot = this.#best; slot >= this.#floor; slot -= 1) {
      const quantity = this.#slots[slot] ?? 0;
      if (quantity === 0) continue;
      if (!visit(this.#low + slot, quantity)) return false;
    }
    if (this.#far.size === 0) return true;
    for (const rank of [...this.#far.keys()].sort((a, b) => b - a)) {
      if (!visit(rank, this.#far.get(rank) ?? 0)) return false;
    }
    return true;
  }

  /** Outside the window, or there is nothing in it. */
  #setOutside(rank: number, quantity: number): void {
    if (quantity === 0) {
      this.#far.delete(rank);
    } else if (this.#best < 0 || rank >= this.#low) {
      this.#put(this.#best < 0 ? this.#placeWindow(rank) : this.#moveWindow(rank), quantity);
    } else {
      this.#far.set(rank, quantity);
    }
  }

  /** Puts a level into the window. */
  #put(slot: number, quantity: number): void {
    this.#slots[slot] = quantity;
    if (this.#best < 0 || slot < this.#floor) this.#floor = slot;
    if (slot > this.#best) this.#best = slot;
  }

  /** The best level is gone: the next one is behind it, or in the map. */
  #stepBack(): void {
    let slot = this.#best - 1;
    while (slot >= this.#floor && this.#slots[slot] === 0) slot -= 1;
    if (slot < this.#floor) {
      this.#best = -1;
      if (this.#far.size === 0) return;
      let best = Number.NEGATIVE_INFINITY;
      for (const rank of this.#far.keys()) if (rank > best) best = rank;
      this.#placeWindow(best);
      this.#fetchFar();
      return;
    }
    this.#best = slot;
    // What comes next is looked up far more often than the window is moved: keep enough of it near.
    if (slot < this.#slots.length / ROOM_AHEAD && this.#far.size > 0) this.#moveWindow(this.#low + slot);
  }

  /** Puts the window so that this rank has room ahead; gives its slot. */
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
      for (let slot = this.#floor; slot < Math.min(shift, length); slot += 1) {
        const quantity = this.#slots[slot] ?? 0;
        if (quantity !== 0) this.#far.set(bottom + slot, quantity);
      }
      if (shift < length) this.#slots.copyWithin(0, shift);
      this.#slots.fill(0, Math.max(0, length - shift));
    } else if (shift < 0) {
      this.#slots.copyWithin(-shift, 0);
      this.#slots.fill(0, 0, -shift);
    }
    this.#best = Math.max(-1, this.#best - shift);
    this.#floor = Math.max(0, this.#floor - shift);
    if (shift < 0) this.#fetchFar();
    return place;
  }

  /** Brings in what lies in the window now. */
  #fetchFar(): void {
    for (const [rank, quantity] of this.#far) {
      const slot = rank - this.#low;
      if (slot < 0) continue;
      this.#far.delete(rank);
      this.#put(slot, quantity);
    }
  }
}
