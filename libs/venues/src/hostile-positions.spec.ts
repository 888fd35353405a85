import { describe, expect, test } from '@jest/globals';
import { isDecimal, MAX_DECIMAL_DIGITS, type Instrument } from '@orderfox/domain';
import { VenueError, type JsonFetch } from '@orderfox/feed';
import fc from 'fast-check';
import { hostileValue, leaves, replaced, type Path } from './contract/hostile-values.js';
import { perpetual, THOUSAND_COINS } from './contract/instrument-fixture.js';
import { SCRIPTED_ROOTS as ROOTS } from './contract/scripted-http.js';
import { VENUE_ADAPTERS } from './index.js';

const HOUR = 3_600_000;
const LAST = Date.UTC(2026, 10, 20, 8);
const NOW = LAST + HOUR;
const BUCKETS = Array.from({ length: 12 }, (_, at) => NOW - (12 - at) * 300_000);
const SETTLEMENTS = [LAST - 24 * HOUR, LAST - 16 * HOUR, LAST - 8 * HOUR, LAST];

const VENUES = VENUE_ADAPTERS.flatMap(({ id, openInterest, funding }) =>
  openInterest === undefined || funding === undefined ? [] : [{ id, openInterest, funding }],
);
const NAMES = {
  binance: ['BTCUSDT', '1000PEPEUSDT'],
  okx: ['BTC-USDT-SWAP', 'PEPE-USDT-SWAP'],
  bybit: ['BTCUSDT', '1000PEPEUSDT'],
} as const;

/** Answers by path in the documented shape, that are whole. */
const GOOD: Readonly<Record<string, (names: readonly string[]) => Readonly<Record<string, unknown>>>> = {
  binance: ([one = '', two = '']) => ({
    '/fapi/v1/openInterest': { symbol: one, openInterest: '83782.317', time: NOW - 20 },
    '/fapi/v1/premiumIndex': [one, two].map((symbol) => ({
      symbol,
      markPrice: '64000.10',
      lastFundingRate: '0.00010000',
      nextFundingTime: LAST + 8 * HOUR,
      time: NOW - 20,
    })),
    '/fapi/v1/fundingInfo': [{ symbol: two, fundingIntervalHours: 8 }],
    '/fapi/v1/fundingRate': SETTLEMENTS.map((at) => ({
      symbol: one,
      fundingTime: at + 3,
      fundingRate: '-0.0001',
    })),
    '/futures/data/openInterestHist': BUCKETS.map((timestamp) => ({
      symbol: one,
      sumOpenInterest: '12.5',
      sumOpenInterestValue: '800001.25',
      timestamp,
    })),
  }),
  okx: ([one = '', two = '']) => ({
    '/api/v5/public/open-interest': okx(
      [one, two].map((instId) => ({
        instId,
        oi: '250',
        oiCcy: '2.5',
        oiUsd: '160000.25',
        ts: String(NOW - 20),
      })),
    ),
    '/api/v5/rubik/stat/contracts/open-interest-history': okx(
      [...BUCKETS].reverse().map((at) => [String(at), '250', '2.5', '160000.25']),
    ),
    '/api/v5/public/funding-rate': okx(
      [one, two].map((instId) => ({
        instId,
        fundingRate: '-0.0004270396398519',
        fundingTime: String(LAST + 8 * HOUR),
        nextFundingTime: String(LAST + 16 * HOUR),
        prevFundingTime: String(LAST),
        ts: String(NOW - 20),
      })),
    ),
    '/api/v5/public/funding-rate-history': okx(
      [...SETTLEMENTS].reverse().map((at) => ({
        instId: one,
        fundingRate: '0.0002',
        realizedRate: '0.0001',
        fundingTime: String(at),
      })),
    ),
  }),
  bybit: ([one = '', two = '']) => ({
    '/v5/market/tickers': bybit({
      list: [one, two].map((symbol) => ({
        symbol,
        openInterest: '59891.732',
        openInterestValue: '3899996265.01',
        singleOpenInterest: '29945.866',
        singleOpenInterestValue: '1949998132.50',
        fundingRate: '0.0001',
        nextFundingTime: String(LAST + 8 * HOUR),
        fundingIntervalHour: '8',
      })),
    }),
    '/v5/market/open-interest': bybit({
      symbol: one,
      list: [...BUCKETS]
        .reverse()
        .map((at) => ({ openInterest: '4', singleOpenInterest: '2', timestamp: String(at) })),
      nextPageCursor: '',
    }),
    '/v5/market/funding/history': bybit({
      list: [...SETTLEMENTS].reverse().map((at) => ({
        symbol: one,
        fundingRate: '0.0001',
        fundingRateTimestamp: String(at),
      })),
    }),
  }),
};

function okx(data: readonly unknown[]): unknown {
  return { code: '0', msg: '', data };
}

function bybit(result: object): unknown {
  return { retCode: 0, retMsg: 'OK', result, time: NOW - 10 };
}

