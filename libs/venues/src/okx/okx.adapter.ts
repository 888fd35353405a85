import { type VenueAdapter } from '../venue-adapter.js';
import { scanLiquidation } from './liquidation-scan.js';
import { okxBooks } from './okx.books.js';
import { okxCandles } from './okx.candles.js';
import { okxFunding } from './okx.funding.js';
import { okxIndexPrices } from './okx.index-prices.js';
import { okxLimits } from './okx.limits.js';
import { normaliseLiquidationOrders } from './okx.normalize.js';
import { okxOpenInterest } from './okx.open-interest.js';
import { okxProtocol } from './okx.protocol.js';
import { listOkxInstruments, listOkxVolumes } from './okx.symbols.js';
import { okxTrades } from './okx.trades.js';

/** Topics are written `channel:subject`, see okxProtocol. */
const LIQUIDATIONS = 'liquidation-orders:SWAP';
/** Pushed on every change, every 200 ms at most, and every 10 s without one. */
const CONTROL_TOPIC = 'mark-price:BTC-USDT-SWAP';

/**
 * OKX perpetual swaps: one channel carries the forced orders of all of them, in contracts. Source: OKX API pages and
 * change log, read until 2026-08.
 */
export const okx: VenueAdapter = {
  id: 'okx',
  name: 'OKX',
  completeness: 'UNKNOWN',
  completenessNote:
    'OKX says that its feed does not represent all liquidations and no longer says what is left out (OKX API pages, Liquidation orders channel, 2026-05).',
  roots: { ws: 'wss://ws.okx.com:8443', rest: 'https://www.okx.com' },
  limits: okxLimits,
  listInstruments: (http, roots, onUnreadable) => listOkxInstruments(http, roots.rest, onUnreadable),
  listVolumes24h: (http, roots) => listOkxVolumes(http, roots.rest),
  candles: okxCandles,
  books: okxBooks,
  trades: okxTrades,
  openInterest: okxOpenInterest,
  funding: okxFunding,
  indexPrices: okxIndexPrices,
  feeds: (context) => [
    {
      stream: 'liquidations',
      recorded: true,
      protocol: okxProtocol(context.roots.ws, {
        path: '/ws/v5/public',
        controlTopic: CONTROL_TOPIC,
        isChannel: (channel) => channel === 'liquidation-orders',
        scan: scanLiquidation,
      }),
      topics: () => [LIQUIDATIONS],
      normalise: (message, receivedTimeMs) =>
        normaliseLiquidationOrders(message, {
          venue: 'okx',
          instruments: context.instruments,
          records: (symbol) => context.records(symbol),
          receivedTimeMs,
        }),
    },
  ],
};
