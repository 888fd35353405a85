import { describe, expect, test } from '@jest/globals';
import { type Instrument } from '@orderfox/domain';
import { VenueError } from '@orderfox/feed';
import { binance } from './binance/binance.adapter.js';
import { bybit } from './bybit/bybit.adapter.js';
import { perpetual } from './contract/instrument-fixture.js';
import { SCRIPTED_ROOTS, scriptedHttp } from './contract/scripted-http.js';
import { okx } from './okx/okx.adapter.js';
import { type VenueAdapter } from './venue-adapter.js';
import { type FundingReading, type VenueFunding } from './venue-funding.js';

const HOUR = 3_600_000;
/** A settlement of every interval. */
const LAST = Date.UTC(2026, 10, 20, 8);
const NOW = LAST + HOUR + 400;

function of({ funding }: VenueAdapter): VenueFunding {
  if (funding === undefined) throw new Error('a venue without funding');
  return funding;
}

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
  hours = 24,
) {
  const problems: string[] = [];
  const { http, asked } = scriptedHttp(answers);
  const request = { instrument, fromMs: NOW - hours * HOUR, toMs: NOW + 1, nowMs: NOW };
  const readings = await of(venue).history.list(http, SCRIPTED_ROOTS, request, (problem) => {
    problems.push(problem);
  });
  return { readings: readings.map(plain), problems, asked };
}

function plain({ instrument, ...rest }: FundingReading): unknown {
  return { of: instrument.venueSymbol, ...rest };
}

/** What is left of a settled reading where the rest is told apart by it. */
function short(reading: unknown): unknown {
  const { timestampMs, rate, intervalMs } = reading as FundingReading;
  return [(timestampMs - LAST) / HOUR, rate, intervalMs / HOUR];
}

const okxBody = (...data: unknown[]) => ({ code: '0', msg: '', data });
const bybitBody = (...list: unknown[]) => ({ retCode: 0, retMsg: 'OK', result: { list }, time: NOW - 100 });
const named = (venue: string, ...names: string[]) => names.map((name) => perpetual(venue, name));
const DATED = { contractType: 'DATED' } as const;

