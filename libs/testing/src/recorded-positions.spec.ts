import { describe, expect, test } from '@jest/globals';
import { multiplyDecimals, parseDecimal, type Instrument } from '@orderfox/domain';
import { type JsonFetch } from '@orderfox/feed';
import { type VenueAdapter } from '@orderfox/venues';
import { adapterOf, exchangeInfoFor, lookupFrom, recordedAnswer } from './recorded-catalogues.js';
import {
  BYBIT_42_S,
  readRecordedFrames,
  readRecordedText,
  receivedFrames,
  recordedDataFolder,
  recordedDataNote,
  unzipRecordedLines,
} from './recorded-data.js';

/** Later than all that was recorded. */
const NOW = Date.UTC(2026, 11);
const HOUR = 3_600_000;
const DOUBLE = parseDecimal('2');

const whenRecorded = recordedDataFolder === undefined ? describe.skip : describe;

function venue(id: string): Required<VenueAdapter> {
  return adapterOf(id) as Required<VenueAdapter>;
}

async function binanceContract(symbol: string): Promise<Instrument> {
  return (await lookupFrom('binance', exchangeInfoFor([symbol]))).get(symbol)!;
}

interface RecordedAnswer {
  readonly data: unknown;
  readonly queryString: string;
}

/** The answers of Binance to a path, as they were recorded. */
function answersOf(path: string): readonly RecordedAnswer[] {
  const { routes } = JSON.parse(readRecordedText('binance/rest/usdm-recorded-http.json')) as {
    readonly routes: Readonly<Record<string, { readonly GET: readonly RecordedAnswer[] }>>;
  };
  return (routes[path]?.GET ?? []).filter(({ data }) => data !== null);
}

/** Answers each path with one value, or with what is made of the query. */
function serve(answers: Readonly<Record<string, unknown>>): JsonFetch {
  return (address) => {
    const { pathname, searchParams } = new URL(address);
    const answer = answers[pathname];
    return Promise.resolve(
      typeof answer === 'function' ? (answer as (query: URLSearchParams) => unknown)(searchParams) : answer,
    );
  };
}

function lines(text: readonly string[]): readonly (readonly string[])[] {
  return text.slice(1).map((line) => line.trim().split(','));
}

