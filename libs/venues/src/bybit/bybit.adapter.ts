import { type RowContext } from '../normalise-rows.js';
import { type FeedContext, type VenueAdapter, type VenueFeed } from '../venue-adapter.js';
import { bybitBooks } from './bybit.books.js';
import { bybitCandles } from './bybit.candles.js';
import { bybitFunding } from './bybit.funding.js';
import { bybitLimits } from './bybit.limits.js';
import {
  LIQUIDATION_PREFIX,
  normaliseAllLiquidation,
  readMarkPrice,
  TICKER_PREFIX,
} from './bybit.normalize.js';
import { bybitOpenInterest } from './bybit.open-interest.js';
import { bybitProtocol, CONTROL_TOPIC } from './bybit.protocol.js';
import { listBybitInstruments, listBybitVolumes } from './bybit.symbols.js';
import { bybitTrades } from './bybit.trades.js';
import { MarkPriceBook } from './mark-price-book.js';

/**
 * Bybit linear contracts: every liquidation, on one topic per contract. A second connection follows the mark prices,
 * because the price that comes with a liquidation is too far off the market for a notional. Source: Bybit v5 pages,
 * read 2026-07.
 */
export const bybit: VenueAdapter = {
  id: 'bybit',
  name: 'Bybit',
  completeness: 'FULL',
  completenessNote: 'Bybit sends every liquidation, bundled every 500 ms (Bybit v5 pages, All Liquidation).',
  roots: { ws: 'wss://stream.bybit.com', rest: 'https://api.bybit.com' },
  limits: bybitLimits,
  listInstruments: (http, roots, onUnreadable) => listBybitInstruments(http, roots.rest, onUnreadable),
  listVolumes24h: (http, roots) => listBybitVolumes(http, roots.rest),
  candles: bybitCandles,
  books: bybitBooks,
  trades: bybitTrades,
  openInterest: bybitOpenInterest,
  funding: bybitFunding,
  feeds: (context) => {
    const book = new MarkPriceBook(context.instruments);
    return [liquidations(context, book), markPrices(context, book)];
  },
};

function liquidations(context: FeedContext, book: MarkPriceBook): VenueFeed {
  const markAt = (symbol: string, timeMs: number) => book.at(symbol, timeMs);
  const contextAt = rowContexts(context);
  return {
    stream: 'liquidations',
    recorded: true,
    protocol: bybitProtocol(context.roots.ws, 'liquidations'),
    topics: () => topics(context, LIQUIDATION_PREFIX),
    normalise: (message, receivedTimeMs) =>
      normaliseAllLiquidation(message, contextAt(receivedTimeMs), markAt),
  };
}

/** Missing a stretch of it costs precision and no event: notionals fall back to the bankruptcy price, and say so. */
function markPrices(context: FeedContext, book: MarkPriceBook): VenueFeed {
  const contextAt = rowContexts(context);
  return {
    stream: 'mark-prices',
    recorded: false,
    protocol: bybitProtocol(context.roots.ws, 'mark-prices'),
    // The control topic is a ticker itself and is subscribed anyway.
    topics: () => topics(context, TICKER_PREFIX).filter((topic) => topic !== CONTROL_TOPIC),
    normalise: (message, receivedTimeMs) => readMarkPrice(message, contextAt(receivedTimeMs), book),
  };
}

/** There is no topic for all symbols, so each listed one is asked for. */
function topics(context: FeedContext, prefix: string): readonly string[] {
  return context.instruments
    .all()
    .filter((instrument) => context.records(instrument.symbol))
    .map((instrument) => `${prefix}${instrument.venueSymbol}`);
}

/** What rows are read with, made once but for the time: frames come by the thousand. */
function rowContexts(context: FeedContext): (receivedTimeMs: number) => RowContext {
  const { instruments } = context;
  const records = (symbol: string) => context.records(symbol);
  return (receivedTimeMs) => ({ venue: 'bybit', instruments, records, receivedTimeMs });
}
