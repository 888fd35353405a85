import {
  addDecimals,
  divideDecimals,
  multiplyDecimals,
  parseDecimal,
  subtractDecimals,
  type DecimalString,
} from '@orderfox/domain';
import { type DepthView, type OrderBookView } from '../books/order-book-view.js';

const TWICE_BPS = parseDecimal('20000');
/** Digits after the point that a spread in basis points is reckoned to. */
const BPS_PLACES = 12;

/** The top of one venue's order book as it was at the beginning of a second; in coins and per coin, exact. */
export interface BookTop {
  readonly venue: string;
  readonly symbol: string;
  readonly venueSymbol: string;
  /** The second, epoch ms. */
  readonly timeMs: number;
  /** When the book became so, by the clock of the venue; epoch ms. */
  readonly venueTimeMs: number;
  readonly bestBid: DecimalString;
  readonly bestBidQuantity: DecimalString;
  readonly bestAsk: DecimalString;
  readonly bestAskQuantity: DecimalString;
  /** All within 10 basis points of the middle, the border included. */
  readonly depth10Bps: DepthView;
}

/** The top of a book as it is shown; undefined while it is not whole. */
export function topOf(view: OrderBookView, timeMs: number): BookTop | undefined {
  const { venue, symbol, venueSymbol, venueTimeMs, bestBid, bestBidQuantity } = view;
  const { bestAsk, bestAskQuantity, depth10Bps } = view;
  if (venueTimeMs === undefined || depth10Bps === undefined) return undefined;
  if (bestBid === undefined || bestAsk === undefined) return undefined;
  if (bestBidQuantity === undefined || bestAskQuantity === undefined) return undefined;
  const best = { bestBid, bestBidQuantity, bestAsk, bestAskQuantity };
  return { venue, symbol, venueSymbol, timeMs, venueTimeMs, ...best, depth10Bps };
}

/** From best bid to best ask in basis points of the middle: (ask - bid) / mid x 10,000, to twelve places. */
export function spreadBpsOf({ bestBid, bestAsk }: Pick<BookTop, 'bestBid' | 'bestAsk'>): DecimalString {
  const spread = multiplyDecimals(subtractDecimals(bestAsk, bestBid), TWICE_BPS);
  return divideDecimals(spread, addDecimals(bestBid, bestAsk), BPS_PLACES);
}