describe('funding of Binance', () => {
  const premium = (symbol: string, change: object = {}) => ({
    symbol,
    markPrice: '64000.1',
    lastFundingRate: '-0.00012340',
    nextFundingTime: LAST + 8 * HOUR,
    time: NOW - 20,
    ...change,
  });
  const contracts = named('binance', 'BTCUSDT', 'WIFUSDT');

  test('is the running estimate, of eight hours unless fundingInfo has the symbol', async () => {
    const { readings, problems, asked } = await now(
      binance,
      {
        '/fapi/v1/premiumIndex': [
          premium('ETHUSDT'),
          premium('BTCUSDT'),
          premium('WIFUSDT', { nextFundingTime: LAST + 4 * HOUR }),
        ],
        '/fapi/v1/fundingInfo': [{ symbol: 'WIFUSDT', fundingIntervalHours: 4 }],
      },
      ...contracts,
    );
    expect(asked).toEqual(['/fapi/v1/premiumIndex', '/fapi/v1/fundingInfo']);
    expect(problems).toEqual([]);
    const estimate = { timestampMs: NOW - 20, kind: 'ESTIMATE', rate: '-0.0001234' };
    expect(readings).toEqual([
      { of: 'BTCUSDT', ...estimate, intervalMs: 8 * HOUR, nextFundingMs: LAST + 8 * HOUR },
      { of: 'WIFUSDT', ...estimate, intervalMs: 4 * HOUR, nextFundingMs: LAST + 4 * HOUR },
    ]);
  });

  test('measures the interval that runs where the stated one begins only with the next settlement', async () => {
    const { readings, problems, asked } = await now(
      binance,
      {
        '/fapi/v1/premiumIndex': [premium('BTCUSDT'), premium('WIFUSDT')],
        '/fapi/v1/fundingInfo': [{ symbol: 'WIFUSDT', fundingIntervalHours: 4 }],
        '/fapi/v1/fundingRate?symbol=WIFUSDT&limit=1': [{ symbol: 'WIFUSDT', fundingTime: LAST + 7 }],
      },
      ...contracts,
    );
    expect(asked).toHaveLength(3);
    expect(problems).toEqual([]);
    expect(readings).toMatchObject([{ of: 'BTCUSDT' }, { of: 'WIFUSDT', intervalMs: 8 * HOUR }]);
  });

  test('leaves a contract out whose interval is not known, and keeps the others', async () => {
    const { readings, problems } = await now(
      binance,
      {
        '/fapi/v1/premiumIndex': [premium('BTCUSDT'), premium('WIFUSDT')],
        '/fapi/v1/fundingInfo': [{ symbol: 'WIFUSDT', fundingIntervalHours: 'often' }],
        '/fapi/v1/fundingRate': new VenueError('RATE_LIMITED', 'too many'),
      },
      ...contracts,
    );
    expect(readings).toMatchObject([{ of: 'BTCUSDT' }]);
    expect(problems).toEqual([
      'binance premiumIndex: the interval of WIFUSDT cannot be measured: too many',
      'binance premiumIndex: BAD_NUMBER: its interval is not known',
    ]);
  });

  test.each([
    ['a rate of more than the notional', { lastFundingRate: '1.5' }],
    ['a rate that is a JSON number', { lastFundingRate: -0.0001 }],
    ['no rate', { lastFundingRate: '' }],
    ['a settlement that is overdue', { nextFundingTime: LAST }],
    ['no settlement', { nextFundingTime: 0 }],
    ['a settlement beyond a day', { nextFundingTime: LAST + 48 * HOUR }],
    ['a time in seconds', { time: Math.floor(NOW / 1_000) }],
  ])('refuses %s and keeps the others', async (_what, change) => {
    const answers = {
      '/fapi/v1/premiumIndex': [premium('BTCUSDT'), premium('WIFUSDT', change)],
      '/fapi/v1/fundingInfo': [],
    };
    const { readings, problems } = await now(binance, answers, ...contracts);
    expect(readings).toMatchObject([{ of: 'BTCUSDT' }]);
    expect(problems).toEqual([expect.stringMatching(/^binance premiumIndex: BAD_(NUMBER|TIME): /)]);
  });

  test('is not asked for of dated contracts, which have none', async () => {
    const { readings, problems, asked } = await now(
      binance,
      {},
      perpetual('binance', 'BTCUSDT_261225', DATED),
    );
    expect([readings, problems, asked]).toEqual([[], [], []]);
    expect(await past(binance, {}, perpetual('binance', 'BTCUSDT_261225', DATED))).toMatchObject({
      asked: [],
    });
  });

  test('that was charged has the interval that it ended, whatever it is now, and full minutes', async () => {
    const row = (hours: number, late: number) => ({
      symbol: 'WIFUSDT',
      fundingTime: LAST + hours * HOUR + late,
      fundingRate: '0.00010000',
    });
    // From 8 h to 4 h to 1 h.
    const rows = [row(-24, 3), row(-16, 0), row(-8, 15), row(-4, 1), row(0, 7), row(1, 2)];
    const { readings, problems, asked } = await past(
      binance,
      { '/fapi/v1/fundingRate': rows },
      contracts[1]!,
    );
    expect(problems).toEqual([]);
    expect(readings.map(short)).toEqual([
      [-16, '0.0001', 8],
      [-8, '0.0001', 8],
      [-4, '0.0001', 4],
      [0, '0.0001', 4],
      [1, '0.0001', 1],
    ]);
    expect(readings[0]).toEqual({
      of: 'WIFUSDT',
      timestampMs: LAST - 16 * HOUR,
      kind: 'SETTLED',
      rate: '0.0001',
      intervalMs: 8 * HOUR,
    });
    // A day more than is wanted, for the settlement before the first.
    expect(asked[0]).toContain(`startTime=${NOW - 48 * HOUR}`);
  });

  test('that was charged is left out where the interval cannot be told, and said', async () => {
    const row = (hours: number, change: object = {}) => ({
      symbol: 'WIFUSDT',
      fundingTime: LAST + hours * HOUR,
      fundingRate: '0.00010000',
      ...change,
    });
    // The first settlement ever; one that cannot be placed; one whose rate alone is odd; another contract's.
    const rows = [
      row(-20),
      row(-16),
      row(-12, { fundingTime: 'noon' }),
      row(-8),
      row(-4, { fundingRate: 'x' }),
      row(0),
    ];
    const { readings, problems } = await past(binance, { '/fapi/v1/fundingRate': rows }, contracts[1]!);
    expect(readings.map(short)).toEqual([
      [-16, '0.0001', 4],
      [0, '0.0001', 4],
    ]);
    expect(problems.map((problem) => problem.slice('binance fundingRate WIFUSDT: '.length))).toEqual([
      'BAD_TIME: funding time is "noon"',
      `the interval that ended at ${LAST - 20 * HOUR} is not known`,
      `the interval that ended at ${LAST - 8 * HOUR} is not known`,
      'BAD_NUMBER: rate is "x"',
    ]);
  });

  test('that was charged comes by pages, each from the end of the one before', async () => {
    const every = Array.from({ length: 1_500 }, (_, back) => ({
      symbol: 'WIFUSDT',
      fundingTime: LAST - (1_499 - back) * HOUR + (back % 7),
      fundingRate: '-0.00000001',
    }));
    const { readings, asked } = await past(
      binance,
      {
        '/fapi/v1/fundingRate': (query: URLSearchParams) =>
          every.filter(({ fundingTime }) => fundingTime >= Number(query.get('startTime'))).slice(0, 1_000),
      },
      contracts[1]!,
      1_300,
    );
    expect(asked).toHaveLength(2);
    expect(readings).toHaveLength(1_299);
  });
});

