import type { OrderSide } from '@orderfox/domain';
import { placesOf, type Listing } from '../catalog/listing.js';
import type { SeededRandom } from '../seeded-random.js';
import { NumberedBook, type BookChange, type BookSide } from './numbered-book.js';
import type { TapeTrade, TradeTape } from './trade-tape.js';

/** Prices that an order may eat through at once; what else lies in the way of the mark price is withdrawn. */
const LONGEST_SWEEP = 8;
/** Of changed prices so many in a hundred lie near the best, on average so many ticks away. */
const NEAR_PERCENT = 75;
const NEAR_TICKS = 12;
/** Dollars at the best price, of what is traded in a second on average. */
const SMALLEST_SHARE = 0.02;
const LARGEST_SHARE = 0.5;

/** What a market does in one step. */
export interface MarketMove {
  /** Undefined where nothing changed. */
  readonly change: BookChange | undefined;
  readonly trades: readonly TapeTrade[];
}

/** How much happens in one step. */
export interface StepSize {
  readonly changes: number;
  /** On average. */
  readonly trades: number;
}

/**
 * The book and the trades of one contract on one venue. Its best prices surround the mark price: when that moves, orders
 * eat what stands in the way, price by price, and others follow behind. Trades take what the best prices hold.
 */
export class QuotedMarket {
  readonly book: NumberedBook;
  readonly tick: number;
  private readonly pricePlaces: number;
  private readonly step: number;
  private readonly quantityPlaces: number;
  private crossNext = false;
  private crossedTicks: number | undefined;

  constructor(
    readonly listing: Listing,
    readonly tape: TradeTape,
    private readonly levels: number,
    private readonly random: SeededRandom,
    start: { readonly markPrice: number; readonly firstId: number },
  ) {
    this.tick = Number(listing.tickSize);
    this.pricePlaces = placesOf(listing.tickSize);
    this.step = Number(listing.quantityStep);
    this.quantityPlaces = placesOf(listing.quantityStep);
    this.book = new NumberedBook(random, start.firstId);
    this.follow(start.markPrice, 0);
    this.book.tell();
  }

  /** A number of ticks as the venue writes a price. */
  priceText(ticks: number): string {
    return (ticks * this.tick).toFixed(this.pricePlaces);
  }

  /** A number of steps as the venue writes a quantity. */
  quantityText(steps: number): string {
    return (steps * this.step).toFixed(this.quantityPlaces);
  }

  /** One step passes: half of its changes come before the telling, half after it, as no venue stands still meanwhile. */
  move(markPrice: number, timeMs: number, size: StepSize): MarketMove {
    const trades = [...this.follow(markPrice, timeMs), ...this.takers(size.trades, timeMs)];
    this.quotes(markPrice, Math.ceil(size.changes / 2));
    const change = this.tell();
    this.quotes(markPrice, this.random.index(1 + Math.floor(size.changes / 2)));
    return { change, trades };
  }

  /** The next change holds a bid above the best ask; the one after it takes that back. */
  cross(): void {
    this.crossNext = true;
  }

  private tell(): BookChange | undefined {
    const { book } = this;
    if (this.crossedTicks !== undefined) book.touch('BID', this.crossedTicks);
    this.crossedTicks = undefined;
    const { best } = book.asks;
    if (!this.crossNext || best === undefined) return book.tell();
    this.crossNext = false;
    this.crossedTicks = best + 1;
    book.touch('BID', best + 1);
    const change = book.tell();
    return change && { ...change, bids: change.bids.map((rung) => (rung[0] > best ? [rung[0], 1] : rung)) };
  }

  /** Brings the best prices to where the mark price is, and both sides to their number of prices. */
  private follow(markPrice: number, timeMs: number): readonly TapeTrade[] {
    const { bid, ask } = this.limits(markPrice);
    const trades = [
      ...this.sweep('BID', (best) => best > bid, timeMs),
      ...this.sweep('ASK', (best) => best < ask, timeMs),
    ];
    this.improve('BID', bid, markPrice);
    this.improve('ASK', ask, markPrice);
    this.balance('BID', markPrice);
    this.balance('ASK', markPrice);
    return trades;
  }

