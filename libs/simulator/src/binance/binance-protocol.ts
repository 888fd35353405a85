import type { ProtocolHost, RestSubject, VenueProtocol } from '../server/venue-protocol.js';
import type { Scheduler } from '../scheduler.js';
import { asObject, parseJson } from '../server/json-reading.js';
import { binanceFacts, forceOrderPayload, forceOrderRow, forceOrderStreams } from './binance-frames.js';
import { binanceChannels } from './binance-market-data.js';
import type { BinanceLimits } from './binance-limits.js';
import { BinanceRest } from './binance-rest.js';
import { BinanceSession } from './binance-session.js';
import { pushBinanceStreams } from './binance-streaming.js';
import { readBinancePath } from './binance-streams.js';

const SUBJECTS: Readonly<Record<string, RestSubject>> = {
  '/fapi/v1/exchangeInfo': 'CATALOGUE',
  '/fapi/v1/depth': 'DEPTH',
  '/fapi/v1/openInterest': 'OPEN_INTEREST',
  '/futures/data/openInterestHist': 'OPEN_INTEREST',
  '/fapi/v1/premiumIndex': 'FUNDING',
  '/fapi/v1/fundingInfo': 'FUNDING',
  '/fapi/v1/fundingRate': 'FUNDING',
};

/** Binance USD-M futures: market sockets after the routing split and the UM/CM merge of 2026. */
export function binanceProtocol(
  host: ProtocolHost,
  scheduler: Scheduler,
  limits: BinanceLimits,
): VenueProtocol {
  const rest = new BinanceRest(host, scheduler, limits);
  return {
    venue: 'binance',
    connectLimit: { limit: limits.connectsPerFiveMinutes, perMs: 5 * 60_000, status: 429 },
    streamPeriodMs: 1000,
    route(url) {
      const path = readBinancePath(url);
      if (!path) return undefined;
      return (connection) =>
        new BinanceSession(connection, path.route, path.combined, path.streams, limits, scheduler);
    },
    rest: (request) => rest.answer(request),
    subjectOf: (path) => SUBJECTS[path],
    markets: binanceChannels(host.catalog),
    compose: (orders, pushMs) =>
      orders.map((order) => ({
        topics: forceOrderStreams(order.venueSymbol),
        payload: forceOrderPayload(forceOrderRow(order, host.catalog), pushMs),
      })),
    factsOf: (payload) => binanceFacts(payload, host.catalog),
    topicOf(frame) {
      const stream = asObject(parseJson(frame))?.stream;
      return typeof stream === 'string' ? stream : undefined;
    },
    pushStreams: (nowMs) => pushBinanceStreams(host, nowMs),
  };
}
