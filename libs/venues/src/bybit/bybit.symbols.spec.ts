import { describe, expect, test } from '@jest/globals';
import { listBybitInstruments } from './bybit.symbols.js';

const ROOT = 'https://api.bybit.com';
const row = (symbol: string) => ({
  symbol,
  contractType: 'LinearPerpetual',
  status: 'Trading',
  baseCoin: symbol,
  quoteCoin: 'USDT',
  priceFilter: { tickSize: '0.1' },
});
const page = (symbols: string[], nextPageCursor?: unknown) => ({
  retCode: 0,
  retMsg: 'OK',
  result: { list: symbols.map(row), nextPageCursor },
});

describe('the Bybit catalogue', () => {
  test('follows the cursors to the end, as the venue wrote them', async () => {
    const asked: string[] = [];
    const pages = [page(['A'], 'first%3DA%26last%3DA'), page(['B'], 'a&b=c'), page(['C'], '')];
    const instruments = await listBybitInstruments((url) => {
      asked.push(url);
      return Promise.resolve(pages[asked.length - 1]);
    }, ROOT);
    expect(instruments.map(({ venueSymbol }) => venueSymbol)).toEqual(['A', 'B', 'C']);
    const path = `${ROOT}/v5/market/instruments-info?category=linear&limit=1000`;
    expect(asked).toEqual([path, `${path}&cursor=first%3DA%26last%3DA`, `${path}&cursor=a%26b%3Dc`]);
  });

  test('gives up on pages without end', async () => {
    let asked = 0;
    const http = () => {
      asked += 1;
      return Promise.resolve(page(['A'], 'again'));
    };
    await expect(listBybitInstruments(http, ROOT)).rejects.toMatchObject({ failure: 'UNREADABLE' });
    expect(asked).toBe(20);
  });

  test('a failure on a later page is a failure of the whole', async () => {
    const pages = [page(['A'], 'next'), { retCode: 10006, retMsg: 'Too many visits!', result: {} }];
    const http = () => Promise.resolve(pages.shift());
    await expect(listBybitInstruments(http, ROOT)).rejects.toMatchObject({
      failure: 'RATE_LIMITED',
      message: expect.stringContaining('Too many visits!'),
    });
  });

  test.each([
    [10000, 'UNAVAILABLE'],
    [10016, 'UNAVAILABLE'],
    [10429, 'RATE_LIMITED'],
    [10001, 'REFUSED'],
    ['0', 'REFUSED'],
  ])('the code %j is the failure %s', async (retCode, failure) => {
    const http = () => Promise.resolve({ retCode, retMsg: 'No', result: { list: [] } });
    await expect(listBybitInstruments(http, ROOT)).rejects.toMatchObject({ failure });
  });

  test('refuses the test network without asking it', async () => {
    const never = () => Promise.reject(new Error('asked'));
    await expect(listBybitInstruments(never, 'https://api-testnet.bybit.com')).rejects.toMatchObject({
      failure: 'REFUSED',
    });
  });
});
