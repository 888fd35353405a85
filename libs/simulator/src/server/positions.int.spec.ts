import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { SIMULATED_VENUE_IDS } from '../simulated-venues.js';
import { startSimulation, type Simulation } from '../simulation.js';
import { serveVenues, START_MS } from '../testing/served.js';

const HOUR = 3_600_000;

let served: Awaited<ReturnType<typeof serveVenues>>;

beforeEach(async () => {
  served = await serveVenues();
});
afterEach(() => served.venues.stop());

async function get(venue: 'binance' | 'okx' | 'bybit', path: string) {
  const answer = await fetch(`${served.urls[venue].rest}${path}`);
  return { status: answer.status, headers: answer.headers, body: (await answer.json()) as never };
}

describe('open interest and funding of Binance', () => {
  test('cost weight for all symbols or for one, but for what has pools of its own', async () => {
    const used = async (path: string) => (await get('binance', path)).headers.get('x-mbx-used-weight-1m');
    expect(await used('/fapi/v1/openInterest?symbol=BTCUSDT')).toBe('1');
    expect(await used('/fapi/v1/premiumIndex')).toBe('11');
    expect(await used('/fapi/v1/premiumIndex?symbol=BTCUSDT')).toBe('12');
    expect(await used('/fapi/v1/fundingInfo')).toBe('12');
    expect(await used('/futures/data/openInterestHist?symbol=BTCUSDT&period=5m')).toBe('12');
  });

  test('refuse beyond 500 requests for funding in five minutes, and nothing else then', async () => {
    for (let call = 0; call < 500; call++) await get('binance', '/fapi/v1/fundingInfo');
    expect((await get('binance', '/fapi/v1/fundingRate?symbol=BTCUSDT')).status).toBe(429);
    expect((await get('binance', '/fapi/v1/premiumIndex?symbol=BTCUSDT')).status).toBe(200);
    served.time.advance(5 * 60_000);
    expect((await get('binance', '/fapi/v1/fundingRate?symbol=BTCUSDT')).status).toBe(200);
  });

  test('have in fundingInfo only what is not settled every eight hours', async () => {
    const { body } = await get('binance', '/fapi/v1/fundingInfo');
    const hours = (body as { symbol: string; fundingIntervalHours: number }[]).map(
      ({ symbol, fundingIntervalHours }) => [symbol, fundingIntervalHours],
    );
    expect(hours).toEqual([
      ['ENAUSDT', 4],
      ['WIFUSDT', 4],
      ['FARTCOINUSDT', 1],
      ['TRUMPUSDT', 4],
    ]);
  });

  test('say no rate of a dated contract, and refuse what they do not know', async () => {
    expect((await get('binance', '/fapi/v1/premiumIndex?symbol=BTCUSDT_261225')).body).toMatchObject({
      lastFundingRate: '',
      nextFundingTime: 0,
    });
    for (const [path, code] of [
      ['/fapi/v1/openInterest?symbol=X', -1121],
      ['/fapi/v1/openInterest', -1102],
      ['/fapi/v1/premiumIndex?symbol=BTCUSD_PERP', -1121],
      ['/futures/data/openInterestHist?symbol=BTCUSDT&period=1m', -1130],
      ['/futures/data/openInterestHist?symbol=BTCUSDT&period=5m&limit=501', -1130],
      [
        `/futures/data/openInterestHist?symbol=BTCUSDT&period=5m&startTime=${START_MS - 40 * 24 * HOUR}`,
        -1130,
      ],
      ['/fapi/v1/fundingRate?symbol=BTCUSDT&limit=1001', -1130],
    ] as const) {
      expect(await get('binance', path)).toMatchObject({ status: 400, body: { code } });
    }
  });

  test('were charged some milliseconds after the hour', async () => {
    const { body } = await get('binance', `/fapi/v1/fundingRate?symbol=FARTCOINUSDT&limit=200`);
    const late = (body as { fundingTime: number }[]).map(({ fundingTime }) => fundingTime % HOUR);
    expect(late.length).toBe(200);
    expect(Math.max(...late)).toBeLessThan(16);
    expect(new Set(late).size).toBeGreaterThan(8);
  });
});

describe('open interest and funding of OKX', () => {
  test('are of swaps alone, of one or of any', async () => {
    const of = async (instId: string) =>
      ((await get('okx', `/api/v5/public/funding-rate?instId=${instId}`)).body as { data: unknown[] }).data;
    expect((await of('ANY')).length).toBeGreaterThan(50);
    expect(await of('BTC-USDT-SWAP')).toMatchObject([
      {
        prevFundingTime: String(START_MS - 4 * HOUR),
        fundingTime: String(START_MS + 4 * HOUR),
        nextFundingTime: String(START_MS + 12 * HOUR),
        nextFundingRate: '',
      },
    ]);
    expect(await of('BTC-USDT-261225')).toEqual([]);
  });

  test('count inverse contracts in contracts, coins and dollars', async () => {
    const { body } = await get('okx', '/api/v5/public/open-interest?instType=SWAP&instId=BTC-USD-SWAP');
    const [{ oi, oiCcy, oiUsd }] = (body as { data: [Record<string, string>] }).data;
    expect(Number(oiUsd)).toBe(Number(oi) * 100);
    expect(Number(oiUsd) / Number(oiCcy)).toBeCloseTo(
      served.venues.of('okx').markPrice('BTC-USD-SWAP') ?? 0,
      0,
    );
  });

  test('have no index of a coin that there is not, nor of one in itself', async () => {
    for (const index of ['XYZ-USDT', 'BTC-EUR', 'USDT-USDT', 'BTC', 'BTC-USDT-SWAP']) {
      expect((await get('okx', `/api/v5/market/index-tickers?instId=${index}`)).body).toMatchObject({
        code: '51001',
      });
    }
  });
});

