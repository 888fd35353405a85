import { multiplyDecimals, parseDecimal } from '@orderfox/domain';
import type { Listing } from '../catalog/listing.js';
import type { ProtocolHost } from '../server/venue-protocol.js';
import { DOLLAR_COINS } from '../market/price-board.js';
import { instTypeOf } from './okx-frames.js';

const HOUR_MS = 3_600_000;
/** Of the periods that the venue has. */
const PERIODS: ReadonlyMap<string, number> = new Map([
  ['5m', HOUR_MS / 12],
  ['1H', HOUR_MS],
  ['4H', 4 * HOUR_MS],
  ['1Dutc', 24 * HOUR_MS],
]);
const DEFAULT_ROWS = 100;
const MOST_STATISTICS = 100;
const MOST_RATES = 400;
/** Rows of statistics that are kept, whatever their period. */
const KEPT_ROWS = 3 * 288;
const RATES_KEPT_MS = 90 * 24 * HOUR_MS;

/** Rows, or what is wrong with the request. */
export type OkxRows = readonly unknown[] | { readonly code: string; readonly msg: string };

const NO_INSTRUMENT = { code: '51001', msg: "Instrument ID doesn't exist." };

/** The rows of the paths of open interest, funding and indices; undefined for other paths. */
export function okxPositionRows(
  host: ProtocolHost,
  path: string,
): ((query: URLSearchParams, nowMs: number) => OkxRows) | undefined {
  switch (path) {
    case '/api/v5/public/open-interest':
      return (query, nowMs) => openInterest(host, query, nowMs);
    case '/api/v5/rubik/stat/contracts/open-interest-history':
      return (query, nowMs) => openInterestHistory(host, query, nowMs);
    case '/api/v5/public/funding-rate':
      return (query, nowMs) => fundingRates(host, query, nowMs);
    case '/api/v5/public/funding-rate-history':
      return (query, nowMs) => fundingHistory(host, query, nowMs);
    case '/api/v5/market/index-tickers':
      return (query, nowMs) => indexTickers(host, query, nowMs);
    default:
      return undefined;
  }
}

function openInterest(host: ProtocolHost, query: URLSearchParams, nowMs: number): OkxRows {
  const [instType, instId] = [query.get('instType'), query.get('instId')];
  if (instType === null) return { code: '50014', msg: "Parameter instType can't be empty" };
  if (instId !== null && !host.catalog.get(instId)) return NO_INSTRUMENT;
  return host.catalog
    .all()
    .filter(({ venueSymbol }) => instTypeOf(venueSymbol) === instType)
    .filter(({ venueSymbol }) => instId === null || venueSymbol === instId)
    .map((listing) => {
      const price = host.markPrice(listing.venueSymbol) ?? listing.startPrice;
      const [oi, oiCcy, oiUsd] = amounts(host, listing, nowMs, price);
      return { instId: listing.venueSymbol, instType, oi, oiCcy, oiUsd, ts: String(nowMs) };
    });
}

/** Rows are named by their start and follow the open interest until they are over; the newest one is not. */
function openInterestHistory(host: ProtocolHost, query: URLSearchParams, nowMs: number): OkxRows {
  const listing = host.catalog.get(query.get('instId') ?? '');
  const lengthMs = PERIODS.get(query.get('period') ?? '5m');
  const limit = Math.min(Number(query.get('limit') ?? DEFAULT_ROWS), MOST_STATISTICS);
  if (!listing) return NO_INSTRUMENT;
  if (lengthMs === undefined || !(limit >= 1)) return { code: '51000', msg: 'Parameter error' };
  const newestMs = Math.floor(nowMs / lengthMs) * lengthMs;
  const beginMs = Math.max(Number(query.get('begin') ?? 0), newestMs - KEPT_ROWS * lengthMs);
  const endMs = Number(query.get('end') ?? nowMs + 1);
  const rows: unknown[] = [];
  // Whether the ends are included is not documented: here they are not.
  for (let startMs = newestMs; startMs > beginMs && rows.length < limit; startMs -= lengthMs) {
    if (startMs >= endMs) continue;
    const untilMs = Math.min(startMs + lengthMs, nowMs);
    rows.push([
      String(startMs),
      ...amounts(host, listing, untilMs, host.priceAt(listing.venueSymbol, untilMs)),
    ]);
  }
  return rows;
}

