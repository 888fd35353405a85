import { describe, expect, test } from '@jest/globals';
import { VenueError } from '@orderfox/feed';
import { SCRIPTED_ROOTS, scriptedHttp } from './contract/scripted-http.js';
import { okx } from './okx/okx.adapter.js';

const NOW = 1_790_000_200_400;
const INDICES = okx.indexPrices!;
const PATH = '/api/v5/market/index-tickers?instId=';
const REQUEST = { coin: 'USDC', quote: 'USDT', through: 'SOL', nowMs: NOW };

const answer = (instId: string, idxPx: unknown, ts: unknown = String(NOW - 200)) => ({
  code: '0',
  msg: '',
  data: [{ instId, idxPx, ts, open24h: '1' }],
});
const NO_INDEX = { code: '51001', msg: "Instrument ID doesn't exist.", data: [] };

describe('index prices of OKX', () => {
  test('are read with every digit and the time of the venue', async () => {
    const { http } = scriptedHttp({ [`${PATH}SOL-USDT`]: answer('SOL-USDT', '112.4010') });
    expect(await INDICES.read(http, SCRIPTED_ROOTS, 'SOL-USDT', NOW)).toEqual({
      index: 'SOL-USDT',
      price: '112.401',
      timestampMs: NOW - 200,
    });
  });

  test.each([
    ['an index that there is not', NO_INDEX, 'REFUSED'],
    ['no rows', { code: '0', data: [] }, 'REFUSED'],
    ['another index', answer('BTC-USDT', '1'), 'UNREADABLE'],
    ['a price of nothing', answer('SOL-USDT', '0'), 'UNREADABLE'],
    ['a time of no sense', answer('SOL-USDT', '1', ''), 'UNREADABLE'],
    ['too many requests', { code: '50011', msg: '', data: [] }, 'RATE_LIMITED'],
  ])('reject %s', async (_what, body, failure) => {
    const { http } = scriptedHttp({ [PATH]: body });
    await expect(INDICES.read(http, SCRIPTED_ROOTS, 'SOL-USDT', NOW)).rejects.toMatchObject({ failure });
  });
});

describe('the rate of a dollar coin', () => {
  test('is that of its own index where there is one', async () => {
    const { http, asked } = scriptedHttp({ [PATH]: answer('USDC-USDT', '1.00031') });
    expect(await INDICES.stableCoinRate(http, SCRIPTED_ROOTS, REQUEST)).toEqual({
      rate: '1.00031',
      timestampMs: NOW - 200,
      indices: ['USDC-USDT'],
    });
    expect(asked).toHaveLength(1);
  });

  test('is the quotient of two indices of one coin else, as old as the older', async () => {
    const { http } = scriptedHttp({
      [`${PATH}USDC-USDT`]: NO_INDEX,
      [`${PATH}SOL-USDT`]: answer('SOL-USDT', '112.5'),
      [`${PATH}SOL-USDC`]: answer('SOL-USDC', '112', String(NOW - 900)),
    });
    expect(await INDICES.stableCoinRate(http, SCRIPTED_ROOTS, REQUEST)).toEqual({
      rate: '1.004464285714285714',
      timestampMs: NOW - 900,
      indices: ['SOL-USDT', 'SOL-USDC'],
    });
  });

  test('is not looked for elsewhere while the venue wants to be left alone', async () => {
    const limited = new VenueError('RATE_LIMITED', 'slow down', NOW);
    const { http, asked } = scriptedHttp({ [PATH]: limited });
    await expect(INDICES.stableCoinRate(http, SCRIPTED_ROOTS, REQUEST)).rejects.toBe(limited);
    expect(asked).toHaveLength(1);
  });
});
