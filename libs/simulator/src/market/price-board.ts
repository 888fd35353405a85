import { splitCoinMultiple, type VenueId } from '@orderfox/domain';
import type { Listing } from '../catalog/listing.js';
import { SeededRandom } from '../seeded-random.js';

/** Venues quote the same coin a hair apart. */
const VENUE_BASIS: Readonly<Record<string, number>> = { binance: 0, okx: -0.00008, bybit: 0.00005 };
/** Per second: how far coins stray on their own, and how strongly they are drawn back to where they began. */
const OWN_VOLATILITY = 0.00025;
const REVERSION = 0.0006;

/** What a dollar coin is worth in another on average, and how far it strays. */
const USDC_IN_USDT = 1.0003;
const DOLLAR_VOLATILITY = 0.000_002;
const DOLLAR_REVERSION = 0.002;

/** Coins that stand for a dollar. */
export const DOLLAR_COINS: ReadonlySet<string> = new Set(['USDT', 'USDC']);

interface Walk {
  readonly random: SeededRandom;
  readonly beta: number;
  logMove: number;
}

/** Prices of all coins: one move common to the market, one of each coin's own. Depends on the seed alone. */
export class PriceBoard {
  private readonly walks = new Map<string, Walk>();
  private readonly pinned = new Map<string, number>();
  private readonly dollars: SeededRandom;
  private dollarMove = 0;

  /** `coins` start to walk at once; others, listed later, when they are first asked for. */
  constructor(
    private readonly seed: number | string,
    coins: readonly string[] = [],
  ) {
    for (const coin of coins) this.walkOf(coin);
    this.dollars = new SeededRandom(`${seed}/price/USDC`);
  }

  /** What a quote currency is worth in USDT; what is neither USDT nor USDC counts as USDT. */
  dollarRate(quoteAsset: string): number {
    return quoteAsset === 'USDC' ? USDC_IN_USDT * Math.exp(this.dollarMove) : 1;
  }

  /** How far a coin has moved since the start, as a factor. */
  moveOf(coin: string): number {
    return Math.exp(this.walkOf(coin).logMove);
  }

  /** Mark price of one venue unit. */
  markPrice(venue: VenueId, listing: Listing): number {
    const pinned = this.pinned.get(`${venue}/${listing.venueSymbol}`);
    if (pinned !== undefined) return pinned;
    const inUsdt = listing.startPrice * this.moveOf(splitCoinMultiple(listing.baseAsset).coin);
    return (inUsdt * (1 + (VENUE_BASIS[venue] ?? 0))) / this.dollarRate(listing.quoteAsset);
  }

  /** Holds a mark price from now on: for tests, and for recordings that bring their own prices. */
  pin(venue: VenueId, venueSymbol: string, price: number): void {
    this.pinned.set(`${venue}/${venueSymbol}`, price);
  }

  /** One second passes, in which the market as a whole moves by `commonMove` (0.01 is one percent). */
  step(commonMove: number): void {
    for (const walk of this.walks.values()) {
      const own = walk.random.normal() * OWN_VOLATILITY;
      walk.logMove += commonMove * walk.beta + own - walk.logMove * REVERSION;
    }
    this.dollarMove += this.dollars.normal() * DOLLAR_VOLATILITY - this.dollarMove * DOLLAR_REVERSION;
  }

  private walkOf(coin: string): Walk {
    let walk = this.walks.get(coin);
    if (!walk) {
      const random = new SeededRandom(`${this.seed}/price/${coin}`);
      walk = { random, beta: coin === 'BTC' ? 1 : random.between(1.1, 2.2), logMove: 0 };
      this.walks.set(coin, walk);
    }
    return walk;
  }
}
