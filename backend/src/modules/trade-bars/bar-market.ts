import { type TradeMarket } from '../trades/trade-market.js';
import { type BarSeries } from './trade-bar.repository.js';

/** The contract of a venue whose bars are meant. */
export type BarMarket = TradeMarket;

/** Whose rows its bars are. */
export function seriesOf({ venue, instrument }: BarMarket): BarSeries {
  return { venue: venue.id, venueSymbol: instrument.venueSymbol, symbol: instrument.symbol };
}
