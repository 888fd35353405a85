import { onGrid, placesOf, type Listing } from '../catalog/listing.js';
import type { SeededRandom } from '../seeded-random.js';
import type { ForcedOrder } from '../server/venue-protocol.js';
import type { SimulatedVenueId } from '../simulated-venues.js';

/** Smallest and largest position that is closed, in dollars; the largest only in the largest markets. */
const SMALLEST_USD = 5;
const LARGEST_USD = 2_000_000;
/** Exponent of the power law: one position in eight exceeds a hundred times the smallest. */
const SIZE_ALPHA = 0.45;

/** What happened, before a venue puts it in its own words. */
export interface Blow {
  readonly listing: Listing;
  readonly mark: number;
  readonly long: boolean;
  readonly timeMs: number;
}

/** A forced order of a venue: its size by a power law, its prices where that venue's prices lie. */
export function makeOrder(venue: SimulatedVenueId, blow: Blow, random: SeededRandom): ForcedOrder {
  const largest = Math.max(5000, LARGEST_USD * (blow.listing.weight / 100) ** 0.8);
  const notional = random.pareto(SMALLEST_USD, largest, SIZE_ALPHA);
  switch (venue) {
    case 'binance':
      return binanceOrder(blow, notional, random);
    case 'okx':
      return okxOrder(blow, notional, random);
    case 'bybit':
      return bybitOrder(blow, notional, random);
  }
}

/** The limit lies beyond the market, the fill between the two; the last fill is part of the whole more than half the time. */
function binanceOrder(
  { listing, mark, long, timeMs }: Blow,
  notional: number,
  random: SeededRandom,
): ForcedOrder {
  const away = random.between(0.003, 0.012) * (long ? -1 : 1);
  const price = mark * (1 + away);
  const fill = mark * (1 + away * random.between(0.02, 0.6));
  const coins =
    listing.sizeUnit === 'INVERSE_CONTRACTS' ? notional / Number(listing.contractSize) : notional / fill;
  const quantity = onGrid(coins, listing.quantityStep);
  const part = onGrid(coins * random.between(0.02, 0.98), listing.quantityStep);
  return {
    venueSymbol: listing.venueSymbol,
    side: long ? 'SELL' : 'BUY',
    quantity,
    price: padded(Number(onGrid(price, listing.tickSize)), listing),
    averagePrice: padded(random.chance(0.5) ? fill : Number(onGrid(fill, listing.tickSize)), listing),
    lastQuantity: random.chance(0.55) && Number(part) < Number(quantity) ? part : quantity,
    timeMs,
  };
}

/** The hand-over price lies close to the mark. Some accounts are in net mode. */
function okxOrder(
  { listing, mark, long, timeMs }: Blow,
  notional: number,
  random: SeededRandom,
): ForcedOrder {
  const price = onGrid(mark * (1 + random.between(0.0005, 0.004) * (long ? -1 : 1)), listing.tickSize);
  const perContract =
    Number(listing.contractSize) * (listing.sizeUnit === 'INVERSE_CONTRACTS' ? 1 : Number(price));
  return {
    venueSymbol: listing.venueSymbol,
    side: long ? 'SELL' : 'BUY',
    quantity: trimmed(onGrid(notional / perContract, listing.quantityStep)),
    price: trimmed(price),
    netMode: random.chance(0.08),
    timeMs,
  };
}

/** The bankruptcy price: longs 337 to 502 bps below the market, shorts 50 to 63 above, as measured in September 2026. */
function bybitOrder(
  { listing, mark, long, timeMs }: Blow,
  notional: number,
  random: SeededRandom,
): ForcedOrder {
  const away = long ? -random.between(0.0337, 0.0502) : random.between(0.005, 0.0063);
  return {
    venueSymbol: listing.venueSymbol,
    side: long ? 'SELL' : 'BUY',
    quantity: trimmed(onGrid(notional / mark, listing.quantityStep)),
    price: onGrid(mark * (1 + away), listing.tickSize),
    timeMs,
  };
}

/** Binance pads prices of cheap coins to seven digits and of dear ones to two, whatever the tick. */
function padded(price: number, listing: Listing): string {
  return price.toFixed(Math.max(placesOf(listing.tickSize), price < 10 ? 7 : 2));
}

function trimmed(text: string): string {
  return text.includes('.') ? text.replace(/\.?0+$/u, '') : text;
}
