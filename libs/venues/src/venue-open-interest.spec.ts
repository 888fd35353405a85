import { describe, expect, test } from '@jest/globals';
import { parseDecimal, type Instrument } from '@orderfox/domain';
import { VenueError } from '@orderfox/feed';
import { binance } from './binance/binance.adapter.js';
import { bybit } from './bybit/bybit.adapter.js';
import { perpetual, THOUSAND_COINS } from './contract/instrument-fixture.js';
import { SCRIPTED_ROOTS, scriptedHttp } from './contract/scripted-http.js';
import { okx } from './okx/okx.adapter.js';
import { type VenueAdapter } from './venue-adapter.js';
import { type OpenInterestReading, type VenueOpenInterest } from './venue-open-interest.js';

const NOW = 1_790_000_200_400;
/** The end of five minutes before. */
const BUCKET = Math.floor(NOW / 300_000) * 300_000;

function of({ openInterest }: VenueAdapter): VenueOpenInterest {
  if (openInterest === undefined) throw new Error('a venue without open interest');
  return openInterest;
}

const BTC = perpetual('binance', 'BTCUSDT');
const PEPE = perpetual('binance', '1000PEPEUSDT', THOUSAND_COINS);
const SWAP = perpetual('okx', 'BTC-USDT-SWAP', {
  sizeUnit: 'LINEAR_CONTRACTS',
  contractSize: parseDecimal('0.01'),
});
const INVERSE = perpetual('okx', 'BTC-USD-SWAP', {
  symbol: 'BTCUSD',
  quoteAsset: 'USD',
  sizeUnit: 'INVERSE_CONTRACTS',
  contractSize: parseDecimal('100'),
});

/** Asks for the newest and tells what was given and what was wrong. */
async function now(venue: VenueAdapter, answers: Record<string, unknown>, ...instruments: Instrument[]) {
  const problems: string[] = [];
  const { http, asked } = scriptedHttp(answers);
  const readings = await of(venue).current(http, SCRIPTED_ROOTS, instruments, NOW, (problem) => {
    problems.push(problem);
  });
  return { readings: readings.map(plain), problems, asked };
}

async function past(
  venue: VenueAdapter,
  answers: Record<string, unknown>,
  instrument: Instrument,
  { hours = 1, toMs = NOW + 1 } = {},
) {
  const problems: string[] = [];
  const { http, asked } = scriptedHttp(answers);
  const request = { instrument, fromMs: NOW - hours * 3_600_000, toMs, nowMs: NOW };
  const readings = await of(venue).history.list(http, SCRIPTED_ROOTS, request, (problem) => {
    problems.push(problem);
  });
  return { readings: readings.map(plain), problems, asked };
}

function plain({ instrument, ...rest }: OpenInterestReading): unknown {
  return { of: instrument.venueSymbol, ...rest };
}

const okxBody = (...data: unknown[]) => ({ code: '0', msg: '', data });
const bybitBody = (result: object) => ({ retCode: 0, retMsg: 'OK', result, retExtInfo: {}, time: NOW - 300 });

