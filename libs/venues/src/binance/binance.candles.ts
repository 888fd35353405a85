import { parseTimeframe } from '@orderfox/domain';
import { NO_CANDLES, readCandles, readList, readLiveCandles, type CandleRow } from '../candle-row.js';
import { listIn } from '../rest-answer.js';
import { joinAddress } from '../venue-address.js';
import { type VenueCandles } from '../venue-candles.js';
import { isRecord, readRecord, type Unchecked } from '../wire-row.js';
import { type CombinedFrame, type Kline, type KlinePush } from './binance.messages.js';
import { binanceProtocol } from './binance.protocol.js';
import { requireLiveBinance } from './binance.routes.js';
import { scanKline } from './kline-scan.js';

/** `3d` is left out: on which days its buckets begin is not documented. */
const TIMEFRAMES = ['1m', '3m', '5m', '15m', '30m', '1h', '2h', '4h', '6h', '8h', '12h', '1d', '1w', '1M'];
const KLINE_STREAM = /^[^@]+@kline_\w+$/;

/**
 * Candles of Binance USD-M, of traded prices. Source: Binance developer pages "Kline/Candlestick Data" and
 * "Kline/Candlestick Streams", read 2026-10. A request for up to 499 rows costs 2 points, the most rows per point.
 */
export const binanceCandles: VenueCandles = {
  timeframes: TIMEFRAMES.map(parseTimeframe),
  maxRows: 499,
  costOf: (rows) => (rows < 100 ? 1 : 2),
  async list(http, roots, request) {
    requireLiveBinance(roots.rest);
    const { instrument, timeframe, fromMs, toMs, rows: limit } = request;
    const symbol = encodeURIComponent(instrument.venueSymbol);
    const path = `/fapi/v1/klines?symbol=${symbol}&interval=${timeframe}&startTime=${fromMs}&endTime=${toMs - 1}&limit=${limit}`;
    const rows = listIn(await http(joinAddress(roots.rest, path)), 'binance klines');
    return readCandles(rows, 'binance klines', request, readKlineRow);
  },
  protocol: (roots) =>
    binanceProtocol(roots.ws, {
      isStream: (stream) => KLINE_STREAM.test(stream),
      event: 'kline',
      scan: scanKline,
    }),
  topicOf: ({ venueSymbol }, timeframe) => `${venueSymbol.toLowerCase()}@kline_${timeframe}`,
  normalise(message, wanted, receivedTimeMs) {
    const frame: Unchecked<CombinedFrame> = isRecord(message) ? message : {};
    const push: Unchecked<KlinePush> = isRecord(frame.data) ? frame.data : isRecord(message) ? message : {};
    const kline: Unchecked<Kline> = isRecord(push.k) ? push.k : {};
    const topic =
      typeof frame.stream === 'string'
        ? frame.stream
        : `${String(kline.s).toLowerCase()}@kline_${String(kline.i)}`;
    const asked = wanted(topic);
    if (asked === undefined) return NO_CANDLES;
    return readLiveCandles(topic, [push.k], asked, receivedTimeMs, readKline);
  },
};

/** `[open time, open, high, low, close, volume, close time, quote volume, trades, ...]`. */
function readKlineRow(row: unknown): CandleRow {
  const [startMs, open, high, low, close, size, , turnover, count] = readList(row, 9);
  return { startMs, open, high, low, close, size, turnover, count };
}

function readKline(value: unknown): CandleRow {
  const kline: Unchecked<Kline> = readRecord(value, 'k');
  const { t: startMs, o: open, h: high, l: low, c: close, v: size, q: turnover, n: count, x } = kline;
  return { startMs, open, high, low, close, size, turnover, count, closed: x === true };
}