describe('funding of OKX', () => {
  const row = (instId: string, change: object = {}) => ({
    instId,
    fundingRate: '0.0000616430459607',
    fundingTime: String(LAST + 8 * HOUR),
    nextFundingTime: String(LAST + 16 * HOUR),
    nextFundingRate: '',
    settFundingRate: '0.0000539822210069',
    ts: String(NOW - 500),
    ...change,
  });
  const contracts = named('okx', 'BTC-USDT-SWAP', 'TRB-USDT-SWAP');

  test('of several swaps comes with one request, with every digit', async () => {
    const four = { fundingTime: String(LAST + 4 * HOUR), nextFundingTime: String(LAST + 8 * HOUR) };
    const answers = {
      '/api/v5/public/funding-rate?instId=ANY': okxBody(row('TRB-USDT-SWAP', four), row('BTC-USDT-SWAP')),
    };
    const { readings, problems, asked } = await now(okx, answers, ...contracts);
    expect([asked.length, problems]).toEqual([1, []]);
    const estimate = { timestampMs: NOW - 500, kind: 'ESTIMATE', rate: '0.0000616430459607' };
    expect(readings).toEqual([
      { of: 'TRB-USDT-SWAP', ...estimate, intervalMs: 4 * HOUR, nextFundingMs: LAST + 4 * HOUR },
      { of: 'BTC-USDT-SWAP', ...estimate, intervalMs: 8 * HOUR, nextFundingMs: LAST + 8 * HOUR },
    ]);
  });

  test.each([
    ['from the settlement before, where that is said', { prevFundingTime: String(LAST) }, 1],
    ['to the settlement after, where that is as long', { nextFundingTime: String(LAST + 16 * HOUR) }, 1],
    ['as it is measured, where the one after is shorter', {}, 2],
    ['as it is measured, where neither makes sense', { prevFundingTime: '0', nextFundingTime: '' }, 2],
  ])('has the interval %s', async (_what, change, requests) => {
    // From the next settlement on it is four hours.
    const changed = row('BTC-USDT-SWAP', { nextFundingTime: String(LAST + 12 * HOUR), ...change });
    const answers = {
      '/api/v5/public/funding-rate?': okxBody(changed),
      '/api/v5/public/funding-rate-history?instId=BTC-USDT-SWAP&limit=1': okxBody({
        instId: 'BTC-USDT-SWAP',
        fundingTime: String(LAST),
      }),
    };
    const { readings, asked } = await now(okx, answers, contracts[0]!);
    expect(readings).toMatchObject([{ intervalMs: 8 * HOUR, nextFundingMs: LAST + 8 * HOUR }]);
    expect(asked).toHaveLength(requests);
  });

  test('is refused where no interval makes sense', async () => {
    const backwards = row('BTC-USDT-SWAP', { nextFundingTime: String(LAST) });
    const answers = { '/api/v5/public/funding-rate?': okxBody(backwards), '/api': okxBody() };
    const { readings, problems } = await now(okx, answers, contracts[0]!);
    expect(readings).toEqual([]);
    expect(problems).toEqual([
      'okx funding-rate: the interval of BTC-USDT-SWAP cannot be measured: BAD_TIME: last settlement is missing',
      'okx funding-rate: BAD_NUMBER: its interval is not known',
    ]);
  });

  test('that was charged is the realised rate and never the last estimate', async () => {
    const rows = Array.from({ length: 250 }, (_, back) => ({
      instId: 'BTC-USDT-SWAP',
      fundingRate: '0.0009',
      realizedRate: back === 1 ? '' : '0.0001',
      fundingTime: String(LAST - back * HOUR),
    }));
    const { readings, problems, asked } = await past(
      okx,
      {
        '/api/v5/public/funding-rate-history': (query: URLSearchParams) =>
          okxBody(
            ...rows
              .filter(({ fundingTime }) => Number(fundingTime) < Number(query.get('after')))
              .slice(0, 100),
          ),
      },
      contracts[0]!,
      124,
    );
    expect(asked).toHaveLength(2);
    expect(readings).toHaveLength(122);
    expect(readings.slice(-2).map(short)).toEqual([
      [-2, '0.0001', 1],
      [0, '0.0001', 1],
    ]);
    expect(problems).toEqual(['okx funding-rate-history BTC-USDT-SWAP: BAD_NUMBER: rate is ""']);
  });
});

