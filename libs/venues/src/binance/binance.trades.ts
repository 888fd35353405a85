import { type Instrument } from '@orderfox/domain';
import { describeValue, NormalizeError } from '../normalize-error.js';
import { listIn } from '../rest-answer.js';
import {
  NO_PROBLEMS,
  NO_TRADES,
  NOT_NAMED,
  plainTrade,
  readLiveTrades,
  readTakerSide,
  readTrades,
  type CheckedTradeRow,
} from '../trade-row.js';
import { joinAddress } from '../venue-address.js';
import { type NormalisedTrades, type VenueTrades } from '../venue-trades.js';
import { isRecord, readRecord, type Unchecked } from '../wire-row.js';
import { type AggregateTrade, type AggregateTradePush, type CombinedFrame } from './binance.messages.js';
import { requireUsdM } from './binance.product.js';
import { binanceProtocol } from './binance.protocol.js';
import { requireLiveBinance } from './binance.routes.js';
import { ScannedTrade, scanTrade } from './binance.scan.js';

const SUFFIX = '@aggTrade';
const EVENT = 'aggTrade';
/** `m` says whether the buyer was the maker. */
const TAKER_BOUGHT = false;
const TAKER_SOLD = true;

/**
 * Trades of Binance USD-M: fills at one price and of one taker side within 100 ms as one. Source: Binance developer
 * pages "Aggregate Trade Streams" and "Compressed/Aggregate Trades List", read 2026-10. Their numbers are dense, so that
 * what was missed is known and can be asked for.
 */
export const binanceTrades: VenueTrades = {
  protocol: (roots) => binanceProtocol(roots.ws, { isStream, event: EVENT, scan: scanTrade }),
  topicOf: ({ venueSymbol }) => topicOf(venueSymbol),
  normalise(message, wanted, receivedTimeMs) {
    if (message instanceof ScannedTrade) return readScanned(message, wanted, receivedTimeMs);
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
      return readTrades(rows, 'binance aggTrades', request, readRow);
    },
  },
};

/** Nearly every trade is plain; anything else is left to those who know what to say of it. */
function readScanned(
  scanned: ScannedTrade,
  wanted: (topic: string) => Instrument | undefined,
  receivedTimeMs: number,
): NormalisedTrades {
  const { stream: topic, venueSymbol, buyerIsMaker } = scanned;
  const instrument = wanted(topic);
  if (instrument === undefined) return NO_TRADES;
  const trade =
    venueSymbol === instrument.venueSymbol
      ? plainTrade(scanned, instrument, buyerIsMaker ? 'SELL' : 'BUY', receivedTimeMs)
      : undefined;
  if (trade !== undefined) return { trades: [{ topic, trade }], problems: NO_PROBLEMS };
  return readLiveTrades(topic, [scanned.data], instrument, receivedTimeMs, readPush);
}

function isStream(stream: string): boolean {
  return stream.endsWith(SUFFIX);
}

function topicOf(venueSymbol: string): string {
  return `${venueSymbol.toLowerCase()}${SUFFIX}`;
}

function readPush(value: unknown): CheckedTradeRow {
  const push: Unchecked<AggregateTradePush> = readRecord(value, 'data');
  requireUsdM(push.st);
  const { a, p, q, T, m, s } = push;
  const takerSide = readTakerSide(m, TAKER_BOUGHT, TAKER_SOLD);
  return { venueSymbol: s, takerSide, price: p, size: q, aggregateId: readNumber(a), tradeId: a, timeMs: T };
}

function readRow(value: unknown): CheckedTradeRow {
  const { a, p, q, T, m }: Unchecked<AggregateTrade> = readRecord(value, 'a row');
  const takerSide = readTakerSide(m, TAKER_BOUGHT, TAKER_SOLD);
  const aggregateId = readNumber(a);
  return { venueSymbol: NOT_NAMED, takerSide, price: p, size: q, aggregateId, tradeId: a, timeMs: T };
}

function readNumber(a: unknown): number {
  if (typeof a === 'number' && Number.isSafeInteger(a) && a >= 0) return a;
  throw new NormalizeError('BAD_NUMBER', `a is ${describeValue(a)}`);
}
