import { type Instrument, type Trade, type VenueId } from '@orderfox/domain';
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
  readonly missedBefore?: number;
}
