import {
  addDecimals,
  multiplyDecimals,
  parseDecimal,
  shiftDecimal,
  subtractDecimals,
  type BookLevel,
  type DecimalString,
  type FeedState,
  type OrderBook,
} from '@orderfox/domain';
import { placesOfStep } from '@orderfox/format';
import { type BookUnits } from '@orderfox/venues';
import { type BookMarket } from './book-market.js';
import { type BookStatus } from './book-status.js';

/** How a book is wanted. */
export interface BookChoice {
  /** Levels of each side, at most. */
  readonly limit: number;
  /** Prices are joined to multiples of it; absent: the tick size. */
  readonly rounding?: DecimalString;
}

/** A price level as it is shown: in coins and per coin. */
export interface LevelView extends BookLevel {
  /** Digits after the point that prices and quantities of this market are shown with. */
  readonly pricePlaces: number;
  readonly quantityPlaces: number;
}

/** Dollars that are bid and offered near the middle. */
export interface DepthView {
  readonly bidUsd: DecimalString;
  readonly askUsd: DecimalString;
  /** True where what the venue tells of ends nearer to the middle: at least so much is bid. */
  readonly isBidFloor: boolean;
  readonly isAskFloor: boolean;
}

/** What there is of a book that is whole. */
export interface WholeBook {
  readonly venueTimeMs: number;
  readonly bids: readonly LevelView[];
  readonly asks: readonly LevelView[];
  readonly bestBid: DecimalString;
  readonly bestBidQuantity: DecimalString;
  readonly bestAsk: DecimalString;
  readonly bestAskQuantity: DecimalString;
  readonly mid: DecimalString;
  readonly spread: DecimalString;
  readonly spreadBps: number;
  readonly depth10Bps: DepthView;
}

/** A book as it is served: whole, or why it is not there. */
export interface OrderBookView extends Partial<WholeBook> {
  readonly venue: string;
  readonly symbol: string;
  readonly venueSymbol: string;
  readonly state: FeedState;
  readonly reason: string;
  readonly sinceMs: number;
  readonly untilMs?: number;
  readonly tickSize: DecimalString;
  readonly rounding: DecimalString;
}

/** What a view is made of. */
export interface BookNow {
  readonly market: BookMarket;
  readonly units: BookUnits;
  /** Absent while it is not whole. */
  readonly book: OrderBook | undefined;
  readonly venueTimeMs: number | undefined;
  readonly status: BookStatus;
  readonly sinceMs: number;
}

/** How far from the middle depth is looked at, in basis points. */
const DEPTH_BPS = 10;
const HALF = parseDecimal('0.5');

/** The tick size of a market per coin. */
export function tickPerCoin({ grid, pricePerCoin }: BookUnits): DecimalString {
  return pricePerCoin(grid.tickSize);
}

/** So many ticks are one step of the rounding; undefined where that is no positive multiple of the tick size. */
export function ticksOf(rounding: DecimalString, units: BookUnits): number | undefined {
  // In units of the smallest place of either, so that nothing is rounded.
  const tick = tickPerCoin(units);
  const places = Math.max(placesOfStep(rounding), placesOfStep(tick));
  const wanted = BigInt(shiftDecimal(rounding, places));
  const step = BigInt(shiftDecimal(tick, places));
  if (wanted <= 0n || wanted % step !== 0n) return undefined;
  const ticks = Number(wanted / step);
  return Number.isSafeInteger(ticks) ? ticks : undefined;
}

/** The book as somebody wants it, as it is now. */
export function viewBook(now: BookNow, { limit, rounding }: BookChoice): OrderBookView {
  const { market, units, status, sinceMs } = now;
  const tickSize = tickPerCoin(units);
  const step = rounding ?? tickSize;
  const group = ticksOf(step, units);
  const whole = group === undefined ? undefined : wholeBook(now, limit, group, placesOfStep(step));
  const { state, reason, untilMs } = group === undefined ? offTick(step, tickSize) : status;
  return {
    venue: market.venue.id,
    symbol: market.instrument.symbol,
    venueSymbol: market.instrument.venueSymbol,
    state,
    reason,
    sinceMs,
    ...(untilMs !== undefined && { untilMs }),
    tickSize,
    rounding: step,
    ...whole,
  };
}

function wholeBook(
  { book, units, venueTimeMs }: BookNow,
  limit: number,
  group: number,
  pricePlaces: number,
): WholeBook | undefined {
  const sums = book?.depthSums(DEPTH_BPS);
  if (book?.bidTicks === undefined || book.askTicks === undefined) return undefined;
  if (sums === undefined || book.spreadBps === undefined || venueTimeMs === undefined) return undefined;
  const { grid, pricePerCoin, coins, usd } = units;
  const quantityPlaces = placesOfStep(coins(grid.stepSize));
  const shown = ({ price, quantity, total }: BookLevel): LevelView => ({
    price: pricePerCoin(price),
    quantity: coins(quantity),
    total: coins(total),
    pricePlaces,
    quantityPlaces,
  });
  // Of the prices themselves, which `group` may have joined with others.
  const [topBid, topAsk] = [book.bids(1)[0], book.asks(1)[0]];
  if (topBid === undefined || topAsk === undefined) return undefined;
  const bestBid = pricePerCoin(grid.price(book.bidTicks));
  const bestAsk = pricePerCoin(grid.price(book.askTicks));
  return {
    venueTimeMs,
    bids: book.bids(limit, group).map(shown),
    asks: book.asks(limit, group).map(shown),
    bestBid,
    bestBidQuantity: coins(topBid.quantity),
    bestAsk,
    bestAskQuantity: coins(topAsk.quantity),
    mid: multiplyDecimals(addDecimals(bestBid, bestAsk), HALF),
    spread: subtractDecimals(bestAsk, bestBid),
    spreadBps: book.spreadBps,
    depth10Bps: {
      bidUsd: usd(sums.bids),
      askUsd: usd(sums.asks),
      isBidFloor: sums.isBidFloor,
      isAskFloor: sums.isAskFloor,
    },
  };
}

/** The venue has changed the tick size since the rounding was chosen. */
function offTick(rounding: DecimalString, tickSize: DecimalString): BookStatus {
  return {
    state: 'ERROR',
    reason: `the tick size is ${tickSize} now, and ${rounding} is no multiple of it: choose another rounding`,
  };
}
