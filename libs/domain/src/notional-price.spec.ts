import { expect, test } from '@jest/globals';
import { parseDecimal } from './decimal.js';
import { notionalPrice } from './notional-price.js';

const prices = { price: parseDecimal('1'), averagePrice: parseDecimal('2'), markPrice: parseDecimal('3') };

test.each([
  ['FILL', '2'],
  ['MARK', '3'],
  ['BANKRUPTCY', '1'],
  ['ORDER', '1'],
] as const)('a notional by %s was computed with that price', (priceUsed, price) => {
  expect(notionalPrice({ ...prices, priceUsed })).toBe(price);
});