describe('open interest of Binance', () => {
  test('is coins, and dollars at the mark price of the same moment, exact', async () => {
    const found = await now(
      binance,
      {
        '/fapi/v1/openInterest?symbol=1000PEPEUSDT': {
          openInterest: '83782317',
          symbol: '1000PEPEUSDT',
          time: NOW - 40,
        },
        '/fapi/v1/premiumIndex?symbol=1000PEPEUSDT': {
          symbol: '1000PEPEUSDT',
          markPrice: '0.00412345',
          time: NOW,
        },
      },
      PEPE,
    );
    expect(found).toMatchObject({
      readings: [
        {
          of: '1000PEPEUSDT',
          timestampMs: NOW - 40,
          openInterest: '83782317000',
          openInterestUsd: '345472.19503365',
          isHalved: false,
        },
      ],
      problems: [],
    });
  });

  test('has no dollars where the mark price cannot be had, and says so', async () => {
    const { readings, problems } = await now(
      binance,
      {
        '/fapi/v1/openInterest': { openInterest: '1.5', symbol: 'BTCUSDT', time: NOW },
        '/fapi/v1/premiumIndex': new VenueError('UNAVAILABLE', 'overloaded'),
      },
      BTC,
    );
    expect(readings).toEqual([{ of: 'BTCUSDT', timestampMs: NOW, openInterest: '1.5', isHalved: false }]);
    expect(problems).toEqual(['binance openInterest: the value of BTCUSDT is not known: overloaded']);
  });

  test('has no dollars where a contract is quoted in another coin', async () => {
    const { readings } = await now(
      binance,
      {
        '/fapi/v1/openInterest': { openInterest: '7', symbol: 'ETHBTC', time: NOW },
        '/fapi/v1/premiumIndex': { symbol: 'ETHBTC', markPrice: '0.03' },
      },
      perpetual('binance', 'ETHBTC', { quoteAsset: 'BTC', symbol: 'ETHBTC', baseAsset: 'ETH' }),
    );
    expect(readings).toEqual([{ of: 'ETHBTC', timestampMs: NOW, openInterest: '7', isHalved: false }]);
  });

  test('rejects with the error of the venue where the amount cannot be had', async () => {
    const banned = new VenueError('BANNED', 'banned', NOW);
    const answers = { '/fapi/v1/openInterest': banned, '/fapi/v1/premiumIndex': {} };
    await expect(now(binance, answers, BTC)).rejects.toBe(banned);
  });

  test('of the past is asked for by windows that hold no more rows than a page', async () => {
    const { readings, asked } = await past(
      binance,
      {
        '/futures/data/openInterestHist': (query: URLSearchParams) => {
          const rows = [];
          const first = Math.ceil(Number(query.get('startTime')) / 300_000) * 300_000;
          for (let at = first; at <= Number(query.get('endTime')); at += 300_000) {
            rows.push({
              symbol: 'BTCUSDT',
              sumOpenInterest: '89832.17500000',
              sumOpenInterestValue: '8064963864.47508100',
              timestamp: rows.length % 2 === 0 ? at : String(at),
            });
          }
          expect(rows.length).toBeLessThanOrEqual(500);
          return rows;
        },
      },
      BTC,
      { hours: 100 },
    );
    expect(asked).toHaveLength(3);
    expect(readings).toHaveLength(1_200);
    expect(readings.at(-1)).toEqual({
      of: 'BTCUSDT',
      timestampMs: BUCKET,
      openInterest: '89832.175',
      openInterestUsd: '8064963864.475081',
      isHalved: false,
    });
  });

  test('of the past refuses each odd row with its reason and keeps the others', async () => {
    const row = (at: number, change: object = {}) => ({
      symbol: 'BTCUSDT',
      sumOpenInterest: '2',
      sumOpenInterestValue: '4',
      timestamp: BUCKET - at * 300_000,
      ...change,
    });
    const { readings, problems } = await past(
      binance,
      {
        '/futures': [
          row(5),
          row(4, { symbol: 'ETHUSDT' }),
          row(3, { sumOpenInterest: 2 }),
          row(2, { sumOpenInterest: '-2' }),
          row(1, { timestamp: 1_790_000_000 }),
          null,
          row(0, { sumOpenInterestValue: '' }),
          row(5, { sumOpenInterest: '3' }),
        ],
      },
      BTC,
    );
    expect(readings).toMatchObject([
      { timestampMs: BUCKET - 1_500_000, openInterest: '2', openInterestUsd: '4' },
      { timestampMs: BUCKET, openInterest: '2' },
    ]);
    expect(problems).toHaveLength(6);
    expect(problems.join('\n')).toMatch(/ETHUSDT[^]*is 2\n[^]*"-2"[^]*1790000000[^]*null[^]*contradict/);
  });

  test('of the past says how many more rows are odd than it names', async () => {
    const { problems } = await past(binance, { '/futures': Array.from({ length: 400 }, () => 'x') }, BTC);
    expect(problems).toHaveLength(11);
    expect(problems.at(-1)).toBe('binance openInterestHist BTCUSDT: 390 more rows cannot be read');
  });

  test('of the past is not asked for before the venue began to keep it', async () => {
    const { asked } = await past(binance, { '/futures': [] }, BTC, { hours: 10_000 });
    const from = Number(new URLSearchParams(asked[0]).get('startTime'));
    expect((NOW - from) / 3_600_000).toBe(of(binance).history.maxHours);
  });
});