whenRecorded(`recorded open interest${recordedDataNote}`, () => {
  test('of Binance, the answer of 2023, has its coins and no made-up value', async () => {
    const [now] = answersOf('/fapi/v1/openInterest');
    const { current } = venue('binance').openInterest;
    const problems: string[] = [];
    const readings = await current(
      serve({ '/fapi/v1/openInterest': now?.data }),
      venue('binance').roots,
      [await binanceContract('BTCUSDT')],
      NOW,
      (problem) => {
        problems.push(problem);
      },
    );
    expect(readings).toMatchObject([
      { openInterest: '83782.317', timestampMs: 1_702_244_985_273, isHalved: false },
    ]);
    expect(readings[0]).not.toHaveProperty('openInterestUsd');
    expect(problems).toEqual([expect.stringContaining('the value of BTCUSDT is not known')]);
  });

  test('of Binance, the statistics of 2020, are read row for row', async () => {
    const answers = answersOf('/futures/data/openInterestHist').filter(({ queryString }) =>
      queryString.includes('&symbol='),
    );
    expect(answers).toHaveLength(3);
    for (const { data, queryString } of answers) {
      const rows = data as readonly Record<string, string>[];
      const instrument = await binanceContract(/symbol=(\w+)/.exec(queryString)?.[1] ?? '');
      const newest = Math.max(...rows.map(({ timestamp }) => Number(timestamp)));
      const readings = await venue('binance').openInterest.history.list(
        serve({ '/futures/data/openInterestHist': data }),
        venue('binance').roots,
        { instrument, fromMs: newest - 20 * 24 * HOUR, toMs: newest + 1, nowMs: newest },
      );
      expect(readings).toMatchObject(
        rows.map((row) => ({
          openInterest: parseDecimal(row.sumOpenInterest ?? ''),
          openInterestUsd: parseDecimal(row.sumOpenInterestValue ?? ''),
          timestampMs: row.timestamp,
        })),
      );
    }
  });

  test.each(['BTC', 'WIF'])('of %s at Binance, 45 days, is whole to the last digit', async (coin) => {
    const rows = lines(unzipRecordedLines(`binance/oi/${coin}_oi_5m.csv.gz`));
    const [first, last] = [Number(rows[0]?.[0]), Number(rows.at(-1)?.[0])];
    // Kept for 28 days only: the second half of the recording is asked for on its last day.
    const fromMs = last - 27 * 24 * HOUR;
    let requests = 0;
    const readings = await venue('binance').openInterest.history.list(
      serve({
        '/futures/data/openInterestHist': (query: URLSearchParams) => {
          requests += 1;
          return rows
            .filter(
              ([at]) =>
                Number(at) >= Number(query.get('startTime')) && Number(at) <= Number(query.get('endTime')),
            )
            .slice(0, Number(query.get('limit')))
            .map(([timestamp, sumOpenInterest, sumOpenInterestValue]) => ({
              symbol: `${coin}USDT`,
              sumOpenInterest,
              sumOpenInterestValue,
              timestamp: Number(timestamp),
            }));
        },
      }),
      venue('binance').roots,
      { instrument: await binanceContract(`${coin}USDT`), fromMs, toMs: last + 1, nowMs: last },
    );
    expect(last - first).toBeGreaterThan(44 * 24 * HOUR);
    expect(requests).toBe(16);
    expect(readings.map((one) => [one.timestampMs, one.openInterest, one.openInterestUsd])).toEqual(
      rows
        .filter(([at]) => Number(at) >= fromMs)
        .map(([at, oi = '', usd = '']) => [Number(at), parseDecimal(oi), parseDecimal(usd)]),
    );
  });

  test('of Bybit counts both sides in every ticker, and one side is half of them', async () => {
    const catalogue = await lookupFrom(
      'bybit',
      recordedAnswer(BYBIT_42_S, 'category=linear&status=Trading&limit=1000'),
    );
    const tickers = receivedFrames(BYBIT_42_S, 'BYBIT.ws.2')
      .filter((text) => text.startsWith('{"topic":"tickers.'))
      .map(
        (text) =>
          JSON.parse(text) as {
            readonly type: string;
            readonly ts: number;
            readonly data: Record<string, string>;
          },
      )
      .filter(({ type }) => type === 'snapshot');
    expect(tickers.length).toBeGreaterThan(0);
    for (const { data, ts } of tickers) {
      const instrument = catalogue.get(data.symbol ?? '')!;
      const ask = (row: object) =>
        venue('bybit').openInterest.current(
          serve({ '/v5/market/tickers': { retCode: 0, result: { list: [row] }, time: ts } }),
          venue('bybit').roots,
          [instrument],
          NOW,
        );
      const [single] = await ask(data);
      const both = { ...data, singleOpenInterest: undefined, singleOpenInterestValue: undefined };
      const [halved] = await ask(both);
      // One side comes rounded to the steps of the contract; half of both does not.
      const off = Number(single!.openInterest) - Number(halved!.openInterest);
      expect(Math.abs(off)).toBeLessThanOrEqual(Number(instrument.quantityStep) / 2 + 1e-9);
      expect([single!.openInterest, halved!.isHalved]).toEqual([
        parseDecimal(data.singleOpenInterest ?? ''),
        true,
      ]);
      expect(multiplyDecimals(halved!.openInterest, DOUBLE)).toBe(parseDecimal(data.openInterest ?? ''));
      expect(Number(halved!.openInterestUsd) / Number(single!.openInterestUsd)).toBeCloseTo(1, 6);
    }
  });
});

