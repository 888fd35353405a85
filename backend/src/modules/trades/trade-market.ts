import {
  type DecimalString,
  type Instrument,
  type OrderSide,
  type Trade,
  type VenueId,
} from '@orderfox/domain';
import { type VenueRoots, type VenueTrades } from '@orderfox/venues';

/** A venue that tells of trades, and where it is. */
export interface TradeVenue {
  readonly id: VenueId;
  readonly name: string;
  readonly roots: VenueRoots;
  readonly trades: VenueTrades;
}

/** The contract of a venue whose trades are meant. */
export interface TradeMarket {
  readonly venue: TradeVenue;
  readonly instrument: Instrument;
}

/** Names a market: equal for the same contract of the same venue. */
export function tradeKey({ venue, instrument }: TradeMarket): string {
  return `${venue.id}|${instrument.venueSymbol}`;
}

/** A trade as it is told. */
export interface TapedTrade extends Trade {
  /** Its place among all trades that are told, of all markets; 0 for one from before anybody listened. */
  readonly position: number;
  /** Trades between the one before it and this one are missing, or may be. */
  readonly isAfterGap: boolean;
  /** How many of them, where the venue's numbers say so. */
  readonly missedBefore?: number | undefined;
}

/** A trade, told. It says what the trade says and is no copy of it, for some of that is worked out when asked for. */
export class ToldTrade implements TapedTrade {
  readonly type = 'trade';
  readonly #trade: Trade;

  constructor(
    trade: Trade,
    readonly position: number,
    readonly isAfterGap = false,
    readonly missedBefore?: number | undefined,
  ) {
    this.#trade = trade;
  }

  get venue(): VenueId {
    return this.#trade.venue;
  }

  get symbol(): string {
    return this.#trade.symbol;
  }

  get venueSymbol(): string {
    return this.#trade.venueSymbol;
  }

  get takerSide(): OrderSide {
    return this.#trade.takerSide;
  }

  get price(): DecimalString {
    return this.#trade.price;
  }

  get quantity(): DecimalString {
    return this.#trade.quantity;
  }

  get notionalUsd(): DecimalString {
    return this.#trade.notionalUsd;
  }

  get tradeId(): string {
    return this.#trade.tradeId;
  }

  get aggregateId(): number | undefined {
    return this.#trade.aggregateId;
  }

  get venueTimeMs(): number {
    return this.#trade.venueTimeMs;
  }

  get receivedTimeMs(): number {
    return this.#trade.receivedTimeMs;
  }
}
