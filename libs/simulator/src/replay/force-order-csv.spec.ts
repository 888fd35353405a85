import { describe, expect, test } from '@jest/globals';
import { forceOrderFrame, restoreSymbol } from './force-order-csv.js';

describe('restoreSymbol', () => {
  test.each([
    ['XRP', 'XRPUSDT'],
    ['1000PEPE', '1000PEPEUSDT'],
    ['4', '4USDT'],
    ['币安人生', '币安人生USDT'],
    ['ETH_250627', 'ETHUSDT_250627'],
    ['BTCUSDC', 'BTCUSDC'],
    ['1000PEPEUSDC', '1000PEPEUSDC'],
    ['RAREUSDT', 'RAREUSDT'],
    ['USDC', 'USDCUSDT'],
    ['NEIROETH', 'NEIROETHUSDT'],
  ])('%s was %s', (name, symbol) => {
    expect(restoreSymbol(name)).toBe(symbol);
  });
});

describe('forceOrderFrame', () => {
  const line = '1000PEPE,SELL,LIMIT,IOC,12,0.0040000,None,FILLED,12,12,1700000000000,0.05';

  test('writes a missing average price as 0 and keeps every other text', () => {
    const frame = forceOrderFrame(line, 'a.csv', {});
    expect(frame.text).toContain('"q":"12","p":"0.0040000","ap":"0"');
    expect(frame).toMatchObject({
      atMs: 1700000000005,
      topics: ['!forceOrder@arr', '1000pepeusdt@forceOrder'],
    });
  });

  test.each(['', 'XRP,SELL', line.replace('SELL', 'HOLD'), line.replace('1700000000000', '1700000000')])(
    'refuses %j',
    (bad) => {
      expect(() => forceOrderFrame(bad, 'a.csv', {})).toThrow('a.csv: not a forceOrder line');
    },
  );
});
