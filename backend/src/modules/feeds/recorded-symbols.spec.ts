import { expect, test } from '@jest/globals';
import { instrument } from '../symbols/symbols-for-tests.js';
import { recordedSymbols, unmatchedNamesWarner, type MarketDirectory } from './recorded-symbols.js';

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

test('a name that matches no market is warned of once, with suggestions, when every venue has answered or failed', () => {
  const warned: string[] = [];
  const listed = { instruments: [instrument({ venue: 'okx', venueSymbol: 'BTC-USDT-SWAP' })] };
  let catalogues: ReturnType<MarketDirectory['catalogues']> = [listed, { instruments: [] }];
  const look = unmatchedNamesWarner(
    ['BTCUSTD', 'ETHUSDT', 'NOWHERE'],
    { catalogues: () => catalogues, find, suggest: (name) => (name === 'BTCUSTD' ? ['BTCUSDT'] : []) },
    { warn: (_, message) => void warned.push(message) },
  );
  look();
  expect(warned).toEqual([]);
  catalogues = [listed, { instruments: [], problem: { message: 'no network', sinceMs: 1, retryAtMs: 2 } }];
  look();
  look();
  expect(warned).toEqual([
    'LIQUIDATION_SYMBOLS: BTCUSTD matches no market that is listed; did you mean BTCUSDT?',
    'LIQUIDATION_SYMBOLS: NOWHERE matches no market that is listed.',
  ]);
});
