import { expect, test } from 'vitest';
import { typedTimeframe } from './typed-timeframe.js';

test.each([
  ['7m', '7m'],
  [' 2 H ', '2h'],
  ['60m', '1h'],
  ['48h', '2d'],
  ['366d', '366d'],
  ['1w', '1w'],
  ['1W', '1w'],
  ['1M', '1M'],
])('%j is the timeframe %s', (text, timeframe) => {
  expect(typedTimeframe(text)).toBe(timeframe);
});

test.each(['', '7', 'm', '0m', '-7m', '1.5h', '7s', '2w', '367d', '9999h', '10000m1'])(
  '%j is no timeframe',
  (text) => {
    expect(typedTimeframe(text)).toBeUndefined();
  },
);
