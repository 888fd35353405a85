import type { DecimalString } from './decimal.js';
import type { VenueId } from './market-event.js';
import type { OrderSide } from './side.js';

/**
 * One trade as its venue reports it: some venues send every fill, others those of one taker order at one price as one.
 * Quantities are base coins and prices are per coin, also where the venue counts contracts or thousands of coins.
 */
export interface Trade {
  readonly type: 'trade';
  readonly venue: VenueId;
  /** Canonical market such as `PEPEUSDT`. */
  readonly symbol: string;
  /** The venue's own name for it, such as `1000PEPEUSDT`. */
  readonly venueSymbol: string;
  /** What the taker did: BUY lifted an offer. */
  readonly takerSide: OrderSide;
  /** Per coin. */
  readonly price: DecimalString;
  /** Base coins. */
  readonly quantity: DecimalString;
  /** quantity x price in the quote currency; dollar stable coins count as one dollar. */
  readonly notionalUsd: DecimalString;
  /** The venue's own, unique within `venueSymbol`: with both it is the identity of the trade. */
  readonly tradeId: string;
  /** The id as a number, where the venue counts a contract's trades one by one: whatever is left out was missed. */
  readonly aggregateId?: number | undefined;
  readonly venueTimeMs: number;
  readonly receivedTimeMs: number;
}
