import { parseTimeframe, type Timeframe } from '@orderfox/domain';
import type { Listing } from '../catalog/listing.js';
import type { SimulatedCandle } from '../market/candle-book.js';
import { bucketsBefore } from '../market/bucket-range.js';
import { candleTexts } from '../market/candle-text.js';
import type { ProtocolHost } from '../server/venue-protocol.js';

/** Bars of which buckets begin at our borders; the venue has others, by the clock of Hong Kong, which nobody asks for. */
const BARS: ReadonlyMap<string, Timeframe> = new Map(
  [
    ...['1m', '3m', '5m', '15m', '30m'].map((bar) => [bar, bar] as const),
    ...['1H', '2H', '4H'].map((bar) => [bar, bar.toLowerCase()] as const),
    ...(['6Hutc', '12Hutc', '1Dutc', '1Wutc'] as const).map(
      (bar) => [bar, bar.slice(0, -3).toLowerCase()] as const,
    ),
    ['1Mutc', '1M'] as const,
  ].map(([bar, timeframe]) => [bar, parseTimeframe(timeframe)]),
);
const DEFAULT_ROWS = 100;
/** `candles` goes back so many rows, and gives so many at once; `history-candles` goes back all the way. */
const RECENT_ROWS = 1_440;
const MOST_RECENT = 300;
const MOST_HISTORIC = 100;

/** True for the channel of candles: `candle1m`, `candle1Dutc`. */
export function isCandleChannel(channel: string): boolean {
  return channel.startsWith('candle') && BARS.has(channel.slice('candle'.length));
}

/** The rows of `GET /api/v5/market/candles` and `history-candles`, newest first, or what is wrong with the request. */
export function okxCandleRows(
  host: ProtocolHost,
  query: URLSearchParams,
  isHistory: boolean,
  nowMs: number,
): readonly (readonly string[])[] | { readonly code: string; readonly msg: string } {
  const listing = host.catalog.get(query.get('instId') ?? '');
  const timeframe = BARS.get(query.get('bar') ?? '1m');
  if (!listing) return { code: '51001', msg: "Instrument ID doesn't exist." };
  if (timeframe === undefined) return { code: '51000', msg: 'Parameter bar error' };
  const asked = Number(query.get('limit') ?? DEFAULT_ROWS);
  const rows = Math.min(asked, isHistory ? MOST_HISTORIC : MOST_RECENT);
  if (!Number.isInteger(rows) || rows < 1) return { code: '51000', msg: 'Parameter limit error' };
  const beforeMs = Math.min(Number(query.get('after') ?? nowMs + 1), nowMs + 1);
  const oldestMs = isHistory ? Number.NEGATIVE_INFINITY : bucketsBefore(timeframe, nowMs, RECENT_ROWS);
  const fromMs = Math.max(bucketsBefore(timeframe, beforeMs - 1, rows), oldestMs);
  const candles = host.candles(listing.venueSymbol, timeframe, fromMs, beforeMs);
  return candles
    .filter(({ isClosed }) => !isHistory || isClosed)
    .map((candle) => candleRow(listing, candle))
    .reverse();
}

/** The payload due on a topic `candle1m|BTC-USDT-SWAP` at this second: the candle that has just ended, and the open one. */
export function okxCandlePush(host: ProtocolHost, topic: string, nowMs: number): object | undefined {
  const [channel, instId] = topic.split('|') as [string, string];
  const listing = host.catalog.get(instId);
  const timeframe = BARS.get(channel.slice('candle'.length));
  if (!listing || timeframe === undefined) return undefined;
  // Just after a border the bucket before it is told once more, confirmed; a timer may fire a little late or early.
  const fromMs = bucketsBefore(timeframe, nowMs - 1_500, 1);
  const candles = host.candles(instId, timeframe, fromMs, nowMs + 1);
  return { arg: { channel, instId }, data: candles.map((candle) => candleRow(listing, candle)) };
}

function candleRow(listing: Listing, candle: SimulatedCandle): readonly string[] {
  const { open, high, low, close, size, coins, turnover } = candleTexts(listing, candle);
  return [String(candle.startMs), open, high, low, close, size, coins, turnover, candle.isClosed ? '1' : '0'];
}
