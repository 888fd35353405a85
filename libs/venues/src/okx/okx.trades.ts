import { NO_TRADES, readLiveTrades, readTakerSide, type CheckedTradeRow } from '../trade-row.js';
import { type VenueTrades } from '../venue-trades.js';
import { isRecord, readRecord, type Unchecked } from '../wire-row.js';
import { type ChannelArgument, type TradePush, type TradeRow } from './okx.messages.js';
import { okxProtocol } from './okx.protocol.js';
import { scanOkxTrades } from './okx.scan.js';

const CHANNEL = 'trades';

/**
 * Trades of OKX swaps: the fills of one taker order at one price as one, in contracts. Source: OKX API pages "Trades
 * channel", read 2026-08. Ids are those of last fills, so that they skip numbers with nothing missing.
 */
export const okxTrades: VenueTrades = {
  protocol: (roots) =>
    okxProtocol(roots.ws, {
      path: '/ws/v5/public',
      controlTopic: 'mark-price:BTC-USDT-SWAP',
      isChannel: (channel) => channel === CHANNEL,
      scan: scanOkxTrades,
    }),
  topicOf: ({ venueSymbol }) => `${CHANNEL}:${venueSymbol}`,
  normalise(message, wanted, receivedTimeMs) {
    const { arg, data }: Unchecked<TradePush> = isRecord(message) ? message : {};
    const argument: Unchecked<ChannelArgument> = isRecord(arg) ? arg : {};
    if (argument.channel !== CHANNEL || typeof argument.instId !== 'string') return NO_TRADES;
    const topic = `${CHANNEL}:${argument.instId}`;
    const instrument = wanted(topic);
    if (instrument === undefined) return NO_TRADES;
    const rows: readonly unknown[] = Array.isArray(data) ? data : [data];
    return readLiveTrades(topic, rows, instrument, receivedTimeMs, readRow);
  },
};

function readRow(value: unknown): CheckedTradeRow {
  const row: Unchecked<TradeRow> = readRecord(value, 'data');
  return {
    venueSymbol: row.instId,
    takerSide: readTakerSide(row.side, 'buy', 'sell'),
    price: row.px,
    size: row.sz,
    aggregateId: undefined,
    tradeId: row.tradeId,
    timeMs: row.ts,
  };
}
