import { binance } from './binance/binance.adapter.js';
import { bybit } from './bybit/bybit.adapter.js';
import { okx } from './okx/okx.adapter.js';
import { type VenueAdapter } from './venue-adapter.js';

export * from './book/book-keeper.js';
export * from './book/book-update.js';
export * from './venue-adapter.js';
export * from './venue-books.js';
export * from './venue-candles.js';
export * from './venue-funding.js';
export * from './venue-index-prices.js';
export * from './venue-open-interest.js';
export * from './venue-trades.js';
export * from './liquidation-history.js';
export { DOLLAR_QUOTES } from './venue-symbol.js';

/** Every venue there is. A new one adds its line here and nothing anywhere else. */
export const VENUE_ADAPTERS: readonly VenueAdapter[] = [
  binance, // USD-M futures
  okx, // perpetual swaps
  bybit, // linear contracts
];
