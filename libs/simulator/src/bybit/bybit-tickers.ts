import { onGrid, type Listing } from '../catalog/listing.js';
import type { ProtocolHost } from '../server/venue-protocol.js';
import { bothSides } from './bybit-positions.js';

/** How often the venue counts again what is open, and what funding will come to. */
const COUNTED_EVERY_MS = 5_000;
const ESTIMATED_EVERY_MS = 60_000;

/** The ticker of a contract, all values texts, in the venue's key order. */
export function tickerOf(listing: Listing, host: ProtocolHost, nowMs: number): Record<string, string> {
  const markPrice = host.markPrice(listing.venueSymbol) ?? listing.startPrice;
  const price = (factor: number) => onGrid(markPrice * factor, listing.tickSize);
  const tick = Number(listing.tickSize);
  const second = Math.floor(nowMs / 1000);
  const size = (share: number) => onGrid(share / markPrice, listing.quantityStep);
  const { size: single } = host.positions.openInterest(listing, onClock(nowMs, COUNTED_EVERY_MS));
  const both = bothSides(single);
  const isFunded = listing.contractType !== 'DATED';
  const running = host.positions.estimate(listing, onClock(nowMs, ESTIMATED_EVERY_MS));
  const hours = host.positions.schedule(listing).statedMs / 3_600_000;
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
    openInterest: both,
    openInterestValue: (Number(both) * markPrice).toFixed(2),
    turnover24h: listing.turnover24h.toFixed(4),
    volume24h: (listing.turnover24h / listing.startPrice).toFixed(4),
    fundingIntervalHour: isFunded ? String(hours) : '',
    fundingCap: isFunded ? '0.005' : '',
    // One side; `openInterest` counts both.
    ...(!host.leavesOut('SINGLE_OPEN_INTEREST') && {
      singleOpenInterest: single,
      singleOpenInterestValue: (Number(single) * markPrice).toFixed(2),
    }),
    nextFundingTime: isFunded ? String(running.settlementMs) : '',
    fundingRate: isFunded ? running.rate : '',
    bid1Price: onGrid(markPrice - tick / 2, listing.tickSize),
    bid1Size: size(15_000 + (second % 17) * 900),
    ask1Price: onGrid(markPrice + tick / 2, listing.tickSize),
    ask1Size: size(14_000 + (second % 23) * 700),
    preOpenPrice: '',
    preQty: '',
    curPreListingPhase: '',
  };
}

function onClock(timeMs: number, everyMs: number): number {
  return Math.floor(timeMs / everyMs) * everyMs;
}

/** The fields that changed, with the symbol; undefined when none did. */
export function tickerDelta(
  before: Readonly<Record<string, string>>,
  after: Readonly<Record<string, string>>,
): Record<string, string> | undefined {
  const changed = Object.entries(after).filter(([field, value]) => before[field] !== value);
  return changed.length === 0 ? undefined : { symbol: after.symbol ?? '', ...Object.fromEntries(changed) };
}
