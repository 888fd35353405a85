import { multiplyDecimals, parseDecimal, type DecimalString } from '@orderfox/domain';
import type { Listing } from '../catalog/listing.js';
import type { ProtocolHost } from '../server/venue-protocol.js';

const MINUTE_MS = 60_000;
const INTERVALS: ReadonlyMap<string, number> = new Map([
  ['5min', 5 * MINUTE_MS],
  ['15min', 15 * MINUTE_MS],
  ['30min', 30 * MINUTE_MS],
  ['1h', 60 * MINUTE_MS],
  ['4h', 240 * MINUTE_MS],
  ['1d', 1_440 * MINUTE_MS],
]);
const MOST_ROWS = 200;
const KEPT_MS = 180 * 1_440 * MINUTE_MS;
const TWO = parseDecimal('2');

/** Longs and shorts together. */
export function bothSides(size: string): DecimalString {
  return multiplyDecimals(parseDecimal(size), TWO);
}

/** The result of `GET /v5/market/open-interest`, newest first by pages, or what is wrong with the request. */
export function bybitOpenInterest(
  host: ProtocolHost,
  query: URLSearchParams,
  nowMs: number,
): object | string {
  const symbol = query.get('symbol') ?? '';
  const listing = host.catalog.get(symbol);
  const lengthMs = INTERVALS.get(query.get('intervalTime') ?? '');
  const limit = Number(query.get('limit') ?? 50);
  const cursor = /^(?:|rows:(\d+))$/u.exec(decodeURIComponent(query.get('cursor') ?? ''));
  if (!listing) return 'Not supported symbols';
  if (lengthMs === undefined) return 'params error: intervalTime invalid';
  if (!isLimit(limit)) return 'params error: limit invalid';
  if (!cursor) return 'params error: cursor invalid';
  const endMs = Math.min(Number(query.get('endTime') ?? nowMs), nowMs);
  const startMs = Math.max(Number(query.get('startTime') ?? 0), nowMs - KEPT_MS);
  const newestMs = Math.floor(endMs / lengthMs) * lengthMs;
  const skipped = Number(cursor[1] ?? 0);
  const count = Math.max(0, Math.floor((newestMs - startMs) / lengthMs) + 1);
  const list = Array.from({ length: Math.max(0, Math.min(limit, count - skipped)) }, (_, at) =>
    openInterestRow(host, listing, newestMs - (skipped + at) * lengthMs),
  );
  const next = skipped + list.length;
  // Handed out encoded already, as the venue does.
  const nextPageCursor = next < count ? encodeURIComponent(`rows:${next}`) : '';
  return { symbol, category: 'linear', list, nextPageCursor };
}

function openInterestRow(host: ProtocolHost, listing: Listing, timeMs: number): object {
  const { size } = host.positions.openInterest(listing, timeMs);
  return {
    openInterest: Number(bothSides(size)).toFixed(8),
    ...(!host.leavesOut('SINGLE_OPEN_INTEREST') && { singleOpenInterest: size }),
    timestamp: String(timeMs),
  };
}

/** The result of `GET /v5/market/funding/history`, newest first, or what is wrong with the request. */
export function bybitFundingHistory(
  host: ProtocolHost,
  query: URLSearchParams,
  nowMs: number,
): object | string {
  const symbol = query.get('symbol') ?? '';
  const listing = host.catalog.get(symbol);
  const limit = Number(query.get('limit') ?? MOST_ROWS);
  if (!listing || listing.contractType === 'DATED') return 'Not supported symbols';
  if (!isLimit(limit)) return 'params error: limit invalid';
  if (query.has('startTime') && !query.has('endTime')) return 'params error: endTime is missing';
  const fromMs = Math.max(Number(query.get('startTime') ?? 0), nowMs - KEPT_MS);
  const toMs = Math.min(Number(query.get('endTime') ?? nowMs), nowMs);
  const list = host.positions
    .settled(listing, fromMs, toMs, limit)
    .map(({ rate: fundingRate, settlementMs }) => ({
      symbol,
      fundingRate,
      fundingRateTimestamp: String(settlementMs),
    }))
    .reverse();
  return { category: 'linear', list };
}

function isLimit(limit: number): boolean {
  return Number.isInteger(limit) && limit >= 1 && limit <= MOST_ROWS;
}
