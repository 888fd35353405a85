import { describe, expect, test } from 'vitest';
import { aLiquidation } from '../../testing/samples.js';
import { tapeFigures } from './tape-figures.js';

const rows = [
  aLiquidation(10, { notionalUsd: '0.1' }),
  aLiquidation(20, { notionalUsd: '0.2', venue: 'okx' }),
  aLiquidation(40, { notionalUsd: '0.1', liquidatedSide: 'SHORT', side: 'BUY', symbol: 'ETHUSDT' }),
];

describe('tapeFigures', () => {
  test('adds both sides exactly and shares add up to 100', () => {
    const { longs, shorts } = tapeFigures(rows);
    expect(longs).toEqual({ count: 2, sumUsd: '0.3', venues: new Set(['binance', 'okx']), percent: 75 });
    expect(shorts).toEqual({ count: 1, sumUsd: '0.1', venues: new Set(['binance']), percent: 25 });
  });

  test('groups by venue and symbol, the largest first', () => {
    const { byVenue, bySymbol } = tapeFigures(rows);
    expect(byVenue).toMatchObject([
      { key: 'binance', count: 2, sumUsd: '0.2', longPercent: 50 },
      { key: 'okx', count: 1, sumUsd: '0.2', longPercent: 100 },
    ]);
    expect(bySymbol.map(({ key }) => key)).toEqual(['BTCUSDT', 'ETHUSDT']);
  });

  test('names the largest and the time between the oldest and the newest', () => {
    expect(tapeFigures(rows)).toMatchObject({ largest: { id: 'event-20' }, spanMs: 30_000 });
  });

  test('is all zero and no largest without rows', () => {
    expect(tapeFigures([])).toEqual({
      longs: { count: 0, sumUsd: '0', venues: new Set(), percent: 0 },
      shorts: { count: 0, sumUsd: '0', venues: new Set(), percent: 0 },
      largest: undefined,
      byVenue: [],
      bySymbol: [],
      spanMs: 0,
    });
  });
});
