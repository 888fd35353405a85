import { onGrid, type Listing } from '../catalog/listing.js';

const FUNDING_PERIOD_MS = 8 * 60 * 60_000;

/** The ticker of a contract, all values texts, in the venue's key order. */
export function tickerOf(listing: Listing, markPrice: number, nowMs: number): Record<string, string> {
  const price = (factor: number) => onGrid(markPrice * factor, listing.tickSize);
  const tick = Number(listing.tickSize);
  const second = Math.floor(nowMs / 1000);
  const size = (share: number) => onGrid(share / markPrice, listing.quantityStep);
  const openInterest = (listing.turnover24h * 0.6) / markPrice;
  return {
    symbol: listing.venueSymbol,
    tickDirection: 'ZeroPlusTick',
    price24hPcnt: '0.001624',
    lastPrice: price(1),
    prevPrice24h: onGrid(listing.startPrice, listing.tickSize),
    highPrice24h: onGrid(listing.startPrice * 1.03, listing.tickSize),
    lowPrice24h: onGrid(listing.startPrice * 0.97, listing.tickSize),
    prevPrice1h: onGrid(listing.startPrice, listing.tickSize),
    markPrice: price(1),
    indexPrice: price(1.0002),
    openInterest: onGrid(openInterest, listing.quantityStep),
    openInterestValue: (openInterest * markPrice).toFixed(2),
    turnover24h: listing.turnover24h.toFixed(4),
    volume24h: (listing.turnover24h / listing.startPrice).toFixed(4),
    fundingIntervalHour: '8',
    fundingCap: '0.005',
    // One side; `openInterest` counts both.
    singleOpenInterest: onGrid(openInterest / 2, listing.quantityStep),
    singleOpenInterestValue: ((openInterest * markPrice) / 2).toFixed(2),
    nextFundingTime: String((Math.floor(nowMs / FUNDING_PERIOD_MS) + 1) * FUNDING_PERIOD_MS),
    fundingRate: '0.0001',
    bid1Price: onGrid(markPrice - tick / 2, listing.tickSize),
    bid1Size: size(15_000 + (second % 17) * 900),
    ask1Price: onGrid(markPrice + tick / 2, listing.tickSize),
    ask1Size: size(14_000 + (second % 23) * 700),
    preOpenPrice: '',
    preQty: '',
    curPreListingPhase: '',
  };
}

/** The fields that changed, with the symbol; undefined when none did. */
export function tickerDelta(
  before: Readonly<Record<string, string>>,
  after: Readonly<Record<string, string>>,
): Record<string, string> | undefined {
  const changed = Object.entries(after).filter(([field, value]) => before[field] !== value);
  return changed.length === 0 ? undefined : { symbol: after.symbol ?? '', ...Object.fromEntries(changed) };
}