describe('funding of Bybit', () => {
  const ticker = (symbol: string, change: object = {}) => ({
    symbol,
    fundingRate: '-0.00006352',
    nextFundingTime: String(LAST + 8 * HOUR),
    fundingIntervalHour: '8',
    ...change,
  });
  const contracts = named('bybit', 'BTCUSDT', 'WIFUSDT');

  test('is that of the tickers, at the time of the answer', async () => {
    const { readings, asked } = await now(
      bybit,
      { '/v5/market/tickers': bybitBody(ticker('BTCUSDT')) },
      contracts[0]!,
    );
    expect(asked).toEqual(['/v5/market/tickers?category=linear&symbol=BTCUSDT']);
    expect(readings).toEqual([
      {
        of: 'BTCUSDT',
        timestampMs: NOW - 100,
        kind: 'ESTIMATE',
        rate: '-0.00006352',
        intervalMs: 8 * HOUR,
        nextFundingMs: LAST + 8 * HOUR,
      },
    ]);
  });

  test.each([undefined, '4', 0])(
    'is measured where the stated interval is %p',
    async (fundingIntervalHour) => {
      const answers = {
        '/v5/market/tickers': bybitBody(ticker('WIFUSDT', { fundingIntervalHour }), ticker('BTCUSDT')),
        '/v5/market/funding/history?category=linear&symbol=WIFUSDT&limit=1': bybitBody({
          symbol: 'WIFUSDT',
          fundingRateTimestamp: String(LAST),
        }),
      };
      const { readings, asked } = await now(bybit, answers, ...contracts);
      expect(asked).toHaveLength(2);
      expect(readings).toMatchObject([{ intervalMs: 8 * HOUR }, { intervalMs: 8 * HOUR }]);
    },
  );

  test('S153: that was charged is asked for at its true address, with both times', async () => {
    const rows = Array.from({ length: 300 }, (_, back) => ({
      symbol: 'WIFUSDT',
      fundingRate: '0.0001',
      fundingRateTimestamp: String(LAST - back * HOUR),
    }));
    const { readings, asked, problems } = await past(
      bybit,
      {
        '/v5/market/funding/history': (query: URLSearchParams) => {
          expect(query.has('startTime')).toBe(true);
          const endMs = Number(query.get('endTime'));
          return bybitBody(...rows.filter((row) => Number(row.fundingRateTimestamp) <= endMs).slice(0, 200));
        },
      },
      contracts[1]!,
      224,
    );
    expect([asked.length, problems, readings.length]).toEqual([2, [], 223]);
  });
});

test.each([
  [
    okx,
    (at: number, isOdd: boolean) => ({
      instId: 'X',
      realizedRate: '0.0001',
      fundingTime: isOdd ? '' : String(at),
    }),
    okxBody,
  ],
  [
    bybit,
    (at: number, isOdd: boolean) => ({
      symbol: 'X',
      fundingRate: '0.0001',
      fundingRateTimestamp: isOdd ? '' : String(at),
    }),
    bybitBody,
  ],
])(
  'a settlement after one that cannot be placed has no known interval, the newest first: %#',
  async (venue, row, body) => {
    const rows = [0, 8, 16, 24, 32].map((ago) => row(LAST - ago * HOUR, ago === 8));
    const { readings, problems } = await past(venue, { '/': body(...rows) }, perpetual(venue.id, 'X'));
    expect(readings.map(short)).toEqual([[-16, '0.0001', 8]]);
    expect(problems).toHaveLength(2);
    expect(problems[1]).toContain(`the interval that ended at ${LAST} is not known`);
  },
);
