import { describe, expect, test } from '@jest/globals';
import { listBinanceInstruments, listBinanceVolumes } from './binance.symbols.js';

const ROOT = 'https://fapi.binance.com';
const answer = (body: unknown) => () => Promise.resolve(body);
const symbol = (change: object = {}) => ({
  symbol: 'BTCUSDT',
  contractType: 'PERPETUAL',
  status: 'TRADING',
  baseAsset: 'BTC',
  quoteAsset: 'USDT',
  pricePrecision: 2,
  filters: [{ filterType: 'PRICE_FILTER', tickSize: '0.10' }],
  ...change,
});

describe('the Binance catalogue', () => {
  test('takes the price step from the filter and never from the precision', async () => {
    const [instrument] = await listBinanceInstruments(answer({ symbols: [symbol()] }), ROOT);
    expect(instrument).toMatchObject({ tickSize: '0.1' });
    expect(instrument).not.toHaveProperty('quantityStep');
  });

  test('leaves a row out that it cannot read, says so, and keeps the others', async () => {
    const problems: string[] = [];
    const rows = [
      symbol({ symbol: 'NOFILTER', filters: [] }),
      symbol({ symbol: 'BADFILTER', filters: 'none' }),
      symbol({ symbol: '<b>USDT' }),
      symbol({ baseAsset: '__proto__' }),
      symbol({ quoteAsset: null }),
      null,
      'text',
      symbol(),
    ];
    const instruments = await listBinanceInstruments(answer({ symbols: rows }), ROOT, (problem) =>
      problems.push(problem),
    );
    expect(instruments.map(({ venueSymbol }) => venueSymbol)).toEqual(['BTCUSDT']);
    expect(problems).toHaveLength(7);
    for (const problem of problems) expect(problem.length).toBeLessThan(200);
  });

  test('a catalogue of which no row can be read is a change of format, not an empty venue', async () => {
    await expect(listBinanceInstruments(answer({ symbols: [{}, {}] }), ROOT)).rejects.toMatchObject({
      failure: 'UNREADABLE',
    });
  });

  test('a contract that is listed twice is one', async () => {
    expect(await listBinanceInstruments(answer({ symbols: [symbol(), symbol()] }), ROOT)).toHaveLength(1);
  });

  test('refuses the test network without asking it', async () => {
    const never = () => Promise.reject(new Error('asked'));
    for (const list of [listBinanceInstruments, listBinanceVolumes]) {
      await expect(list(never, 'https://testnet.binancefuture.com')).rejects.toMatchObject({
        failure: 'REFUSED',
      });
    }
  });

  test('a volume of zero is zero, and one that cannot be read is absent', async () => {
    const rows = [
      { symbol: 'AUSDT', quoteVolume: '0.00' },
      { symbol: 'BUSDT', quoteVolume: '-1' },
      { symbol: 'CUSDT', quoteVolume: 12 },
      { quoteVolume: '1' },
      null,
    ];
    expect([...(await listBinanceVolumes(answer(rows), ROOT))]).toEqual([['AUSDT', '0']]);
  });
});
