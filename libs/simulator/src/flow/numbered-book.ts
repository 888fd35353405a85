import type { SeededRandom } from '../seeded-random.js';
import { Ladder, type Rung } from './ladder.js';

/** A side of a book. */
export type BookSide = 'BID' | 'ASK';

/** What changed since the change before it, in whole numbers and the book's own numbering. */
export interface BookChange {
  /** Number of the newest change told before this one. */
  readonly previousId: number;
  /** Numbers of the oldest and the newest change in it. */
  readonly firstId: number;
  readonly lastId: number;
  /** Rises by one; 1 when the book has begun anew. */
  readonly count: number;
  /** Quantities as they are now; 0: no such price any more. Best first. */
  readonly bids: readonly Rung[];
  readonly asks: readonly Rung[];
}

/** A whole book in whole numbers, best first. */
export interface WholeBook {
  readonly lastId: number;
  readonly count: number;
  readonly bids: readonly Rung[];
  readonly asks: readonly Rung[];
}

/** Numbers of two changes that follow each other differ by so much at most. */
const WIDEST_STEP = 7;

/**
 * Both sides of a book. Every change has a number; the numbers rise and are not dense. Changes gather until they are
 * told, so that the book is ahead of what its listeners know, as a venue's is.
 */
export class NumberedBook {
  readonly bids = new Ladder('BID');
  readonly asks = new Ladder('ASK');
  /** Prices that changed since the last telling, and what was there. */
  private untold = { BID: new Map<number, number>(), ASK: new Map<number, number>() };
  private firstUntold: number | undefined;
  private newestTold: number;
  private toldCount: number;

  constructor(
    private readonly random: SeededRandom,
    private lastId: number,
  ) {
    this.newestTold = lastId;
    this.toldCount = 1_000 + random.index(1_000_000);
  }

  /** Number of the newest change of all. */
  get newestId(): number {
    return this.lastId;
  }

  /** Number of the newest change that was told. */
  get toldId(): number {
    return this.newestTold;
  }

  /** Sets the quantity at a price; 0 takes it away. */
  set(side: BookSide, ticks: number, steps: number): void {
    const before = this.side(side).set(ticks, steps);
    if (before === steps) return;
    this.note(side, ticks, before);
  }

  /** Has a price told with the next change although nothing happens there. */
  touch(side: BookSide, ticks: number): void {
    this.note(side, ticks, this.side(side).at(ticks));
  }

  /** Tells what gathered; undefined where nothing did. */
  tell(): BookChange | undefined {
    if (this.firstUntold === undefined) return undefined;
    const change = {
      previousId: this.newestTold,
      firstId: this.firstUntold,
      lastId: this.lastId,
      count: ++this.toldCount,
      bids: this.touched('BID').sort(([a], [b]) => b - a),
      asks: this.touched('ASK').sort(([a], [b]) => a - b),
    };
    this.untold = { BID: new Map(), ASK: new Map() };
    this.firstUntold = undefined;
    this.newestTold = this.lastId;
    return change;
  }

  /** The book as it is, what is not told yet included. */
  now(most = Infinity): WholeBook {
    const { lastId, toldCount: count } = this;
    return { lastId, count, bids: this.bids.rungs(most), asks: this.asks.rungs(most) };
  }

  /** The book as who heard everything has it. */
  told(): WholeBook {
    return {
      lastId: this.newestTold,
      count: this.toldCount,
      bids: this.before('BID'),
      asks: this.before('ASK'),
    };
  }

  /** Begins the numbers anew with the next telling: the changes', or those of the tellings. */
  renumber(what: 'CHANGES' | 'TELLINGS'): void {
    if (what === 'CHANGES') this.lastId = WIDEST_STEP;
    else this.toldCount = 0;
  }

  private side(side: BookSide): Ladder {
    return side === 'BID' ? this.bids : this.asks;
  }

  private note(side: BookSide, ticks: number, before: number): void {
    this.lastId += 1 + this.random.index(WIDEST_STEP);
    this.firstUntold ??= this.lastId;
    if (!this.untold[side].has(ticks)) this.untold[side].set(ticks, before);
  }

  private touched(side: BookSide): Rung[] {
    return [...this.untold[side].keys()].map((ticks): Rung => [ticks, this.side(side).at(ticks)]);
  }

  private before(side: BookSide): readonly Rung[] {
    const rungs = new Map(this.side(side).rungs());
    for (const [ticks, steps] of this.untold[side]) {
      if (steps === 0) rungs.delete(ticks);
      else rungs.set(ticks, steps);
    }
    return [...rungs].sort(([a], [b]) => (side === 'BID' ? b - a : a - b));
  }
}
