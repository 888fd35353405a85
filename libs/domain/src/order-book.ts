import { type BookGrid } from './book-grid.js';
import { BookSide } from './book-side.js';
import { type DecimalString } from './decimal.js';
import { ExactSum } from './exact-sum.js';

/** Basis points in one. */
const BPS = 10_000;

/** A price level, or several that were added up. */
export interface BookLevel {
  /** In the quote currency per unit of quantity. Of several: the border away from the other side. */
  readonly price: DecimalString;
  readonly quantity: DecimalString;
  /** Quantity up to and with this level, from the best on. */
  readonly total: DecimalString;
}

/** What lies within some distance of the middle of a book, in ticks x steps. */
export interface DepthSums {
  readonly bids: bigint;
  readonly asks: bigint;
  /** True where the book ends before that distance does, while the venue may have more: at least so much is bid. */
  readonly isBidFloor: boolean;
  readonly isAskFloor: boolean;
}

/** The same in the quote currency. */
export interface BookDepth extends Pick<DepthSums, 'isBidFloor' | 'isAskFloor'> {
  readonly bidUsd: DecimalString;
  readonly askUsd: DecimalString;
}

/**
 * An order book in whole ticks and steps, nothing rounded. It knows nothing of sequence numbers: who writes into it
 * sees to it that nothing is missing, and shows it to nobody before.
 */
export class OrderBook {
  readonly #bids: BookSide;
  readonly #asks: BookSide;
  /** Ranks below which there may be levels that nobody has told of. */
  #bidReach = Number.NEGATIVE_INFINITY;
  #askReach = Number.NEGATIVE_INFINITY;

  /**
   * `slots`: price levels of each side that are kept at hand, see BookSide; `levelsTold`: how many levels of each side the
   * venue ever tells of, the best ones; absent where it tells of all changes.
   */
  constructor(
    readonly grid: BookGrid,
    slots?: number,
    private readonly levelsTold = Number.POSITIVE_INFINITY,
  ) {
    this.#bids = new BookSide(slots);
    this.#asks = new BookSide(slots);
  }

  /** Levels on both sides. */
  get size(): number {
    return this.#bids.size + this.#asks.size;
  }

  /** The best bid in ticks. */
  get bidTicks(): number | undefined {
    return this.#bids.best;
  }

  /** The best ask in ticks. */
  get askTicks(): number | undefined {
    const rank = this.#asks.best;
    return rank === undefined ? undefined : -rank;
  }

  /** Whether somebody offers for less than somebody bids, which no venue's book does: something was missed. */
  get isCrossed(): boolean {
    const { bidTicks, askTicks } = this;
    return bidTicks !== undefined && askTicks !== undefined && bidTicks >= askTicks;
  }

  /** Sets a level from the venue's texts; a quantity of zero removes it. Throws OffGridError, with nothing changed. */
  setBid(price: string, quantity: string): void {
    const ticks = this.grid.ticks(price);
    this.setBidTicks(ticks, this.grid.steps(quantity));
  }

  /** As `setBid`. */
  setAsk(price: string, quantity: string): void {
    const ticks = this.grid.ticks(price);
    this.setAskTicks(ticks, this.grid.steps(quantity));
  }

  /** Sets a level from whole numbers of the grid; a quantity of zero removes it. */
  setBidTicks(ticks: number, steps: number): void {
    this.#bids.set(ticks, steps);
  }

  /** As `setBidTicks`. */
  setAskTicks(ticks: number, steps: number): void {
    this.#asks.set(-ticks, steps);
  }

  clear(): void {
    this.#bids.clear();
    this.#asks.clear();
    this.#bidReach = Number.NEGATIVE_INFINITY;
    this.#askReach = Number.NEGATIVE_INFINITY;
  }

  /**
   * Remembers that nothing is known beyond the levels that are here now: they are a whole book of at most `levels` of each
   * side. Of a side with fewer all is known.
   */
  endHere(levels: number): void {
    const end = (side: BookSide) => (side.size < levels ? Number.NEGATIVE_INFINITY : (side.worst ?? 0));
    this.#bidReach = end(this.#bids);
    this.#askReach = end(this.#asks);
  }

  /** From best bid to best ask, in basis points of the middle; undefined if a side is empty. */
  get spreadBps(): number | undefined {
    const { bidTicks, askTicks } = this;
    if (bidTicks === undefined || askTicks === undefined) return undefined;
    return (2 * BPS * (askTicks - bidTicks)) / (askTicks + bidTicks);
  }

  /** All that lies within `bps` basis points of the middle, exact; undefined if a side is empty. */
  depth(bps: number): BookDepth | undefined {
    const sums = this.depthSums(bps);
    if (sums === undefined) return undefined;
    const { bids, asks, isBidFloor, isAskFloor } = sums;
    return { bidUsd: this.grid.notional(bids), askUsd: this.grid.notional(asks), isBidFloor, isAskFloor };
  }

  /** As `depth`, in ticks x steps: for contracts whose quantities are no coins. */
  depthSums(bps: number): DepthSums | undefined {
    const { bidTicks, askTicks } = this;
    if (bidTicks === undefined || askTicks === undefined) return undefined;
    const doubleMid = bidTicks + askTicks;
    const lowest = (doubleMid * (BPS - bps)) / (2 * BPS);
    const highest = (doubleMid * (BPS + bps)) / (2 * BPS);
    const bids = this.#sum(this.#bids, lowest, this.#bidReach);
    const asks = this.#sum(this.#asks, -highest, this.#askReach);
    return { bids: bids.sum, asks: asks.sum, isBidFloor: bids.isFloor, isAskFloor: asks.isFloor };
  }

  /** The best `limit` bids, best first; of `group` ticks each, those that begin at a multiple of it. */
  bids(limit: number, group = 1): readonly BookLevel[] {
    return this.#levels(this.#bids, limit, group, 1);
  }

  /** The best `limit` asks, best first; of `group` ticks each, those that end at a multiple of it. */
  asks(limit: number, group = 1): readonly BookLevel[] {
    return this.#levels(this.#asks, limit, group, -1);
  }

  #sum(
    side: BookSide,
    lowestRank: number,
    reach: number,
  ): { readonly sum: bigint; readonly isFloor: boolean } {
    const sum = new ExactSum();
    let levels = 0;
    const isAll = side.walk((rank, steps) => {
      if (rank < lowestRank) return false;
      levels += 1;
      sum.add(Math.abs(rank), steps);
      return true;
    });
    const isCut = isAll && levels >= this.levelsTold;
    return { sum: sum.value, isFloor: isCut || lowestRank < reach };
  }

  #levels(side: BookSide, limit: number, group: number, sign: 1 | -1): readonly BookLevel[] {
    const sums: { readonly rank: number; steps: number }[] = [];
    side.walk((rank, steps) => {
      // Ranks fall from the best on, so for asks, too, a group ends with the price furthest from the middle.
      const border = Math.floor(rank / group) * group;
      const last = sums.at(-1);
      if (last?.rank === border) last.steps += steps;
      else if (sums.length === limit) return false;
      else sums.push({ rank: border, steps });
      return true;
    });
    let total = 0;
    return sums.map(({ rank, steps }) => {
      total += steps;
      return {
        price: this.grid.price(sign * rank),
        quantity: this.grid.quantity(steps),
        total: this.grid.quantity(total),
      };
    });
  }
}
