import { type RequestCost, type RequestLimit, type RequestRules } from '@orderfox/feed';

/** Of everything that has no limit of its own, per address; USD-M and COIN-M together. */
const WEIGHT: RequestLimit = { name: 'weight', points: 2_400, perMs: 60_000 };
/** `/futures/data/...`, which do not count in the weight. */
const STATISTICS: RequestLimit = { name: 'futures/data', points: 1_000, perMs: 5 * 60_000 };
/** `fundingRate` and `fundingInfo` together. */
const FUNDING: RequestLimit = { name: 'funding', points: 500, perMs: 5 * 60_000 };
/** The dearest of what is known: the turnover of all contracts. */
const UNKNOWN_WEIGHT = 40;

type Weight = (query: URLSearchParams) => number;

const always =
  (weight: number): Weight =>
  () =>
    weight;
const ofOneOrAll =
  (one: number, all: number): Weight =>
  (query) =>
    query.has('symbol') ? one : all;
/** By the number of rows that is asked for: [up to, weight], ascending; beyond the last it is `most`. */
const byRows =
  (steps: readonly (readonly [number, number])[], most: number): Weight =>
  (query) => {
    const rows = Number(query.get('limit') ?? 500);
    return steps.find(([upTo]) => rows <= upTo)?.[1] ?? most;
  };

const WEIGHTS: ReadonlyMap<string, Weight> = new Map([
  ['/fapi/v1/exchangeInfo', always(1)],
  ['/fapi/v1/ticker/24hr', ofOneOrAll(1, 40)],
  ['/fapi/v1/ticker/bookTicker', ofOneOrAll(2, 5)],
  ['/fapi/v1/premiumIndex', ofOneOrAll(1, 10)],
  ['/fapi/v1/openInterest', always(1)],
  ['/fapi/v1/trades', always(5)],
  ['/fapi/v1/aggTrades', always(20)],
  [
    '/fapi/v1/depth',
    byRows(
      [
        [50, 2],
        [100, 5],
        [500, 10],
      ],
      20,
    ),
  ],
  [
    '/fapi/v1/klines',
    byRows(
      [
        [99, 1],
        [499, 2],
        [1_000, 5],
      ],
      10,
    ),
  ],
]);

/**
 * How Binance USD-M counts requests: by weight, of which every answer says how much of the running minute is used up by
 * everybody on this address; two groups are counted apart. Source: Binance developer pages, "General Info" and the weights
 * of each endpoint, read until 2026-10.
 */
export const binanceLimits: RequestRules = {
  costOf(path, query): RequestCost {
    if (path.startsWith('/futures/data/')) return { limit: STATISTICS, points: 1 };
    if (path === '/fapi/v1/fundingRate' || path === '/fapi/v1/fundingInfo')
      return { limit: FUNDING, points: 1 };
    return { limit: WEIGHT, points: WEIGHTS.get(path)?.(query) ?? UNKNOWN_WEIGHT };
  },
  readUsed(headers) {
    const used = headers.get('x-mbx-used-weight-1m');
    return used !== null && /^\d{1,9}$/.test(used) ? { limit: WEIGHT, usedPoints: Number(used) } : undefined;
  },
};
