import { describeValue, NormalizeError } from '../normalize-error.js';
import { listIn } from '../rest-answer.js';
import { NO_TRADES, readLiveTrades, readTakerSide, readTrades, type CheckedTradeRow } from '../trade-row.js';
import { joinAddress } from '../venue-address.js';
import { type VenueTrades } from '../venue-trades.js';
import { isRecord, readRecord, type Unchecked } from '../wire-row.js';
import { type AggregateTrade, type AggregateTradePush, type CombinedFrame } from './binance.messages.js';
import { requireUsdM } from './binance.product.js';
import { binanceProtocol } from './binance.protocol.js';
import { requireLiveBinance } from './binance.routes.js';

const SUFFIX = '@aggTrade';
const EVENT = 'aggTrade';

/**
 * Trades of Binance USD-M: fills at one price and of one taker side within 100 ms as one. Source: Binance developer
 * pages "Aggregate Trade Streams" and "Compressed/Aggregate Trades List", read 2026-10. Their numbers are dense, so that
 * what was missed is known and can be asked for.
 */
export const binanceTrades: VenueTrades = {
  protocol: (roots) =>
    binanceProtocol(roots.ws, { isStream: (stream) => stream.endsWith(SUFFIX), event: EVENT }),
  topicOf: ({ venueSymbol }) => topicOf(venueSymbol),
  normalise(message, wanted, receivedTimeMs) {
    const frame: Unchecked<CombinedFrame> = isRecord(message) ? message : {};
    const isBare = frame.stream === undefined;
    const push: Unchecked<AggregateTradePush> = isBare && isRecord(message) ? message : {};
    const topic = isBare ? (push.e === EVENT ? topicOf(String(push.s)) : '') : frame.stream;
    const instrument = typeof topic === 'string' ? wanted(topic) : undefined;
    if (instrument === undefined || typeof topic !== 'string') return NO_TRADES;
    return readLiveTrades(topic, [isBare ? push : frame.data], instrument, receivedTimeMs, readPush);
  },
  history: {
    maxRows: 1_000,
    points: 20,
    async list(http, roots, request) {
      requireLiveBinance(roots.rest);
      const { instrument, fromId, rows: limit } = request;
      const symbol = encodeURIComponent(instrument.venueSymbol);
      const path = `/fapi/v1/aggTrades?symbol=${symbol}&fromId=${fromId}&limit=${limit}`;
      const rows = listIn(await http(joinAddress(roots.rest, path)), 'binance aggTrades');
      return readTrades(rows, 'binance aggTrades', request, (row) => readRow(readRecord(row, 'a row')));
    },
  },
};

function topicOf(venueSymbol: string): string {
  return `${venueSymbol.toLowerCase()}${SUFFIX}`;
}

function readPush(value: unknown): CheckedTradeRow {
  const push: Unchecked<AggregateTradePush> = readRecord(value, 'data');
  requireUsdM(push.st);
  return { ...readRow(push), venueSymbol: push.s };
}

function readRow({ a, p, q, T, m }: Unchecked<AggregateTrade>): CheckedTradeRow {
  if (typeof a !== 'number' || !Number.isSafeInteger(a) || a < 0) {
    throw new NormalizeError('BAD_NUMBER', `a is ${describeValue(a)}`);
  }
  // `m` says that the buyer was the maker.
  const takerSide = readTakerSide(m, false, true);
  return { takerSide, price: p, size: q, tradeId: String(a), aggregateId: a, timeMs: T };
}
