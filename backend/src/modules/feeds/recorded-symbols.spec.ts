import { expect, test } from '@jest/globals';
import { recordedSymbols } from './recorded-symbols.js';

const catalogue = new Map([
  ['BTCUSDT', 'BTCUSDT'],
  ['BTC-USDT-SWAP', 'BTCUSDT'],
  ['ETHUSDT', 'ETHUSDT'],
]);
const find = (name: string) => {
  const id = catalogue.get(name);
  return id === undefined ? undefined : { id };
};

test('a star is everything, also what nobody lists yet', () => {
  expect(recordedSymbols(['*'], find)('NEWUSDT')).toBe(true);
});

test.each(['BTCUSDT', 'btcusdt', 'BTC-USDT-SWAP'])('%s is that symbol and no other', (name) => {
  const records = recordedSymbols([name], find);
  expect(records('BTCUSDT')).toBe(true);
  expect(records('ETHUSDT')).toBe(false);
  expect(records('BTCUSDT')).toBe(true);
});

test('no name is no symbol', () => {
  expect(recordedSymbols([], find)('BTCUSDT')).toBe(false);
});

test('a name that the catalogue learns later counts from then on', () => {
  const late = new Map([['SOLUSDT', 'SOLUSDT']]);
  const records = recordedSymbols(['SOL-USDT-SWAP'], (name) => {
    const id = late.get(name);
    return id === undefined ? undefined : { id };
  });
  expect(records('SOLUSDT')).toBe(false);
  late.set('SOL-USDT-SWAP', 'SOLUSDT');
  expect(records('SOLUSDT')).toBe(true);
});