describe('open interest and funding of Bybit', () => {
  test('want both times or none, a limit of 200 at most, and no dated contract', async () => {
    const funding = '/v5/market/funding/history?category=linear';
    for (const path of [
      `${funding}&symbol=BTCUSDT&startTime=1`,
      `${funding}&symbol=BTCUSDT&limit=201`,
      `${funding}&symbol=BTCUSDT-25DEC26`,
      '/v5/market/open-interest?category=linear&symbol=BTCUSDT',
      '/v5/market/open-interest?category=linear&symbol=BTCUSDT&intervalTime=5min&cursor=x',
    ]) {
      expect((await get('bybit', path)).body).toMatchObject({ retCode: 10001 });
    }
    expect((await get('bybit', `${funding}&symbol=BTCUSDT`)).body).toMatchObject({ retCode: 0 });
  });

  test('count both sides in every answer, which is twice the one', async () => {
    const tickers = (await get('bybit', '/v5/market/tickers?category=linear&symbol=SHIB1000USDT')).body;
    const past = (
      await get(
        'bybit',
        '/v5/market/open-interest?category=linear&symbol=SHIB1000USDT&intervalTime=5min&limit=1',
      )
    ).body;
    for (const body of [tickers, past] as { result: { list: Record<string, string>[] } }[]) {
      const [row] = body.result.list;
      expect(Number(row?.openInterest) / Number(row?.singleOpenInterest)).toBe(2);
    }
  });
});

describe('from another process', () => {
  let simulation: Simulation;
  const command = async (body: object) => {
    const address = `${simulation.urls.bybit.rest}/_control`;
    const headers = { 'content-type': 'application/json' };
    return (await fetch(address, { method: 'POST', headers, body: JSON.stringify(body) })).status;
  };

  beforeEach(async () => {
    simulation = await startSimulation({ market: false });
  });
  afterEach(() => simulation.stop());

  test('intervals change, fields go and single subjects are refused', async () => {
    expect(await command({ do: 'setFundingInterval', venueSymbol: 'BTCUSDT', hours: 1 })).toBe(200);
    expect(await command({ do: 'setFundingInterval', venueSymbol: 'BTCUSDT', hours: 0.1 })).toBe(400);
    expect(await command({ do: 'set', faults: { leavesOut: ['SINGLE_OPEN_INTEREST'] } })).toBe(200);
    expect(await command({ do: 'set', faults: { leavesOut: ['PRICES'] } })).toBe(400);
    expect(await command({ do: 'set', faults: { rest: { status: 503, only: 'FUNDING' } } })).toBe(200);
    const root = simulation.urls.bybit.rest;
    const ticker = (await (
      await fetch(`${root}/v5/market/tickers?category=linear&symbol=BTCUSDT`)
    ).json()) as {
      result: { list: Record<string, string>[] };
    };
    expect(ticker.result.list[0]).toMatchObject({ fundingIntervalHour: '1' });
    expect(ticker.result.list[0]).not.toHaveProperty('singleOpenInterest');
    const path = '/v5/market/funding/history?category=linear&symbol=BTCUSDT';
    expect((await fetch(`${root}${path}`)).status).toBe(503);
  });
});

test('rates are of either sign, small, and move', () => {
  for (const venue of SIMULATED_VENUE_IDS) {
    const name = venue === 'okx' ? 'SOL-USDT-SWAP' : 'SOLUSDT';
    const rates = served.venues
      .settledFunding(venue, name, START_MS - 60 * 24 * HOUR, START_MS)
      .map(({ rate }) => Number(rate));
    expect(rates.length).toBe(180);
    expect(new Set(rates).size).toBeGreaterThan(160);
    expect([Math.min(...rates) < 0, Math.max(...rates) > 0]).toEqual([true, true]);
    expect(Math.max(...rates.map(Math.abs))).toBeLessThan(0.01);
  }
});

test('an estimate becomes what is charged', () => {
  const { venues } = served;
  const before = venues.fundingOf('binance', 'BTCUSDT', START_MS + 4 * HOUR - 1_000);
  served.time.advance(4 * HOUR);
  const [charged] = venues.settledFunding('binance', 'BTCUSDT', START_MS + HOUR, served.time.nowMs());
  expect(charged?.settlementMs).toBe(before?.settlementMs);
  expect(Number(charged?.rate)).toBeCloseTo(Number(before?.rate), 6);
});
