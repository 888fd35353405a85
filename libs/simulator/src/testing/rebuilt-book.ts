import type { BookTruth } from '../flow/market-flow.js';

type Level = readonly [price: string, quantity: string, ...rest: unknown[]];

/** A book put together from what a venue wrote, the plain way: to compare with the truth. */
export class RebuiltBook {
  private readonly bids = new Map<string, string>();
  private readonly asks = new Map<string, string>();

  /** Takes absolute quantities; none of a price takes it away. */
  apply(bids: readonly Level[], asks: readonly Level[]): void {
    for (const [side, levels] of [
      [this.bids, bids],
      [this.asks, asks],
    ] as const)
      for (const [price, quantity] of levels) {
        if (Number(quantity) === 0) side.delete(price);
        else side.set(price, quantity);
      }
  }

  /** Forgets everything, for a whole book that comes next. */
  clear(): void {
    this.bids.clear();
    this.asks.clear();
  }

  /** Both sides, best first. */
  get levels(): Pick<BookTruth, 'bids' | 'asks'> {
    return {
      bids: [...this.bids].sort(([a], [b]) => Number(b) - Number(a)),
      asks: [...this.asks].sort(([a], [b]) => Number(a) - Number(b)),
    };
  }

  get bestBid(): number {
    return Number(this.levels.bids[0]?.[0]);
  }

  get bestAsk(): number {
    return Number(this.levels.asks[0]?.[0]);
  }
}
