import { splitCoinMultiple, type VenueId } from '@orderfox/domain';
import { baseQuantity, onGrid, type Listing } from '../catalog/listing.js';
import { FundingSchedule } from './funding-schedule.js';
import { PriceHistory } from './price-history.js';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** Venues charge this where price and index are equal. */
const USUAL_RATE_8H = 0.0001;
/** How much of what a price moved in eight hours longs pay for. */
const SHARE_OF_MOVE = 0.05;
const HIGHEST_RATE_8H = 0.02;
/** Settlements come so many milliseconds late at most. */
const LATEST_MS = 16;

/** Open interest of a contract at a moment, one-sided. */
export interface OpenInterestTruth {
  /** In the venue's unit, as it writes it. */
  readonly size: string;
  /** Exact; undefined for inverse contracts, whose coins depend on the price. */
  readonly coins: string | undefined;
}

/** What a contract pays for an interval. */
export interface FundingTruth {
  /** As the venue writes it. */
  readonly rate: string;
  /** When it is, or was, charged. */
  readonly settlementMs: number;
  readonly intervalMs: number;
}

/**
 * What is open of one venue's contracts and what it costs to hold it. Open interest is a smooth noise of contract and
 * moment, so that any past can be told at once and runs into the present without a seam. Rates follow how far the coin's
 * price moved in eight hours; for the time before the simulation that is the move of its candles.
 */
export class PositionDesk {
  private readonly noises = new Map<string, PriceHistory>();
  private readonly schedules = new Map<string, FundingSchedule>();

  constructor(
    private readonly venue: VenueId,
    private readonly startMs: number,
  ) {}

  openInterest(listing: Listing, timeMs: number): OpenInterestTruth {
    const { venueSymbol, startPrice, sizeUnit, quantityStep } = listing;
    const held =
      listing.turnover24h *
      0.3 *
      Math.exp(this.noise(`${this.venue}/${venueSymbol}/open`).logAt(timeMs / MINUTE_MS));
    const perUnit = Number(listing.contractSize ?? 1) * (sizeUnit === 'INVERSE_CONTRACTS' ? 1 : startPrice);
    const size = onGrid(held / perUnit, quantityStep);
    const coins = sizeUnit === 'INVERSE_CONTRACTS' ? undefined : baseQuantity(listing, size, '1');
    return { size, coins };
  }

  /** The rate of the interval that holds a moment, as it is estimated then. */
  estimate(listing: Listing, timeMs: number): FundingTruth {
    const schedule = this.schedule(listing);
    const settlementMs = schedule.nextAfter(timeMs);
    const intervalMs = settlementMs - schedule.lastUntil(timeMs);
    return { rate: this.rate(listing, timeMs, intervalMs), settlementMs, intervalMs };
  }

  /** The rates that were charged from `fromMs` to `toMs`, ascending; the newest where there are more than `atMost`. */
  settled(listing: Listing, fromMs: number, toMs: number, atMost: number): readonly FundingTruth[] {
    const schedule = this.schedule(listing);
    return schedule.between(fromMs, toMs, atMost).map((settlementMs) => {
      const intervalMs = settlementMs - schedule.lastUntil(settlementMs - 1);
      return { rate: this.rate(listing, settlementMs, intervalMs), settlementMs, intervalMs };
    });
  }

  /** When a settlement shows in answers: a few milliseconds late. */
  shownMs(listing: Listing, settlementMs: number): number {
    const late = this.noise(`${this.venue}/${listing.venueSymbol}/late`).chance(0, settlementMs / MINUTE_MS);
    return settlementMs + Math.floor(late * LATEST_MS);
  }

  schedule(listing: Listing): FundingSchedule {
    let schedule = this.schedules.get(listing.venueSymbol);
    if (!schedule) {
      schedule = new FundingSchedule(splitCoinMultiple(listing.baseAsset).coin, this.startMs);
      this.schedules.set(listing.venueSymbol, schedule);
    }
    return schedule;
  }

  private rate({ baseAsset }: Listing, timeMs: number, intervalMs: number): string {
    const prices = this.noise(splitCoinMultiple(baseAsset).coin);
    const minute = timeMs / MINUTE_MS;
    const move = prices.logAt(minute) - prices.logAt(minute - 480);
    const rate8h = Math.max(
      -HIGHEST_RATE_8H,
      Math.min(HIGHEST_RATE_8H, USUAL_RATE_8H + move * SHARE_OF_MOVE),
    );
    return ((rate8h * intervalMs) / (8 * HOUR_MS)).toFixed(8);
  }

  private noise(name: string): PriceHistory {
    let noise = this.noises.get(name);
    if (!noise) this.noises.set(name, (noise = new PriceHistory(name)));
    return noise;
  }
}
