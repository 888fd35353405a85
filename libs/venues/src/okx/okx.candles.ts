import { fixedLengthMs, parseTimeframe, type Timeframe } from '@orderfox/domain';
import { type JsonFetch } from '@orderfox/feed';
import { NO_CANDLES, readCandles, readList, readLiveCandles, type CandleRow } from '../candle-row.js';
import { type VenueCandles, type CandleRequest } from '../venue-candles.js';
import { type VenueRoots } from '../venue-adapter.js';
import { isRecord, type Unchecked } from '../wire-row.js';
import { type CandlePush, type ChannelArgument } from './okx.messages.js';
import { okxProtocol } from './okx.protocol.js';
import { askOkx } from './okx.rest.js';

/** By our name. From six hours on the plain names count from midnight in Hong Kong, those with `utc` from ours. */
const BARS: ReadonlyMap<string, string> = new Map([
  ['1m', '1m'],
  ['3m', '3m'],
  ['5m', '5m'],
  ['15m', '15m'],
  ['30m', '30m'],
  ['1h', '1H'],
  ['2h', '2H'],
  ['4h', '4H'],
  ['6h', '6Hutc'],
  ['12h', '12Hutc'],
  ['1d', '1Dutc'],
  ['1w', '1Wutc'],
  ['1M', '1Mutc'],
]);
const LONGEST_MONTH_MS = 31 * 86_400_000;
/** `candles` goes back this many rows; what is older is asked of `history-candles`. */
const RECENT_ROWS = 1_440;

/**
 * Candles of OKX swaps, of traded prices. Source: OKX API pages "Get candlesticks", "Get candlesticks history" and
 * "Candlesticks channel", read 2026-08.
 */
export const okxCandles: VenueCandles = {
  timeframes: [...BARS.keys()].map(parseTimeframe),
  maxRows: 100,
  costOf: () => 1,
  list,
  protocol: (roots) =>
    okxProtocol(roots.ws, {
      path: '/ws/v5/business',
      controlTopic: 'candle1m:BTC-USDT-SWAP',
      isChannel: (channel) => channel.startsWith('candle'),
    }),
  topicOf: ({ venueSymbol }, timeframe) => `candle${barOf(timeframe)}:${venueSymbol}`,
  normalise(message, wanted, receivedTimeMs) {
    const push: Unchecked<CandlePush> = isRecord(message) ? message : {};
    const argument: Unchecked<ChannelArgument> = isRecord(push.arg) ? push.arg : {};
    const topic = `${String(argument.channel)}:${String(argument.instId)}`;
    const asked = wanted(topic);
    if (asked === undefined) return NO_CANDLES;
    const rows: readonly unknown[] = Array.isArray(push.data) ? push.data : [push.data];
    return readLiveCandles(topic, rows, asked, receivedTimeMs, readCandleRow);
  },
};

async function list(http: JsonFetch, roots: VenueRoots, request: CandleRequest) {
  const { instrument, timeframe, fromMs, toMs, rows: limit, nowMs } = request;
  const recentMs = (RECENT_ROWS - 1) * (fixedLengthMs(timeframe) ?? LONGEST_MONTH_MS);
  const name = nowMs - fromMs < recentMs ? 'candles' : 'history-candles';
  // `after` means older than.
  const query = `instId=${encodeURIComponent(instrument.venueSymbol)}&bar=${barOf(timeframe)}&after=${toMs}&limit=${limit}`;
  const rows = await askOkx(http, roots.rest, `/api/v5/market/${name}?${query}`);
  return readCandles(rows, `okx ${name}`, request, readCandleRow);
}

function barOf(timeframe: Timeframe): string {
  return BARS.get(timeframe) ?? timeframe;
}

/** `[ts, open, high, low, close, contracts, coins, turnover, confirm]`, all text. */
function readCandleRow(row: unknown): CandleRow {
  const [startMs, open, high, low, close, , size, turnover, confirm] = readList(row, 9);
  return { startMs, open, high, low, close, size, turnover, closed: confirm === '1' };
}