/** Answers with what belongs to the longest path that the request begins with; one request in a while, never for ever. */
function serve(answers: Readonly<Record<string, unknown>>): {
  readonly http: JsonFetch;
  readonly count: () => number;
} {
  let count = 0;
  const http: JsonFetch = (address) => {
    count += 1;
    const { pathname } = new URL(address);
    return Promise.resolve(answers[pathname]);
  };
  return { http, count: () => count };
}

describe.each(VENUES)('hostile open interest and funding at $id', ({ id, openInterest, funding }) => {
  const names = NAMES[id as keyof typeof NAMES];
  const contracts: readonly Instrument[] = [perpetual(id, names[0]), perpetual(id, names[1], THOUSAND_COINS)];
  const good = GOOD[id]!(names);
  const request = { instrument: contracts[0]!, fromMs: NOW - HOUR, toMs: NOW + 1, nowMs: NOW };
  const day = { ...request, fromMs: NOW - 24 * HOUR };

  /** Everything that can be asked, over answers of one kind: what was read, what was told, who gave up. */
  async function askAll(answers: Readonly<Record<string, unknown>>) {
    const { http, count } = serve(answers);
    const problems: string[] = [];
    const tell = (problem: string) => {
      problems.push(problem);
    };
    const several = openInterest.servesAll ? contracts : contracts.slice(0, 1);
    const asked = [
      openInterest.current(http, ROOTS, several, NOW, tell),
      openInterest.history.list(http, ROOTS, request, tell),
      funding.current(http, ROOTS, contracts, NOW, tell),
      funding.history.list(http, ROOTS, day, tell),
    ] as const;
    const [current, past, estimates, settled] = await Promise.all(
      asked.map((one) =>
        (one as Promise<readonly unknown[]>).catch((error: unknown) => {
          // Anything else would end the poller.
          expect(error).toBeInstanceOf(VenueError);
          return [];
        }),
      ),
    );
    return {
      amounts: [...(current ?? []), ...(past ?? [])] as Awaited<(typeof asked)[0]>,
      rates: [...(estimates ?? []), ...(settled ?? [])] as Awaited<(typeof asked)[2]>,
      problems,
      requests: count(),
    };
  }

  function expectSound({ amounts, rates, problems, requests }: Awaited<ReturnType<typeof askAll>>): void {
    expect(requests).toBeLessThan(450);
    for (const reading of amounts) {
      for (const amount of [reading.openInterest, reading.openInterestUsd ?? '0']) {
        expect(isDecimal(amount) && Number(amount) >= 0 && amount.length <= MAX_DECIMAL_DIGITS + 20).toBe(
          true,
        );
      }
      expect(reading.timestampMs).toBeLessThanOrEqual(NOW + 300_000);
      expect(contracts).toContain(reading.instrument);
    }
    for (const { rate, intervalMs, kind, nextFundingMs, timestampMs } of rates) {
      expect(isDecimal(rate) && Math.abs(Number(rate)) <= 1).toBe(true);
      expect(intervalMs % 60_000 === 0 && intervalMs > 0 && intervalMs <= 24 * HOUR).toBe(true);
      expect(nextFundingMs === undefined).toBe(kind === 'SETTLED');
      if (nextFundingMs !== undefined)
        expect(nextFundingMs - timestampMs).toBeLessThanOrEqual(intervalMs + 60_000);
    }
    for (const problem of problems) expect(problem.length).toBeLessThan(300);
  }

  test('the answers themselves are read whole', async () => {
    const found = await askAll(good);
    expectSound(found);
    expect(found.problems).toEqual(id === 'binance' ? [expect.stringContaining('value of BTCUSDT')] : []);
    expect(found.amounts).toHaveLength((openInterest.servesAll ? 2 : 1) + (id === 'okx' ? 12 : 12));
    expect(found.rates).toHaveLength(2 + 3);
  });

  test('one odd field costs its own row at most, or its whole answer', async () => {
    const places: readonly Path[] = [...leaves(good), ...Object.keys(good).map((key) => [key])];
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...places), hostileValue, async (path, value) => {
        expectSound(await askAll(replaced(good, path, value) as Record<string, unknown>));
      }),
      { numRuns: 250 },
    );
  });

  test('a row of the past that is none is told, and the eleven others are given', async () => {
    const path = Object.keys(good).find(
      (key) => /hist|open-interest$/i.test(key) && key !== '/api/v5/public/open-interest',
    )!;
    const rows = leaves(good[path]).filter((place) => place.some((key) => key === 3));
    for (const place of rows) {
      const answers = { ...good, [path]: replaced(good[path], place, { odd: true }) };
      const problems: string[] = [];
      const readings = await openInterest.history.list(serve(answers).http, ROOTS, request, (problem) => {
        problems.push(problem);
      });
      // What a row need not have is not missed: contracts beside coins.
      expect(readings.length + problems.length).toBe(12);
      expect(readings.length).toBeGreaterThanOrEqual(11);
    }
  });

  test('anything at all is read, told or refused', async () => {
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.jsonValue(), hostileValue), async (answer) => {
        const answers = Object.fromEntries(Object.keys(good).map((path) => [path, answer]));
        expectSound(await askAll(answers));
      }),
      { numRuns: 200 },
    );
  });
});
