import { divideDecimals } from '@orderfox/domain';
import { VenueError, type JsonFetch } from '@orderfox/feed';
import { NormalizeError } from '../normalize-error.js';
import { type VenueRoots } from '../venue-adapter.js';
import {
  type IndexPrice,
  type StableCoinRate,
  type StableCoinRequest,
  type VenueIndexPrices,
} from '../venue-index-prices.js';
import { isRecord, readPositive, readTimeMs, type Unchecked } from '../wire-row.js';
import { type OkxIndexTicker } from './okx.messages.js';
import { askOkx } from './okx.rest.js';

/** Places of a rate that two indices give. */
const RATE_PLACES = 18;

/**
 * Index prices of OKX, each of several spot markets. Source: OKX API page "Get index tickers", read 2026-08 (20 requests
 * in two seconds). A name that is none is answered with code 51001 or with no rows.
 */
export const okxIndexPrices: VenueIndexPrices = { read, stableCoinRate };

async function read(http: JsonFetch, roots: VenueRoots, index: string, nowMs: number): Promise<IndexPrice> {
  const path = `/api/v5/market/index-tickers?instId=${encodeURIComponent(index)}`;
  const rows = await askOkx(http, roots.rest, path);
  if (rows.length === 0) throw new VenueError('REFUSED', `okx has no index ${index}`);
  const row: Unchecked<OkxIndexTicker> = rows.filter(isRecord).find(({ instId }) => instId === index) ?? {};
  try {
    const price = readPositive(row.idxPx, 'idxPx');
    return { index, price, timestampMs: readTimeMs(row.ts, 'ts', nowMs) };
  } catch (error) {
    if (!(error instanceof NormalizeError)) throw error;
    throw new VenueError('UNREADABLE', `okx index ${index}: ${error.message}`);
  }
}

async function stableCoinRate(
  http: JsonFetch,
  roots: VenueRoots,
  { coin, quote, through, nowMs }: StableCoinRequest,
): Promise<StableCoinRate> {
  const direct = `${coin}-${quote}`;
  try {
    const { price, timestampMs } = await read(http, roots, direct, nowMs);
    return { rate: price, timestampMs, indices: [direct] };
  } catch (error) {
    if (!(error instanceof VenueError) || error.failure !== 'REFUSED') throw error;
  }
  const [inQuote, inCoin] = await Promise.all([
    read(http, roots, `${through}-${quote}`, nowMs),
    read(http, roots, `${through}-${coin}`, nowMs),
  ]);
  return {
    rate: divideDecimals(inQuote.price, inCoin.price, RATE_PLACES),
    timestampMs: Math.min(inQuote.timestampMs, inCoin.timestampMs),
    indices: [inQuote.index, inCoin.index],
  };
}
