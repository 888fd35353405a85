import type { DecimalString } from './decimal.js';
import type { LiquidatedSide, OrderSide } from './side.js';

/** Identifier of a venue, such as `binance`. Opaque: no list of venues exists outside `libs/venues`. */
export type VenueId = string;

/**
 * Which price a notional was computed with. `FILL` what the order really paid, `BANKRUPTCY` the price at which the
 * position's margin is gone, `MARK` the venue's mark price at the time, `ORDER` the limit of the forced order.
 */
export type PriceKind = 'FILL' | 'BANKRUPTCY' | 'MARK' | 'ORDER';

/** How much of a venue's liquidations its feed carries: all, at most one per symbol and second, or not known. */
export type Completeness = 'FULL' | 'SAMPLED' | 'UNKNOWN';

/**
 * One forced closing of a position, as one venue reported it. Quantities are base coins and prices are per coin,
 * also where the venue counts contracts or thousands of coins. Times are epoch milliseconds, UTC.
 */
export interface Liquidation {
  readonly type: 'liquidation';
  /** Identity of the event: equal for the same event from another socket, a replay or a second process. */
  readonly eventKey: string;
  readonly venue: VenueId;
  /** Canonical market such as `PEPEUSDT`. */
  readonly symbol: string;
  /** The venue's own name for it, such as `1000PEPEUSDT`. */
  readonly venueSymbol: string;
  readonly baseAsset: string;
  readonly quoteAsset: string;
  /** Whose position was closed. `LONG` if and only if `side` is `SELL`. */
  readonly liquidatedSide: LiquidatedSide;
  /** Side of the forced order that hit the market. */
  readonly side: OrderSide;
  /** Base coins. */
  readonly quantity: DecimalString;
  /** The price the venue states with the event, per coin; what it means differs by venue. */
  readonly price: DecimalString;
  /** Average fill price per coin, where the venue gives one. */
  readonly averagePrice?: DecimalString;
  /** Mark price per coin at the time, where it was known and used. */
  readonly markPrice?: DecimalString;
  /** Which of the prices `notionalUsd` was computed with. */
  readonly priceUsed: PriceKind;
  /** quantity x price used, in the quote currency; dollar stable coins count as one dollar. */
  readonly notionalUsd: DecimalString;
  /** When the venue says it happened. */
  readonly venueTimeMs: number;
  /** When its frame reached us. */
  readonly receivedTimeMs: number;
  /** The venue's own row as JSON text, so that every number can be explained. */
  readonly raw: string;
}

/** A liquidation that is in the database. `seq` is dense, starts at 1 and rises in commit order: the public cursor. */
export interface RecordedLiquidation extends Liquidation {
  readonly seq: number;
  readonly committedTimeMs: number;
}

/** Why a venue's row did not become an event. A fixed list, so that it can be counted per reason. */
export type RefusalReason =
  | 'MALFORMED' // not the documented shape
  | 'UNKNOWN_CHANNEL' // a message of no channel that was asked for, such as a retired topic
  | 'UNKNOWN_INSTRUMENT' // the catalogue has no such contract (yet): size and symbol cannot be told
  | 'OTHER_PRODUCT' // a product that is not recorded, such as Binance COIN-M in the merged stream
  | 'UNSUPPORTED_QUOTE' // the quote currency is no dollar, so there is no notional in USD
  | 'BAD_NUMBER' // missing, negative, zero or not a number
  | 'BAD_TIME' // before the venue existed, or in the future
  | 'BAD_SIDE'; // neither buy nor sell

/** A row that was refused: counted by reason, kept raw in quarantine, never guessed. */
export interface Refusal {
  readonly type: 'refusal';
  readonly venue: VenueId;
  readonly reason: RefusalReason;
  /** The offending field and value, at most 200 characters. */
  readonly detail: string;
  readonly venueSymbol?: string;
  readonly receivedTimeMs: number;
  /** The raw row or frame, cut to 4,096 characters. */
  readonly raw: string;
}
