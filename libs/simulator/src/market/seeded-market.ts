import type { Listing } from '../catalog/listing.js';
import { SeededRandom } from '../seeded-random.js';
import type { SimulatedVenueId, SimulatedVenues } from '../simulated-venues.js';
import { MarketMood, type Mood } from './market-mood.js';
import { makeOrder } from './order-maker.js';
import { BundlingDesk, SamplingDesk, type VenueDesk } from './venue-desk.js';

/** Liquidations per second: in quiet times as measured on an afternoon of September 2026, and at the height of a cascade. */
const RATES: Readonly<Record<SimulatedVenueId, { readonly quiet: number; readonly peak: number }>> = {
  binance: { quiet: 4 / 60, peak: 14 },
  okx: { quiet: 4.5 / 60, peak: 8 },
  bybit: { quiet: 2.2 / 60, peak: 12 },
};
const TICK_MS = 100;
const PRICE_MS = 1000;
/** After a longer sleep of the machine the market goes on from now instead of catching up. */
const MAX_CATCH_UP_MS = 5000;

/**
 * A market that depends on its seed and its start time alone: the same two give the same frames to the last byte,
 * however the calls to `advance` fall.
 */
export class SeededMarket {
  private readonly mood: MarketMood;
  private readonly traders: ReadonlyMap<
    SimulatedVenueId,
    { readonly random: SeededRandom; readonly desk: VenueDesk }
  >;
  private now: Mood = { move: 0, stress: 0, longShare: 0.5 };
  private clockMs: number;
  private sincePriceMs = 0;

  constructor(
    private readonly venues: SimulatedVenues,
    seed: number | string,
    /** 1: as real; larger: busier; 0: prices move, nobody is liquidated. */
    private readonly intensity: number,
    startMs: number,
  ) {
    this.mood = new MarketMood(new SeededRandom(`${seed}/mood`), intensity);
    this.clockMs = startMs;
    const trader = (venue: SimulatedVenueId, desk: (random: SeededRandom) => VenueDesk) =>
      [
        venue,
        { random: new SeededRandom(`${seed}/orders/${venue}`), desk: desk(new SeededRandom(`${seed}/desk`)) },
      ] as const;
    this.traders = new Map([
      trader('binance', (random) => new SamplingDesk(random)),
      trader('okx', () => new BundlingDesk(TICK_MS, 600)),
      trader('bybit', () => new BundlingDesk(500, 150)),
    ]);
  }

  /** Lets the market happen up to `nowMs`. */
  advance(nowMs: number): void {
    if (nowMs - this.clockMs > MAX_CATCH_UP_MS) this.clockMs = nowMs - TICK_MS;
    while (this.clockMs + TICK_MS <= nowMs) this.tick();
  }

  private tick(): void {
    if (this.sincePriceMs === 0) {
      this.now = this.mood.next();
      this.venues.prices.step(this.now.move);
      this.venues.observePrices(this.clockMs);
    }
    this.sincePriceMs = (this.sincePriceMs + TICK_MS) % PRICE_MS;
    const endMs = this.clockMs + TICK_MS;
    for (const [venue, { random, desk }] of this.traders) {
      for (const order of this.blows(venue, random)) desk.take(order);
      for (const { dueMs, orders } of desk.departures(endMs)) this.venues.of(venue).emit(orders, dueMs);
    }
    this.clockMs = endMs;
  }

  private blows(venue: SimulatedVenueId, random: SeededRandom) {
    const { quiet, peak } = RATES[venue];
    const perSecond = quiet * this.intensity + peak * Math.sqrt(this.intensity) * this.now.stress;
    const times: number[] = [];
    if (perSecond > 0) {
      const mean = 1000 / perSecond;
      for (let at = random.exponential(mean); at < TICK_MS; at += random.exponential(mean)) times.push(at);
    }
    const traded = times.length > 0 ? this.traded(venue) : [];
    return times.flatMap((at) => {
      const listing = pick(traded, random);
      if (!listing) return [];
      const mark = this.venues.prices.markPrice(venue, listing);
      const long = random.chance(this.now.longShare);
      return [makeOrder(venue, { listing, mark, long, timeMs: this.clockMs + Math.floor(at) }, random)];
    });
  }

  private traded(venue: SimulatedVenueId): readonly Listing[] {
    return this.venues
      .of(venue)
      .catalog.all()
      .filter(({ state, weight }) => state === 'TRADING' && weight > 0);
  }
}

function pick(listings: readonly Listing[], random: SeededRandom): Listing | undefined {
  let left = random.next() * listings.reduce((sum, { weight }) => sum + weight, 0);
  return listings.find(({ weight }) => (left -= weight) < 0);
}