  private limits(markPrice: number): { readonly bid: number; readonly ask: number } {
    const at = markPrice / this.tick;
    const bid = Math.max(1, Math.ceil(at) - 1);
    return { bid, ask: Math.max(bid + 1, Math.floor(at) + 1) };
  }

  private sweep(side: BookSide, isInTheWay: (best: number) => boolean, timeMs: number): readonly TapeTrade[] {
    const ladder = this.ladder(side);
    const trades: TapeTrade[] = [];
    for (let { best } = ladder; best !== undefined && isInTheWay(best); { best } = ladder) {
      if (trades.length < LONGEST_SWEEP) trades.push(this.take(side, best, ladder.at(best), timeMs));
      else this.book.set(side, best, 0);
    }
    return trades;
  }

  private improve(side: BookSide, limit: number, markPrice: number): void {
    const { best } = this.ladder(side);
    // Now and then the spread stays open for a while.
    if (best === undefined || (best !== limit && this.random.chance(0.85)))
      this.book.set(side, limit, this.size(markPrice));
  }

  private balance(side: BookSide, markPrice: number): void {
    const ladder = this.ladder(side);
    const away = side === 'BID' ? -1 : 1;
    while (ladder.size > this.levels) this.book.set(side, ladder.farthest ?? 0, 0);
    while (ladder.size < this.levels) {
      const ticks = (ladder.farthest ?? 0) + away * (1 + this.random.index(2));
      if (ticks < 1) return;
      this.book.set(side, ticks, this.size(markPrice));
    }
  }

  private quotes(markPrice: number, count: number): void {
    const { bid, ask } = this.limits(markPrice);
    for (let left = count; left > 0; left--) {
      const side = this.random.chance(0.5) ? 'BID' : 'ASK';
      const reach = this.random.index(100) < NEAR_PERCENT ? NEAR_TICKS : this.levels / 2;
      const distance = Math.floor(this.random.exponential(reach));
      const ticks = side === 'BID' ? bid - distance : ask + distance;
      if (ticks < 1) continue;
      const ladder = this.ladder(side);
      const goes = ladder.size > 1 && ladder.at(ticks) > 0 && this.random.chance(0.4);
      this.book.set(side, ticks, goes ? 0 : this.size(markPrice));
    }
    this.balance('BID', markPrice);
    this.balance('ASK', markPrice);
  }

  private takers(mean: number, timeMs: number): readonly TapeTrade[] {
    const count = Math.floor(mean) + (this.random.chance(mean % 1) ? 1 : 0);
    return Array.from({ length: count }, () => {
      const side = this.random.chance(0.5) ? 'BID' : 'ASK';
      const ladder = this.ladder(side);
      const best = ladder.best ?? 1;
      const there = ladder.at(best);
      const isAll = ladder.size > 1 && this.random.chance(0.3);
      const steps = isAll ? there : Math.floor(there * this.random.between(0.01, 0.6));
      return steps > 0 ? [this.take(side, best, steps, timeMs)] : [];
    }).flat();
  }

  private take(side: BookSide, ticks: number, steps: number, timeMs: number): TapeTrade {
    this.book.set(side, ticks, this.ladder(side).at(ticks) - steps);
    const takerSide: OrderSide = side === 'BID' ? 'SELL' : 'BUY';
    return this.tape.add({ ticks, steps, takerSide, timeMs }, 1 + this.random.index(4));
  }

  private ladder(side: BookSide) {
    return side === 'BID' ? this.book.bids : this.book.asks;
  }

  /** Quantity steps at a price. */
  private size(markPrice: number): number {
    const { listing, random } = this;
    const dollars = (listing.turnover24h / 86_400) * random.between(SMALLEST_SHARE, LARGEST_SHARE);
    const perStep = this.step * Number(listing.contractSize ?? 1);
    const inverse = listing.sizeUnit === 'INVERSE_CONTRACTS';
    return Math.max(1, Math.round(dollars / (inverse ? perStep : perStep * markPrice)));
  }
}
