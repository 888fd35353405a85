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

/** What lies within some distance of the middle of the book, in the quote currency. */
export interface BookDepth {
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

  /** `slots`: price levels of each side that are kept at hand, see BookSide. */
  constructor(
    readonly grid: BookGrid,
    slots?: number,
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
    return sums && { bidUsd: this.grid.notional(sums.bids), askUsd: this.grid.notional(sums.asks) };
  }

  /** As `depth`, in ticks x steps: for contracts whose quantities are no coins. */
  depthSums(bps: number): { readonly bids: bigint; readonly asks: bigint } | undefined {
    const { bidTicks, askTicks } = this;
    if (bidTicks === undefined || askTicks === undefined) return undefined;
    const doubleMid = bidTicks + askTicks;
    const lowest = (doubleMid * (BPS - bps)) / (2 * BPS);
    const highest = (doubleMid * (BPS + bps)) / (2 * BPS);
    return { bids: this.#sum(this.#bids, lowest), asks: this.#sum(this.#asks, -highest) };
  }

  /** The best `limit` bids, best first; of `group` ticks each, those that begin at a multiple of it. */
  bids(limit: number, group = 1): readonly BookLevel[] {
    return this.#levels(this.#bids, limit, group, 1);
  }

  /** The best `limit` asks, best first; of `group` ticks each, those that end at a multiple of it. */
  asks(limit: number, group = 1): readonly BookLevel[] {
    return this.#levels(this.#asks, limit, group, -1);
  }

  #sum(side: BookSide, lowestRank: number): bigint {
    const sum = new ExactSum();
    side.walk((rank, steps) => {
      if (rank < lowestRank) return false;
      sum.add(Math.abs(rank), steps);
      return true;
    });
    return sum.value;
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