whenRecorded(`recorded funding${recordedDataNote}`, () => {
  test('of Binance, the running rates of 2020 and 2023, with the intervals of fundingInfo', async () => {
    const [infos] = answersOf('/fapi/v1/fundingInfo');
    for (const { data } of answersOf('/fapi/v1/premiumIndex')) {
      const rows = (Array.isArray(data) ? data : [data]) as readonly Record<string, string>[];
      const catalogue = await lookupFrom('binance', exchangeInfoFor(rows.map(({ symbol = '' }) => symbol)));
      const problems: string[] = [];
      const readings = await venue('binance').funding.current(
        serve({ '/fapi/v1/premiumIndex': data, '/fapi/v1/fundingInfo': infos?.data }),
        venue('binance').roots,
        catalogue.all(),
        NOW,
        (problem) => {
          problems.push(problem);
        },
      );
      expect(problems).toEqual([]);
      expect(readings).toMatchObject(
        rows.map((row) => ({
          rate: parseDecimal(row.lastFundingRate ?? ''),
          intervalMs: 8 * HOUR,
          timestampMs: row.time,
          nextFundingMs: row.nextFundingTime,
        })),
      );
    }
  });

  test.each([
    ['BTC', 8],
    ['WIF', 4],
  ])(
    'of %s at Binance, half a year, was charged every %i hours, whatever the milliseconds',
    async (coin, hours) => {
      const rows = lines(readRecordedText(`binance/funding/${coin}_funding.csv`).trim().split('\n')).map(
        ([at, fundingRate]) => ({ symbol: `${coin}USDT`, fundingTime: Number(at), fundingRate }),
      );
      const [first, last] = [rows[0]!.fundingTime, rows.at(-1)!.fundingTime];
      const problems: string[] = [];
      const readings = await venue('binance').funding.history.list(
        serve({
          '/fapi/v1/fundingRate': (query: URLSearchParams) =>
            rows
              .filter(({ fundingTime }) => fundingTime >= Number(query.get('startTime')))
              .slice(0, Number(query.get('limit'))),
        }),
        venue('binance').roots,
        {
          instrument: await binanceContract(`${coin}USDT`),
          fromMs: first + HOUR,
          toMs: last + HOUR,
          nowMs: last,
        },
        (problem) => {
          problems.push(problem);
        },
      );
      expect(problems).toEqual([]);
      expect(readings).toHaveLength(rows.length - 1);
      expect(new Set(readings.map(({ intervalMs }) => intervalMs))).toEqual(new Set([hours * HOUR]));
      expect(readings.map(({ rate }) => rate)).toEqual(
        rows.slice(1).map((row) => parseDecimal(row.fundingRate ?? '')),
      );
    },
  );

  test('of OKX, frames of several years, is read where they say all of it', async () => {
    const rows = readRecordedFrames('okx/frames/misc.jsonl')
      .filter(({ raw }) => raw.includes('"channel":"funding-rate"'))
      .flatMap(({ raw }) => (JSON.parse(raw) as { readonly data: readonly Record<string, string>[] }).data);
    const template = (await lookupFrom('binance', exchangeInfoFor(['BTCUSDT']))).get('BTCUSDT')!;
    const contracts = rows.map(({ instId = '' }) => ({ ...template, venue: 'okx', venueSymbol: instId }));
    const problems: string[] = [];
    const readings = await venue('okx').funding.current(
      serve({
        '/api/v5/public/funding-rate': { code: '0', data: rows },
        '/api/v5/public/funding-rate-history': { code: '0', data: [] },
      }),
      venue('okx').roots,
      contracts,
      NOW,
      (problem) => {
        problems.push(problem);
      },
    );
    expect(readings).toMatchObject([
      { rate: '-0.0004270396398519', intervalMs: 8 * HOUR, nextFundingMs: 1_785_888_000_000 },
    ]);
    // Those of 2021 and 2022 say neither a time nor the settlement after the next.
    expect(problems).toHaveLength(rows.length - 1);
  });
});

whenRecorded(`recorded index prices${recordedDataNote}`, () => {
  test('of OKX are read as they were sent', async () => {
    const frames = readRecordedFrames('okx/frames/misc.jsonl').filter(({ raw }) =>
      raw.includes('"channel":"index-tickers"'),
    );
    expect(frames).toHaveLength(2);
    for (const { raw } of frames) {
      const { data } = JSON.parse(raw) as { readonly data: readonly Record<string, string>[] };
      const [row] = data;
      const { indexPrices, roots } = venue('okx');
      const http = serve({ '/api/v5/market/index-tickers': { code: '0', data } });
      expect(await indexPrices.read(http, roots, row?.instId ?? '', NOW)).toEqual({
        index: row?.instId,
        price: parseDecimal(row?.idxPx ?? ''),
        timestampMs: Number(row?.ts),
      });
    }
  });
});