describe('open interest of OKX', () => {
  const row = (instId: string, change: object = {}) => ({
    instId,
    instType: 'SWAP',
    oi: '2660239.59000001773',
    oiCcy: '26602.3959000001773',
    oiUsd: '2433776053.94290622066283',
    ts: String(NOW - 1_000),
    ...change,
  });

  test('of all swaps comes with one request, digits as they are sent', async () => {
    const answers = {
      '/api/v5/public/open-interest?instType=SWAP': okxBody(
        row('ETH-USDT-SWAP'),
        row('BTC-USD-SWAP'),
        row('BTC-USDT-SWAP'),
      ),
    };
    const { readings, problems, asked } = await now(okx, answers, SWAP, INVERSE);
    expect(asked).toEqual(['/api/v5/public/open-interest?instType=SWAP']);
    expect(problems).toEqual([]);
    const amounts = {
      timestampMs: NOW - 1_000,
      openInterest: '26602.3959000001773',
      openInterestUsd: '2433776053.94290622066283',
      isHalved: false,
    };
    expect(readings).toEqual([
      { of: 'BTC-USD-SWAP', ...amounts },
      { of: 'BTC-USDT-SWAP', ...amounts },
    ]);
  });

  test('is contracts times their size where it says no coins, and nothing where they depend on a price', async () => {
    const bare = { oi: '250', oiCcy: '', oiUsd: '' };
    const answers = { '/api/v5/public': okxBody(row('BTC-USDT-SWAP', bare), row('BTC-USD-SWAP', bare)) };
    const { readings, problems } = await now(okx, answers, SWAP, INVERSE);
    expect(readings).toEqual([
      { of: 'BTC-USDT-SWAP', timestampMs: NOW - 1_000, openInterest: '2.5', isHalved: false },
    ]);
    expect(problems).toEqual([
      'okx open-interest: UNKNOWN_INSTRUMENT: the coins of its contracts are not known without oiCcy',
    ]);
  });

  test('is the newest where a contract has several rows, whatever their order', async () => {
    const rows = [3_000, 1_000, 2_000].map((ago) =>
      row('BTC-USDT-SWAP', { oiCcy: String(ago), ts: String(NOW - ago) }),
    );
    const { readings } = await now(okx, { '/api/v5/public': okxBody(...rows) }, SWAP);
    expect(readings).toMatchObject([{ openInterest: '1000', timestampMs: NOW - 1_000 }]);
  });

  test('tells of a contract that has no row', async () => {
    const { problems } = await now(okx, { '/api/v5/public': okxBody(row('BTC-USDT-SWAP')) }, SWAP, INVERSE);
    expect(problems).toEqual(['okx open-interest: there is no row of BTC-USD-SWAP']);
  });

  test('of the past has the end of its five minutes, without those that are not over', async () => {
    const rows = Array.from({ length: 288 }, (_, back) => [
      String(BUCKET - back * 300_000),
      '250',
      String(back),
      '20',
    ]);
    const { readings, asked, problems } = await past(
      okx,
      {
        '/api/v5/rubik/stat/contracts/open-interest-history': (query: URLSearchParams) => {
          const within = rows.filter(
            ([ts]) => Number(ts) > Number(query.get('begin')) && Number(ts) < Number(query.get('end')),
          );
          return okxBody(...within.slice(0, 100));
        },
      },
      SWAP,
      { hours: 12 },
    );
    expect(problems).toEqual([]);
    expect(asked).toHaveLength(2);
    expect(readings).toHaveLength(144);
    expect(readings.at(-1)).toMatchObject({ timestampMs: BUCKET, openInterest: '1', openInterestUsd: '20' });
    expect(readings[0]).toMatchObject({ timestampMs: BUCKET - 143 * 300_000, openInterest: '144' });
  });

  test('rejects an answer that is refused in its body', async () => {
    const answers = { '/api': { code: '50011', msg: 'Too Many Requests', data: [] } };
    await expect(now(okx, answers, SWAP)).rejects.toMatchObject({ failure: 'RATE_LIMITED' });
  });
});

