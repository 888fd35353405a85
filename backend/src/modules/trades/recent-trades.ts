import { type TapedTrade } from './trade-market.js';

/** The newest trades of one market, bounded. It knows whether it still holds everything that was told after a position. */
export class RecentTrades {
  /** Ascending. Cut now and then only, so that a trade costs no shifting. */
  #trades: TapedTrade[] = [];
  #floor: number;

  /** `limit`: most trades that are kept; `position`: all that is told from now on comes after it. */
  constructor(
    private readonly limit: number,
    position: number,
  ) {
    this.#floor = position;
  }

  get size(): number {
    return Math.min(this.#trades.length, this.limit);
  }

  add(trade: TapedTrade): void {
    this.#trades.push(trade);
    if (this.#trades.length >= this.limit * 2) this.#cut();
  }

  /** Takes trades from before the first, ascending; as many of the newest as there is room for. */
  addOlder(trades: readonly TapedTrade[]): void {
    const room = this.limit - this.#trades.length;
    if (room > 0) this.#trades = [...trades.slice(-room), ...this.#trades];
  }

  /** The newest first. */
  newest(count: number): readonly TapedTrade[] {
    return this.#trades.slice(-Math.min(count, this.limit)).reverse();
  }

  /** Whether every trade that was told after this position is still here. */
  coversAfter(position: number): boolean {
    return position >= this.#floor;
  }

  /** Those with after < position <= upTo, ascending, the first so many. Only the truth where `coversAfter` holds. */
  between(after: number, upTo: number, count: number): readonly TapedTrade[] {
    return this.#trades.filter(({ position }) => position > after && position <= upTo).slice(0, count);
  }

  #cut(): void {
    const last = this.#trades.at(-this.limit - 1);
    if (last !== undefined) this.#floor = Math.max(this.#floor, last.position);
    this.#trades = this.#trades.slice(-this.limit);
  }
}
