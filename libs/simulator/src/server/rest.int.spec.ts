import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { RawClient } from '../testing/raw-client.js';
import { serveVenues, START_MS } from '../testing/served.js';

let served: Awaited<ReturnType<typeof serveVenues>>;

beforeEach(async () => {
  served = await serveVenues({ limits: { bybit: { instrumentsPage: 25 } } });
});
afterEach(() => served.venues.stop());

async function get(venue: 'binance' | 'okx' | 'bybit', path: string) {
  const answer = await fetch(`${served.urls[venue].rest}${path}`);
  const body = (await answer.json()) as Record<string, unknown>;
  return { status: answer.status, headers: answer.headers, body };
}

describe('Binance', () => {
  test('serves its catalogue without COIN-M, with steps in the filters and wider precisions beside them', async () => {
    const { body } = await get('binance', '/fapi/v1/exchangeInfo');
    const symbols = body.symbols as {
      symbol: string;
      filters: { filterType: string; tickSize?: string }[];
    }[];
    const named = (symbol: string) => symbols.find((one) => one.symbol === symbol);
    expect(named('BTCUSD_PERP')).toBeUndefined();
    expect(named('1000PEPEUSDT')).toMatchObject({
      baseAsset: '1000PEPE',
      contractType: 'PERPETUAL',
      status: 'TRADING',
    });
    expect(named('BTCUSDT_261225')).toMatchObject({ pair: 'BTCUSDT', contractType: 'CURRENT_QUARTER' });
    expect(named('XAUUSDT')).toMatchObject({ contractType: 'TRADIFI_PERPETUAL' });
    expect(named('AGIXUSDT')).toMatchObject({ status: 'SETTLING' });
    expect(named('币安人生USDT')).toBeDefined();
    expect(named('BTCUSDT')?.filters).toContainEqual(
      expect.objectContaining({ filterType: 'PRICE_FILTER', tickSize: '0.10' }),
    );
  });

  test('counts weight, refuses beyond 2400 a minute and bans who goes on', async () => {
    expect((await get('binance', '/fapi/v1/time')).headers.get('x-mbx-used-weight-1m')).toBe('1');
    for (let call = 0; call < 59; call++) await get('binance', '/fapi/v1/ticker/24hr');
    const over = await get('binance', '/fapi/v1/ticker/24hr');
    expect(over).toMatchObject({ status: 429, body: { code: -1003 } });
    expect(over.headers.get('retry-after')).toBe('60');
    for (let call = 0; call < 10; call++) await get('binance', '/fapi/v1/time');
    const banned = await get('binance', '/fapi/v1/time');
    expect(banned).toMatchObject({
      status: 418,
      body: { msg: expect.stringContaining(String(START_MS + 120_000)) },
    });
    served.time.advance(120_000);
    expect((await get('binance', '/fapi/v1/time')).body).toEqual({ serverTime: START_MS + 120_000 });
  });

  test('tells turnover of all symbols or of one, and knows no others', async () => {
    const all = await get('binance', '/fapi/v1/ticker/24hr');
    expect(all.body).toContainEqual(
      expect.objectContaining({ symbol: 'BTCUSDT', quoteVolume: '11000000000.00' }),
    );
    expect((await get('binance', '/fapi/v1/ticker/24hr?symbol=ETHUSDT')).body).toMatchObject({
      symbol: 'ETHUSDT',
    });
    expect(await get('binance', '/fapi/v1/ticker/24hr?symbol=X')).toMatchObject({
      status: 400,
      body: { code: -1121 },
    });
  });
});

describe('OKX', () => {
  test('serves swaps and futures apart, with contract sizes and empty base and quote', async () => {
    const swaps = (await get('okx', '/api/v5/public/instruments?instType=SWAP')).body;
    expect(swaps).toMatchObject({ code: '0', msg: '' });
    expect(swaps.data).toContainEqual(
      expect.objectContaining({
        instId: 'BTC-USDT-SWAP',
        ctVal: '0.01',
        ctType: 'linear',
        baseCcy: '',
        uly: 'BTC-USDT',
      }),
    );
    expect(swaps.data).toContainEqual(
      expect.objectContaining({ instId: 'BTC-USD-SWAP', ctVal: '100', ctType: 'inverse', settleCcy: 'BTC' }),
    );
    expect(swaps.data).toContainEqual(
      expect.objectContaining({ instId: 'LUNA-USDT-SWAP', state: 'suspend' }),
    );
    const futures = (await get('okx', '/api/v5/public/instruments?instType=FUTURES')).body.data as unknown[];
    expect(futures).toHaveLength(2);
  });

  test('says in the body what is wrong, and 50011 beyond twenty requests in two seconds', async () => {
    expect((await get('okx', '/api/v5/public/instruments')).body).toMatchObject({ code: '50014', data: [] });
    for (let call = 0; call < 19; call++) await get('okx', '/api/v5/public/instruments?instType=SWAP');
    expect(await get('okx', '/api/v5/public/instruments?instType=SWAP')).toMatchObject({
      status: 429,
      body: { code: '50011' },
    });
    expect((await get('okx', '/api/v5/public/time')).body).toMatchObject({
      data: [{ ts: String(START_MS) }],
    });
  });
});

