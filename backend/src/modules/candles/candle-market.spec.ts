import { describe, expect, test } from '@jest/globals';
import { parseTimeframe, type Timeframe } from '@orderfox/domain';
import { VENUE_ADAPTERS } from '@orderfox/venues';
import { sourceTimeframe } from './candle-market.js';

const own = (...texts: readonly string[]): readonly Timeframe[] => texts.map(parseTimeframe);

describe('sourceTimeframe', () => {
  test.each([
    ['5m', '5m'],
    ['45m', '15m'],
    ['7m', '1m'],
    ['3h', '1h'],
    ['36h', '12h'],
    ['7d', '1d'],
    ['14d', '1d'],
    ['1w', '1w'],
    ['1M', '1M'],
  ])('of %s is the longest whose borders it shares: %s', (wanted, source) => {
    const all = own('1m', '3m', '5m', '15m', '30m', '1h', '2h', '4h', '12h', '1d', '1w', '1M');
    expect(sourceTimeframe(parseTimeframe(wanted), all)).toBe(source);
  });

  test('makes weeks and months of days, and nothing of what does not fit', () => {
    expect(sourceTimeframe(parseTimeframe('1w'), own('1h', '1d', '1M'))).toBe('1d');
    expect(sourceTimeframe(parseTimeframe('1M'), own('1h', '1d', '1w'))).toBe('1d');
    expect(sourceTimeframe(parseTimeframe('7m'), own('5m', '1M'))).toBeUndefined();
  });

  test('gives every venue a source of every timeframe', () => {
    for (const { candles } of VENUE_ADAPTERS) {
      for (const text of ['1m', '7m', '45m', '3h', '10h', '3d', '7d', '1w', '1M']) {
        expect(sourceTimeframe(parseTimeframe(text), candles?.timeframes ?? [])).toBeDefined();
      }
    }
  });
});
