import { nextBucketStartMs, parseTimeframe, type Timeframe } from '@orderfox/domain';
import type { Listing } from '../catalog/listing.js';
import type { SimulatedCandle } from '../market/candle-book.js';
import { candleTexts } from '../market/candle-text.js';
import { bucketsBefore } from '../market/bucket-range.js';
import type { ProtocolHost, RestReply } from '../server/venue-protocol.js';

const INTERVALS: ReadonlySet<string> = new Set([
  ...['1m', '3m', '5m', '15m', '30m', '1h', '2h', '4h', '6h', '8h', '12h', '1d', '1w', '1M'],
]);
const DEFAULT_ROWS = 500;
const MOST_ROWS = 1_500;

/** What a request for klines costs of the minute's weight. */
export function klineWeight(query: URLSearchParams): number {
  const rows = Number(query.get('limit') ?? DEFAULT_ROWS);
  if (rows < 100) return 1;
  if (rows < 500) return 2;
  return rows <= 1_000 ? 5 : 10;
}

/** `GET /fapi/v1/klines`: ascending from `startTime`, else the newest before `endTime`. */
export function binanceKlines(host: ProtocolHost, query: URLSearchParams, nowMs: number): RestReply {
  const listing = host.catalog.get(query.get('symbol') ?? '');
  const interval = query.get('interval') ?? '';
  const rows = Number(query.get('limit') ?? DEFAULT_ROWS);
  if (!listing || listing.coinMargined === true) return failed(-1121, 'Invalid symbol.');
  if (!INTERVALS.has(interval)) return failed(-1120, 'Invalid interval.');
  if (!Number.isInteger(rows) || rows < 1 || rows > MOST_ROWS)
    return failed(-1130, "Parameter 'limit' is invalid.");
  const timeframe = parseTimeframe(interval);
  const endMs = Number(query.get('endTime') ?? nowMs) + 1;
  const start = query.get('startTime');
  const fromMs = start === null ? bucketsBefore(timeframe, Math.min(endMs - 1, nowMs), rows) : Number(start);
  const candles = host.candles(listing.venueSymbol, timeframe, fromMs, endMs).slice(0, rows);
  return { status: 200, body: candles.map((candle) => klineRow(listing, timeframe, candle)) };
}

function klineRow(listing: Listing, timeframe: Timeframe, candle: SimulatedCandle): readonly unknown[] {
  const { open, high, low, close, size, turnover } = candleTexts(listing, candle);
  const endMs = nextBucketStartMs(timeframe, candle.startMs) - 1;
  return [candle.startMs, open, high, low, close, size, endMs, turnover, candle.trades, '0', '0', '0'];
}

/** Subject and interval of `btcusdt@kline_5m`; undefined for another stream. */
export function klineStream(topic: string): { venueSymbol: string; timeframe: Timeframe } | undefined {
  const [, name, interval] = /^([^@]+)@kline_(\w+)$/u.exec(topic) ?? [];
  if (name === undefined || interval === undefined || !INTERVALS.has(interval)) return undefined;
  return { venueSymbol: name.toUpperCase(), timeframe: parseTimeframe(interval) };
}

/** The payloads due on a stream at this second: the candle that has just ended, closed, and the open one. */
export function klinePushes(host: ProtocolHost, topic: string, nowMs: number): readonly object[] {
  const { venueSymbol, timeframe } = klineStream(topic) ?? {};
  const listing = host.catalog.get(venueSymbol ?? '');
  if (!listing || timeframe === undefined) return [];
  // Just after a border the bucket before it is told once more, closed; a timer may fire a little late or early.
  const fromMs = bucketsBefore(timeframe, nowMs - 1_500, 1);
  return host.candles(listing.venueSymbol, timeframe, fromMs, nowMs + 1).map((candle) => {
    const { open, high, low, close, size, turnover } = candleTexts(listing, candle);
    return {
      e: 'kline',
      E: nowMs,
      s: listing.venueSymbol,
      k: {
        t: candle.startMs,
        T: nextBucketStartMs(timeframe, candle.startMs) - 1,
        s: listing.venueSymbol,
        i: timeframe,
        f: -1,
        L: -1,
        o: open,
        c: close,
        h: high,
        l: low,
        v: size,
        n: candle.trades,
        x: candle.isClosed,
        q: turnover,
        V: '0',
        Q: '0',
        B: '0',
      },
    };
  });
}

function failed(code: number, msg: string): RestReply {
  return { status: 400, body: { code, msg } };
}