describe('open interest of Bybit', () => {
  const ticker = (symbol: string, change: object = {}) => ({
    symbol,
    openInterest: '59891.732',
    openInterestValue: '3899996265.01',
    singleOpenInterest: '29945.866',
    singleOpenInterestValue: '1949998132.50',
    ...change,
  });
  const TICKERS = '/v5/market/tickers?category=linear';
  const answer = (...list: unknown[]) => ({ [TICKERS]: bybitBody({ category: 'linear', list }) });
  const [SINGLE, HALF] = [perpetual('bybit', 'BTCUSDT'), perpetual('bybit', '1000PEPEUSDT', THOUSAND_COINS)];

  test('is that of one side, which is half of both where the venue says no more, and says so', async () => {
    const without = { singleOpenInterest: undefined, singleOpenInterestValue: undefined };
    const { readings, asked } = await now(
      bybit,
      answer(ticker('BTCUSDT'), ticker('1000PEPEUSDT', without)),
      SINGLE,
      HALF,
    );
    expect(asked).toEqual([TICKERS]);
    expect(readings).toEqual([
      {
        of: 'BTCUSDT',
        timestampMs: NOW - 300,
        openInterest: '29945.866',
        openInterestUsd: '1949998132.5',
        isHalved: false,
      },
      {
        of: '1000PEPEUSDT',
        timestampMs: NOW - 300,
        openInterest: '29945866',
        openInterestUsd: '1949998132.505',
        isHalved: true,
      },
    ]);
  });

  test('is refused where one side is more than both', async () => {
    const { readings, problems } = await now(bybit, answer(ticker('BTCUSDT', { openInterest: '1' })), SINGLE);
    expect(readings).toEqual([]);
    expect(problems).toEqual(['bybit tickers: BAD_NUMBER: one side is 29945.866 and both are 1']);
  });

  test('S152: is asked of open-interest where the ticker says none', async () => {
    const silent = ticker('BTCUSDT', { openInterest: '', singleOpenInterest: undefined });
    const { readings, problems, asked } = await now(
      bybit,
      {
        ...answer(silent, ticker('1000PEPEUSDT')),
        '/v5/market/open-interest': bybitBody({
          symbol: 'BTCUSDT',
          list: [
            { openInterest: '12.00000000', timestamp: String(BUCKET) },
            { openInterest: '10.00000000', timestamp: String(BUCKET - 300_000) },
          ],
          nextPageCursor: '',
        }),
      },
      SINGLE,
      HALF,
    );
    expect(problems).toEqual([]);
    expect(readings).toMatchObject([
      { of: '1000PEPEUSDT' },
      { of: 'BTCUSDT', timestampMs: BUCKET, openInterest: '6', isHalved: true },
    ]);
    expect(asked[1]).toContain('category=linear&symbol=BTCUSDT&intervalTime=5min');
  });

  test('of the past comes page by page, by the cursors as they are handed out', async () => {
    const rows = Array.from({ length: 288 }, (_, back) => ({
      openInterest: '4',
      singleOpenInterest: '2',
      timestamp: String(BUCKET - back * 300_000),
    }));
    const { readings, asked } = await past(
      bybit,
      {
        '/v5/market/open-interest': (query: URLSearchParams) => {
          const skipped = query.get('cursor') === 'a:b' ? 200 : 0;
          const nextPageCursor = skipped === 0 ? 'a%3Ab' : '';
          return bybitBody({ symbol: 'BTCUSDT', list: rows.slice(skipped, skipped + 200), nextPageCursor });
        },
      },
      SINGLE,
      { hours: 24 },
    );
    expect(asked).toHaveLength(2);
    expect(asked[1]).toMatch(/&cursor=a%3Ab$/);
    expect(readings).toHaveLength(288);
    expect(readings.at(-1)).toEqual({
      of: 'BTCUSDT',
      timestampMs: BUCKET,
      openInterest: '2',
      isHalved: false,
    });
  });

  test('of the past comes to an end though the cursors do not', async () => {
    let page = 0;
    const turning = () =>
      bybitBody({
        list: [{ openInterest: '4', timestamp: String(BUCKET) }],
        nextPageCursor: `c${(page += 1)}`,
      });
    await expect(past(bybit, { '/v5': turning }, SINGLE)).rejects.toMatchObject({ failure: 'UNREADABLE' });
    expect(page).toBe(100);
  });

  test('of another contract than was asked for is refused', async () => {
    const other = bybitBody({ symbol: 'ETHUSDT', list: [], nextPageCursor: '' });
    await expect(past(bybit, { '/v5': other }, SINGLE)).rejects.toMatchObject({ failure: 'UNREADABLE' });
  });
});
