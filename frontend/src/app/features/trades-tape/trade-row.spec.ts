import { describe, expect, test } from 'vitest';
import { aTrade } from '../../testing/trade-script.js';
import { type TapeHole } from './trade-seam.js';
import { tradeRow } from './trade-row.js';
import { tradeTier } from './trade-tier.js';

const usd = (notionalUsd: string) =>
  tradeRow({ trade: aTrade(1, { notionalUsd }), hole: undefined }, 'utc').usd;
const hole = (told: TapeHole) => tradeRow({ trade: aTrade(1), hole: told }, 'utc').hole?.text;

describe('tradeRow', () => {
  test('says in words and by its mark what the taker did', () => {
    const side = (takerSide: 'BUY' | 'SELL') => {
      const row = tradeRow({ trade: aTrade(1, { takerSide }), hole: undefined }, 'utc');
      return [row.side, row.mark, row.sideHint];
    };
    expect(side('BUY')).toEqual(['Buy', 'up', 'The taker bought: an offer was lifted']);
    expect(side('SELL')).toEqual(['Sell', 'down', 'The taker sold: a bid was hit']);
  });

  test('keeps exact values beside what is shown', () => {
    expect(tradeRow({ trade: aTrade(7), hole: undefined }, 'utc')).toMatchObject({
      price: '100.10',
      exactPrice: '100.1',
      quantity: '0.500',
      exactQuantity: '0.5',
      exactUsd: '50.05',
      time: '14:27:00',
      iso: '2026-01-27T14:27:00.700Z',
    });
  });

  test.each([
    ['0', '0'],
    ['0.4', '<1'],
    ['1', '1'],
    ['939.6', '940'],
    ['12649.99', '12.6K'],
    ['999950', '1M'],
    ['1260000000', '1.3B'],
  ])('%s USD are written %s', (exact, shown) => {
    expect(usd(exact)).toBe(shown);
  });

  test('says how many trades are missing, or that some may be', () => {
    expect(hole({ missed: 1, isOurs: false })).toBe('1 trade missing');
    expect(hole({ missed: 1_234, isOurs: false })).toBe('1,234 trades missing');
    expect(hole({ missed: undefined, isOurs: true })).toBe('Some may be missing');
  });
});

describe('tradeTier', () => {
  test.each([
    ['0', 0],
    ['9999.99', 0],
    ['10000', 1],
    ['99999.9', 1],
    ['100000', 2],
    ['999999', 2],
    ['1000000', 3],
  ] as const)('%s USD is in tier %i', (amount, tier) => {
    expect(tradeTier(amount)).toBe(tier);
  });
});
