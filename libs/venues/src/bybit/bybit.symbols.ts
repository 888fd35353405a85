import { type DecimalString, type Instrument } from '@orderfox/domain';
import { type JsonFetch, type VenueFailure } from '@orderfox/feed';
import { listedAmount, listedDecimal, readListings, type Listing } from '../instrument-listing.js';
import { listIn, requireCode, unreadableAnswer } from '../rest-answer.js';
import { joinAddress } from '../venue-address.js';
import { isRecord, type Unchecked } from '../wire-row.js';
import { requireLiveBybit } from './bybit.address.js';
import { type BybitInstrument, type BybitTicker } from './bybit.messages.js';

const FAILURES: ReadonlyMap<unknown, VenueFailure> = new Map([
  [10006, 'RATE_LIMITED'],
  [10429, 'RATE_LIMITED'],
  [10000, 'UNAVAILABLE'],
  [10016, 'UNAVAILABLE'],
]);

const CATALOGUE = '/v5/market/instruments-info?category=linear&limit=1000';
/** The venue lists 800 contracts; twenty pages hold 20,000. */
const MAX_PAGES = 20;

/**
 * All linear contracts, USDT and USDC, perpetual and dated, page by page. Throws VenueError (`UNREADABLE`) when the
 * pages do not come to an end.
 */
export async function listBybitInstruments(
  http: JsonFetch,
  restRoot: string,
  onUnreadable?: (problem: string) => void,
): Promise<readonly Instrument[]> {
  requireLiveBybit(restRoot);
  const rows: unknown[] = [];
  let cursor = '';
  for (let page = 0; page < MAX_PAGES; page += 1) {
    const body = await askBybit(http, restRoot, cursor === '' ? CATALOGUE : `${CATALOGUE}&cursor=${cursor}`);
    for (const row of listIn(body, 'bybit instruments-info', 'result', 'list')) rows.push(row);
    cursor = nextCursor(body);
    if (cursor === '') return readListings('bybit', rows, toListing, onUnreadable);
  }
  throw unreadableAnswer(`bybit instruments-info, page ${MAX_PAGES}`);
}

/** 24 h turnover in the quote coin by symbol. */
export async function listBybitVolumes(
  http: JsonFetch,
  restRoot: string,
): Promise<ReadonlyMap<string, DecimalString>> {
  requireLiveBybit(restRoot);
  const body = await askBybit(http, restRoot, '/v5/market/tickers?category=linear');
  const volumes = new Map<string, DecimalString>();
  for (const row of listIn(body, 'bybit tickers', 'result', 'list')) {
    if (!isRecord(row)) continue;
    const ticker: Unchecked<BybitTicker> = row;
    const turnover = listedAmount(ticker.turnover24h);
    if (typeof ticker.symbol === 'string' && turnover) volumes.set(ticker.symbol, turnover);
  }
  return volumes;
}

/** An answer whose code, which may be a refusal under HTTP 200, is a good one. Throws VenueError. */
export async function askBybit(http: JsonFetch, restRoot: string, path: string): Promise<unknown> {
  requireLiveBybit(restRoot);
  const body = await http(joinAddress(restRoot, path));
  requireCode(body, `bybit ${path}`, { code: 'retCode', message: 'retMsg', good: 0 }, FAILURES);
  return body;
}

/**
 * What the next page is asked for with; empty on the last. The venue hands its cursors out percent-encoded already;
 * encoding them again would start at page one.
 */
export function nextCursor(body: unknown): string {
  const result = isRecord(body) ? body.result : undefined;
  const cursor = isRecord(result) ? result.nextPageCursor : undefined;
  if (typeof cursor !== 'string') return '';
  return /^[\w%.~-]*$/.test(cursor) ? cursor : encodeURIComponent(cursor.toWellFormed());
}

function toListing(row: Unchecked<BybitInstrument>): Listing {
  return {
    venueSymbol: row.symbol,
    baseAsset: row.baseCoin,
    quoteAsset: row.quoteCoin,
    contractType: row.contractType === 'LinearFutures' ? 'DATED' : 'PERPETUAL',
    trading: row.status === 'Trading',
    sizeUnit: 'BASE',
    tickSize: isRecord(row.priceFilter) ? row.priceFilter.tickSize : undefined,
    quantityStep: isRecord(row.lotSizeFilter) ? listedDecimal(row.lotSizeFilter.qtyStep) : undefined,
  };
}
