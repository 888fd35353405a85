import { type RequestLimit, type RequestRules } from '@orderfox/feed';
import { isRecord } from '../wire-row.js';

const WINDOW_MS = 2_000;

/** Requests in two seconds, per endpoint and address. */
const REQUESTS: ReadonlyMap<string, number> = new Map([
  ['/api/v5/public/instruments', 20],
  ['/api/v5/public/open-interest', 20],
  ['/api/v5/public/funding-rate', 10],
  ['/api/v5/public/funding-rate-history', 10],
  ['/api/v5/public/mark-price', 10],
  ['/api/v5/market/tickers', 20],
  ['/api/v5/market/index-tickers', 20],
  ['/api/v5/market/books', 40],
  ['/api/v5/market/candles', 40],
  ['/api/v5/market/history-candles', 20],
  ['/api/v5/market/trades', 100],
  ['/api/v5/market/history-trades', 20],
  ['/api/v5/rubik/stat/contracts/open-interest-history', 10],
]);

const LIMITS: ReadonlyMap<string, RequestLimit> = new Map(
  [...REQUESTS].map(([path, points]) => [
    path,
    { name: path.slice(path.lastIndexOf('/') + 1), points, perMs: WINDOW_MS },
  ]),
);
/** All endpoints together whose limit is not known here. */
const OTHERS: RequestLimit = { name: 'others', points: 5, perMs: WINDOW_MS };

/**
 * How OKX counts requests: apart for each endpoint. There is no ban: who asks too much waits two seconds and halves the pace.
 * The refusal may come under HTTP 200. Source: OKX API pages, "Rate limits" and the endpoints, read 2026-08.
 */
export const okxLimits: RequestRules = {
  costOf: (path) => ({ limit: LIMITS.get(path) ?? OTHERS, points: 1 }),
  readRefusal: (body) =>
    isRecord(body) && body.code === '50011'
      ? {
          failure: 'RATE_LIMITED',
          words: 'asks for fewer requests (code 50011)',
          waitMs: WINDOW_MS,
          isGuess: true,
          status: 200,
        }
      : undefined,
  rateWaitMs: WINDOW_MS,
  limitsAreApart: true,
};
