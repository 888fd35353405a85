import type { OrderSide } from '@orderfox/domain';

/** A taker's order at one price, in whole numbers. */
export interface TapeTrade {
  /** Dense within a market. */
  readonly id: number;
  /** Numbers of its first and last fill, dense as well. */
  readonly firstFill: number;
  readonly lastFill: number;
  readonly ticks: number;
  readonly steps: number;
  readonly takerSide: OrderSide;
  readonly timeMs: number;
}

/** The trades of one market in order; the newest `limit` are kept. */
export class TradeTape {
  private kept: TapeTrade[] = [];
  private fills: number;

  constructor(
    private readonly limit: number,
    private lastId: number,
  ) {
    this.fills = lastId * 2;
  }

  /** Writes down a trade of so many fills. */
  add(trade: Pick<TapeTrade, 'ticks' | 'steps' | 'takerSide' | 'timeMs'>, fills: number): TapeTrade {
    const firstFill = this.fills + 1;
    this.fills += fills;
    const { ticks, steps, takerSide, timeMs } = trade;
    const written = { id: ++this.lastId, firstFill, lastFill: this.fills, ticks, steps, takerSide, timeMs };
    this.kept.push(written);
    // Cutting only now and then keeps writing cheap.
    if (this.kept.length > 2 * this.limit) this.kept = this.kept.slice(-this.limit);
    return written;
  }

  /** What is kept, oldest first. */
  all(): readonly TapeTrade[] {
    return this.kept.slice(-this.limit);
  }
}
