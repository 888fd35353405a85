import { nextBucketStartMs, parseTimeframe, type Timeframe } from '@orderfox/domain';
import { bucketsBefore } from '../market/bucket-range.js';
import { candleTexts } from '../market/candle-text.js';
import type { ProtocolHost } from '../server/venue-protocol.js';

const INTERVALS: ReadonlyMap<string, Timeframe> = new Map(
  [
    ...['1', '3', '5', '15', '30', '60', '120', '240', '360', '720'].map(
      (each) => [each, `${each}m`] as const,
    ),
    ['D', '1d'] as const,
    ['W', '1w'] as const,
    ['M', '1M'] as const,
  ].map(([interval, timeframe]) => [interval, parseTimeframe(timeframe)]),
);
const DEFAULT_ROWS = 200;
const MOST_ROWS = 1_000;

/** The rows of `GET /v5/market/kline`, newest first, or what is wrong with the request. */
export function bybitKlineRows(
  host: ProtocolHost,
  query: URLSearchParams,
  nowMs: number,
): readonly (readonly string[])[] | string {
  const listing = host.catalog.get(query.get('symbol') ?? '');
  const timeframe = INTERVALS.get(query.get('interval') ?? '');
  const rows = Number(query.get('limit') ?? DEFAULT_ROWS);
  if (!listing) return 'Not supported symbols';
  if (timeframe === undefined) return 'Invalid period!';
  if (!Number.isInteger(rows) || rows < 1 || rows > MOST_ROWS) return 'params error: limit invalid';
  const endMs = Math.min(Number(query.get('end') ?? nowMs), nowMs) + 1;
  const fromMs = Math.max(Number(query.get('start') ?? 0), bucketsBefore(timeframe, endMs - 1, rows));
  const candles = host.candles(listing.venueSymbol, timeframe, fromMs, endMs);
  return candles
    .map((candle) => {
      const { open, high, low, close, size, turnover } = candleTexts(listing, candle);
      return [String(candle.startMs), open, high, low, close, size, turnover];
    })
    .reverse();
}

/** The frame due on a topic `kline.5.BTCUSDT` at this second: the candle that has just ended, and the open one. */
export function bybitKlinePush(host: ProtocolHost, topic: string, nowMs: number): object | undefined {
  const [, interval = '', venueSymbol = ''] = topic.split('.');
  const listing = host.catalog.get(venueSymbol);
  const timeframe = INTERVALS.get(interval);
  if (!listing || timeframe === undefined) return undefined;
  // Just after a border the bucket before it is told once more, confirmed; a timer may fire a little late or early.
  const fromMs = bucketsBefore(timeframe, nowMs - 1_500, 1);
  const data = host.candles(venueSymbol, timeframe, fromMs, nowMs + 1).map((candle) => {
    const { open, high, low, close, size, turnover } = candleTexts(listing, candle);
    const end = nextBucketStartMs(timeframe, candle.startMs) - 1;
    return {
      ...{ start: candle.startMs, end, interval, open, close, high, low, volume: size, turnover },
      ...{ confirm: candle.isClosed, timestamp: nowMs },
    };
  });
  return { type: 'snapshot', topic, data, ts: nowMs };
}
