import { expect, test } from '@jest/globals';
import { candleCountFor } from './candle-count.js';

test.each([
  [600, 300],
  [100, 200],
  [5_000, 1_000],
  [800, 400],
  [401, 200],
  [403, 201],
  [0, 200],
])('a chart of %p pixels begins with %p candles (S105)', (width, count) => {
  expect(candleCountFor(width)).toBe(count);
});
