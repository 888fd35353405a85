import { describe, expect, test } from 'vitest';
import { aSymbol } from '../../testing/samples.js';
import { matchSymbols } from './symbol-match.js';

const symbols = [
  aSymbol('BTCUSDT', 'BTC', ['BTCUSDT', 'BTC-USDT-SWAP']),
  aSymbol('WBTCUSDT', 'WBTC'),
  aSymbol('PEPEUSDT', 'PEPE', ['1000PEPEUSDT', 'PEPE-USDT-SWAP']),
  aSymbol('BTCUSDC', 'BTC', ['BTC-USDC-SWAP']),
];

const found = (typed: string) => matchSymbols(symbols, typed, 10).map(({ id }) => id);

describe('matchSymbols', () => {
  test('shows everything in the given order while nothing is typed', () => {
    expect(found('')).toEqual(['BTCUSDT', 'WBTCUSDT', 'PEPEUSDT', 'BTCUSDC']);
  });

  test('finds by base, in any case, the exact base first', () => {
    expect(found('btc')).toEqual(['BTCUSDT', 'BTCUSDC', 'WBTCUSDT']);
  });

  test.each([
    ['BTC-USDT-SWAP', 'BTCUSDT'],
    ['btc/usdc', 'BTCUSDC'],
    ['1000pepe', 'PEPEUSDT'],
  ])('finds %s by the name a venue has for it', (typed, id) => {
    expect(found(typed)[0]).toBe(id);
  });

  test('one letter must begin a name', () => {
    expect(found('p')).toEqual(['PEPEUSDT']);
  });

  test('the endings that venues give to names find nothing', () => {
    expect(found('swap')).toEqual([]);
  });

  test('finds nothing where nothing fits', () => {
    expect(found('xyz')).toEqual([]);
  });
});
