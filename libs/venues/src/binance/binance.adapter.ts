import { type VenueAdapter } from '../venue-adapter.js';
import { binanceBooks } from './binance.books.js';
import { binanceCandles } from './binance.candles.js';
import { binanceFunding } from './binance.funding.js';
import { binanceHistory } from './binance.history.js';
import { binanceLimits } from './binance.limits.js';
import { isForceOrderStream, normaliseForceOrders } from './binance.normalize.js';
import { binanceOpenInterest } from './binance.open-interest.js';
import { binanceProtocol } from './binance.protocol.js';
import { listBinanceInstruments, listBinanceVolumes } from './binance.symbols.js';
import { binanceTrades } from './binance.trades.js';
import { scanForceOrder } from './force-order-scan.js';

const LIQUIDATIONS = '!forceOrder@arr';

/**
 * Binance USD-M futures: every contract's forced orders on one stream, at most one per symbol and second. Source:
 * Binance developer pages and change log, read until 2026-10.
 */
export const binance: VenueAdapter = {
  id: 'binance',
  name: 'Binance',
  completeness: 'SAMPLED',
  completenessNote:
    'Binance sends at most one liquidation per symbol and second, so every total is a lower bound (Binance developer pages, Liquidation Order Streams).',
  roots: { ws: 'wss://fstream.binance.com', rest: 'https://fapi.binance.com' },
  limits: binanceLimits,
  listInstruments: (http, roots, onUnreadable) => listBinanceInstruments(http, roots.rest, onUnreadable),
  listVolumes24h: (http, roots) => listBinanceVolumes(http, roots.rest),
  candles: binanceCandles,
  books: binanceBooks,
  trades: binanceTrades,
  openInterest: binanceOpenInterest,
  funding: binanceFunding,
  feeds: (context) => [
    {
      stream: 'liquidations',
      recorded: true,
      protocol: binanceProtocol(context.roots.ws, {
        isStream: isForceOrderStream,
        event: 'forceOrder',
        scan: scanForceOrder,
      }),
      topics: () => [LIQUIDATIONS],
      normalise: (message, receivedTimeMs) =>
        normaliseForceOrders(message, {
          venue: 'binance',
          instruments: context.instruments,
          records: (symbol) => context.records(symbol),
          receivedTimeMs,
        }),
    },
  ],
  history: binanceHistory,
};