/** Contracts, coins and dollars. */
function amounts(
  host: ProtocolHost,
  listing: Listing,
  timeMs: number,
  price: number,
): readonly [string, string, string] {
  const { size, coins } = host.positions.openInterest(listing, timeMs);
  if (coins !== undefined) return [size, coins, (Number(coins) * price).toFixed(10)];
  const usd = multiplyDecimals(parseDecimal(size), parseDecimal(listing.contractSize ?? '1'));
  return [size, (Number(usd) / price).toFixed(8), usd];
}

function fundingRates(host: ProtocolHost, query: URLSearchParams, nowMs: number): OkxRows {
  const instId = query.get('instId') ?? '';
  const wanted = host.catalog
    .all()
    .filter(({ venueSymbol }) => instTypeOf(venueSymbol) === 'SWAP' && ['ANY', venueSymbol].includes(instId));
  if (wanted.length === 0) return NO_INSTRUMENT;
  return wanted.map((listing) => {
    const { positions } = host;
    const { rate, settlementMs } = positions.estimate(listing, nowMs);
    const [last] = positions.settled(listing, settlementMs - 24 * HOUR_MS, nowMs, 1);
    return {
      formulaType: 'withRate',
      fundingRate: rate,
      fundingTime: String(settlementMs),
      impactValue: '20000.0000000000000000',
      instId: listing.venueSymbol,
      instType: 'SWAP',
      interestRate: '0.0001000000000000',
      maxFundingRate: '0.00375',
      method: 'current_period',
      minFundingRate: '-0.00375',
      nextFundingRate: '',
      nextFundingTime: String(positions.schedule(listing).nextAfter(settlementMs)),
      premium: '-0.0001153522851562',
      prevFundingTime: String(positions.schedule(listing).lastUntil(nowMs)),
      settFundingRate: last?.rate ?? '',
      settState: 'settled',
      ts: String(nowMs),
    };
  });
}

function fundingHistory(host: ProtocolHost, query: URLSearchParams, nowMs: number): OkxRows {
  const instId = query.get('instId') ?? '';
  const listing = instTypeOf(instId) === 'SWAP' ? host.catalog.get(instId) : undefined;
  if (!listing) return NO_INSTRUMENT;
  const limit = Math.min(Number(query.get('limit') ?? MOST_RATES), MOST_RATES);
  // `before` means newer than, `after` older than.
  const fromMs = Math.max(Number(query.get('before') ?? 0) + 1, nowMs - RATES_KEPT_MS);
  const toMs = Math.min(Number(query.get('after') ?? nowMs + 1) - 1, nowMs);
  if (!(limit >= 1 && fromMs > 0 && toMs > 0)) return { code: '51000', msg: 'Parameter error' };
  const { positions } = host;
  return positions
    .settled(listing, fromMs, toMs, limit)
    .map(({ rate, settlementMs }) => ({
      formulaType: 'withRate',
      // The last estimate, which is not what was charged.
      fundingRate: positions.estimate(listing, settlementMs - 60_000).rate,
      fundingTime: String(settlementMs),
      instId,
      instType: 'SWAP',
      method: 'current_period',
      realizedRate: rate,
    }))
    .reverse();
}

function indexTickers(host: ProtocolHost, query: URLSearchParams, nowMs: number): OkxRows {
  const instId = query.get('instId') ?? '';
  const price = host.indexPrice(instId);
  const isOfDollars = DOLLAR_COINS.has(instId.split('-')[0] ?? '');
  if (price === undefined || (isOfDollars && host.leavesOut('DOLLAR_INDEX'))) return NO_INSTRUMENT;
  const text = price.toPrecision(7);
  return [
    {
      instId,
      idxPx: text,
      high24h: text,
      sodUtc0: text,
      open24h: text,
      low24h: text,
      sodUtc8: text,
      ts: String(nowMs),
    },
  ];
}
