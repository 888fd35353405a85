import { NO_TRADES, readLiveTrades, readTakerSide, type CheckedTradeRow } from '../trade-row.js';
import { type VenueTrades } from '../venue-trades.js';
import { isRecord, readRecord, type Unchecked } from '../wire-row.js';
import { type TopicFrame, type TradeRow } from './bybit.messages.js';
import { bybitProtocol, TRADE_PREFIX } from './bybit.protocol.js';

/**
 * Trades of Bybit linear contracts: every fill, block trades included, which are agreed on beside the book. Source: Bybit
 * v5 page "Trade", read 2026-07. Ids say nothing of their order, so that what was missed stays unknown.
 */
export const bybitTrades: VenueTrades = {
  protocol: (roots) => bybitProtocol(roots.ws, 'trades'),
  topicOf: ({ venueSymbol }) => `${TRADE_PREFIX}${venueSymbol}`,
  normalise(message, wanted, receivedTimeMs) {
    const { topic, data }: Unchecked<TopicFrame> = isRecord(message) ? message : {};
    const instrument = typeof topic === 'string' ? wanted(topic) : undefined;
    if (instrument === undefined || typeof topic !== 'string') return NO_TRADES;
    const rows: readonly unknown[] = Array.isArray(data) ? data : [data];
    return readLiveTrades(topic, rows, instrument, receivedTimeMs, readRow);
  },
};

function readRow(value: unknown): CheckedTradeRow {
  const row: Unchecked<TradeRow> = readRecord(value, 'data');
  return {
    venueSymbol: row.s,
    takerSide: readTakerSide(row.S, 'Buy', 'Sell'),
    price: row.p,
    size: row.v,
    aggregateId: undefined,
    tradeId: row.i,
    timeMs: row.T,
  };
}