describe('Bybit', () => {
  test('pages its instruments by cursor, all of them once', async () => {
    const symbols: string[] = [];
    let cursor = '';
    do {
      const { body } = await get(
        'bybit',
        `/v5/market/instruments-info?category=linear&limit=1000&cursor=${encodeURIComponent(cursor)}`,
      );
      const result = body.result as { list: { symbol: string }[]; nextPageCursor: string };
      expect(result.list.length).toBeLessThanOrEqual(25);
      symbols.push(...result.list.map(({ symbol }) => symbol));
      cursor = result.nextPageCursor;
    } while (cursor !== '');
    expect(new Set(symbols).size).toBe(symbols.length);
    expect(symbols).toEqual(
      expect.arrayContaining(['BTCUSDT', 'SHIB1000USDT', '10000LADYSUSDT', 'BTCPERP', 'BTCUSDT-25DEC26']),
    );
    expect(symbols).not.toContain('NEXTCOINUSDT');
  });

  test('refuses other categories in the body and too many requests with 403', async () => {
    expect(await get('bybit', '/v5/market/tickers?category=spot')).toMatchObject({
      status: 200,
      body: { retCode: 10001 },
    });
    const other = await serveVenues({ limits: { bybit: { requestsPerFiveSeconds: 1 } } });
    const time = () => fetch(`${other.urls.bybit.rest}/v5/market/time`);
    expect((await time()).status).toBe(200);
    const refused = await time();
    expect([refused.status, await refused.text()]).toEqual([
      403,
      expect.stringContaining('access too frequent'),
    ]);
    await other.venues.stop();
  });
});

describe('faults', () => {
  test('strike all of REST, or the catalogue alone', async () => {
    const faults = served.venues.faults('okx');
    faults.set({ rest: { status: 429, retryAfterSeconds: 3 } });
    const limited = await fetch(`${served.urls.okx.rest}/api/v5/public/time`);
    expect([limited.status, limited.headers.get('retry-after')]).toEqual([429, '3']);
    faults.set({ rest: { status: 503, body: 'HTML', only: 'CATALOGUE' } });
    const page = await fetch(`${served.urls.okx.rest}/api/v5/public/instruments?instType=SWAP`);
    expect([page.status, await page.text()]).toEqual([503, expect.stringContaining('<html>')]);
    expect((await get('okx', '/api/v5/public/time')).status).toBe(200);
  });

  test('let a listing appear, halt and go', async () => {
    const faults = served.venues.faults('binance');
    const status = async () => {
      const { body } = await get('binance', '/fapi/v1/exchangeInfo');
      const symbols = body.symbols as { symbol: string; status: string }[];
      return symbols.find(({ symbol }) => symbol === 'NEWUSDT')?.status;
    };
    expect(faults.list('NEWUSDT', 1.5)).toBe(true);
    expect(await status()).toBe('TRADING');
    faults.setListingState('NEWUSDT', 'HALTED');
    expect(await status()).toBe('SETTLING');
    expect(faults.delist('NEWUSDT')).toBe(true);
    expect(await status()).toBeUndefined();
    expect(faults.delist('NEWUSDT')).toBe(false);
  });
});

test('an address that cannot be read is refused and hurts nobody', async () => {
  expect((await get('binance', '/fapi/%E0%A4%A')).status).toBe(400);
  await expect(RawClient.open(`${served.urls.binance.ws}/market/ws/%E0%A4%A`)).rejects.toThrow('404');
  expect((await get('binance', '/fapi/v1/time')).status).toBe(200);
});

test('there is no other path', async () => {
  expect((await get('binance', '/fapi/v1/allForceOrders')).status).toBe(404);
  expect((await fetch(`${served.urls.bybit.rest}/_control`)).status).toBe(404);
});
