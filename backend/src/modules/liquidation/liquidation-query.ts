import {
  compareDecimals,
  type DecimalString,
  type Liquidation,
  type LiquidatedSide,
  type VenueId,
} from '@orderfox/domain';

/**
 * Which liquidations are wanted. Conditions that are absent exclude nothing; all that are there must hold. An empty
 * list matches nothing.
 */
export interface LiquidationQuery {
  /** Canonical symbols. */
  readonly symbols?: readonly string[];
  readonly venues?: readonly VenueId[];
  readonly liquidatedSide?: LiquidatedSide;
  /** At least this notional, in USD. */
  readonly minNotionalUsd?: DecimalString;
  /** Venue time at or after this, epoch ms. */
  readonly fromMs?: number;
  /** Venue time before this, epoch ms. */
  readonly toMs?: number;
}

/** The same decision for one live event that the database makes for rows. */
export function matches(liquidation: Liquidation, query: LiquidationQuery): boolean {
  const { symbols, venues, liquidatedSide, minNotionalUsd, fromMs, toMs } = query;
  return (
    (symbols === undefined || symbols.includes(liquidation.symbol)) &&
    (venues === undefined || venues.includes(liquidation.venue)) &&
    (liquidatedSide === undefined || liquidation.liquidatedSide === liquidatedSide) &&
    (minNotionalUsd === undefined || compareDecimals(liquidation.notionalUsd, minNotionalUsd) >= 0) &&
    (fromMs === undefined || liquidation.venueTimeMs >= fromMs) &&
    (toMs === undefined || liquidation.venueTimeMs < toMs)
  );
}
