import { describe, expect, test } from 'vitest';
import { aLiquidation } from '../../testing/samples.js';
import { rowView } from './row-view.js';
import { barPercent, sizeTier } from './size-tier.js';

const context = {
  nowMs: Date.UTC(2026, 0, 27, 15),
  zone: 'utc' as const,
  isLive: false,
  venueName: () => 'Binance',
};

describe('rowView', () => {
  test('a long is LONG, marked down, in the colour of asks, a short SHORT, marked up, in that of bids (S114)', () => {
    expect(rowView(aLiquidation(1), context)).toMatchObject({
      mark: 'down',
      side: 'LONG',
      sideClass: 'ask-price',
    });
    const short = aLiquidation(1, { liquidatedSide: 'SHORT', side: 'BUY' });
    expect(rowView(short, context)).toMatchObject({ mark: 'up', side: 'SHORT', sideClass: 'bid-price' });
  });

  test('shows the ready texts and keeps the exact values to copy', () => {
    expect(rowView(aLiquidation(40), context)).toMatchObject({
      quantity: '0.014',
      price: '9,910.00',
      exactPrice: '9910',
      usd: '139',
      exactUsd: '138.74',
      time: '14:27:40',
      day: '',
      iso: '2026-01-27T14:27:40.000Z',
    });
  });

  test.each([
    ['FILL', { averagePrice: '9905.5' }, "Average fill 9905.5 USDT; the order's limit was 9910"],
    ['BANKRUPTCY', {}, 'Bankruptcy price 9910 USDT'],
    ['MARK', { markPrice: '9907' }, 'Mark price 9907 USDT; the bankruptcy price was 9910'],
    ['ORDER', {}, 'Limit of the forced order 9910 USDT'],
  ] as const)('says which price USD was computed with: %s', (priceUsed, prices, hint) => {
    expect(rowView(aLiquidation(1, { priceUsed, ...prices }), context).priceHint).toBe(hint);
  });

  test('names the day of a row that is not from today', () => {
    expect(rowView(aLiquidation(1), { ...context, nowMs: context.nowMs + 86_400_000 }).day).toBe('27 Jan');
  });
});

describe('size', () => {
  test.each([
    ['9999.99', 0],
    ['10000', 1],
    ['99999.99', 1],
    ['100000', 2],
    ['999999.99', 2],
    ['1000000', 3],
  ])('%s USD is of tier %d', (usd, tier) => {
    expect(sizeTier(usd)).toBe(tier);
  });

  test.each([
    ['0', 0],
    ['100', 0],
    ['1000', 20],
    ['1000000', 80],
    ['10000000', 100],
    ['900000000', 100],
  ])('%s USD draws a bar of %d percent', (usd, percent) => {
    expect(barPercent(usd)).toBe(percent);
  });
});
