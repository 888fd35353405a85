import { parseTimeframe, type Timeframe } from '@orderfox/domain';
import { NO_CANDLES, readCandles, readList, readLiveCandles, type CandleRow } from '../candle-row.js';
import { listIn } from '../rest-answer.js';
import { type VenueCandles } from '../venue-candles.js';
import { isRecord, readRecord, type Unchecked } from '../wire-row.js';
import { type KlineData, type TopicFrame } from './bybit.messages.js';
import { bybitProtocol, KLINE_PREFIX } from './bybit.protocol.js';
import { askBybit } from './bybit.symbols.js';

/** By our name. */
const INTERVALS: ReadonlyMap<string, string> = new Map([
  ['1m', '1'],
  ['3m', '3'],
  ['5m', '5'],
  ['15m', '15'],
  ['30m', '30'],
  ['1h', '60'],
  ['2h', '120'],
  ['4h', '240'],
  ['6h', '360'],
  ['12h', '720'],
  ['1d', 'D'],
  ['1w', 'W'],
  ['1M', 'M'],
]);

/**
 * Candles of Bybit linear contracts, of traded prices. Source: Bybit v5 pages "Get Kline" and "Kline", read 2026-07.
 */
export const bybitCandles: VenueCandles = {
  timeframes: [...INTERVALS.keys()].map(parseTimeframe),
  maxRows: 500,
  costOf: () => 1,
  async list(http, roots, request) {
    const { instrument, timeframe, fromMs, toMs, rows: limit } = request;
    const symbol = encodeURIComponent(instrument.venueSymbol);
    const path = `/v5/market/kline?category=linear&symbol=${symbol}&interval=${intervalOf(timeframe)}&start=${fromMs}&end=${toMs - 1}&limit=${limit}`;
    const rows = listIn(await askBybit(http, roots.rest, path), 'bybit kline', 'result', 'list');
    return readCandles(rows, 'bybit kline', request, readRow);
  },
  protocol: (roots) => bybitProtocol(roots.ws, 'candles'),
  topicOf: ({ venueSymbol }, timeframe) => `${KLINE_PREFIX}${intervalOf(timeframe)}.${venueSymbol}`,
  normalise(message, wanted, receivedTimeMs) {
    const frame: Unchecked<TopicFrame> = isRecord(message) ? message : {};
    const topic = typeof frame.topic === 'string' ? frame.topic : '';
    const asked = wanted(topic);
    if (asked === undefined) return NO_CANDLES;
    const rows: readonly unknown[] = Array.isArray(frame.data) ? frame.data : [frame.data];
    return readLiveCandles(topic, rows, asked, receivedTimeMs, readKline);
  },
};

function intervalOf(timeframe: Timeframe): string {
  return INTERVALS.get(timeframe) ?? timeframe;
}

/** `[start, open, high, low, close, volume, turnover]`, all text, the newest first. */
function readRow(row: unknown): CandleRow {
  const [startMs, open, high, low, close, size, turnover] = readList(row, 7);
  return { startMs, open, high, low, close, size, turnover };
}

function readKline(value: unknown): CandleRow {
  const { start, open, high, low, close, volume, turnover, confirm }: Unchecked<KlineData> = readRecord(
    value,
    'data',
  );
  return { startMs: start, open, high, low, close, size: volume, turnover, closed: confirm === true };
}
