import { describe, expect, test } from '@jest/globals';
import { parseDecimal } from '@orderfox/domain';
import { instrument } from '../symbols/symbols-for-tests.js';
import { openInterestSeries } from './open-interest-point.js';
import { type ValuedReading } from './valued-history.js';

const NOW_MS = 1_700_000_000_000;
const BTC = instrument({ venue: 'bybit', venueSymbol: 'BTCUSDT' });

const reading = (given: Partial<ValuedReading> = {}): ValuedReading => ({
  instrument: BTC,
  timestampMs: NOW_MS,
  openInterest: parseDecimal('1000.5'),
  isHalved: false,
  ...given,
});
const mid = parseDecimal('65000.05');
const series = openInterestSeries(() => mid);

describe('a point of open interest', () => {
  test('S154: takes the dollars that the venue says, and says so', () => {
    const point = series.pointOf(reading({ openInterestUsd: parseDecimal('65000000') }), NOW_MS, false);
    expect(point).toMatchObject({ openInterestUsd: '65000000', priceUsed: 'VENUE' });
  });

  test('S154: is coins times the middle of the book where the venue says none, to the last digit', () => {
    expect(series.pointOf(reading(), NOW_MS, false)).toMatchObject({
      openInterestUsd: '65032550.025',
      priceUsed: 'MID',
    });
  });

  test('is coins times the close of the candle that ended then, of the past', () => {
    const past = reading({ closePrice: parseDecimal('64000.1') });
    expect(series.pointOf(past, NOW_MS, true)).toMatchObject({
      openInterestUsd: '64032100.05',
      priceUsed: 'CLOSE',
    });
  });

  test('has no dollars where no price is known, for the past, and where the quote is no dollar', () => {
    const unknown = openInterestSeries(() => undefined).pointOf(reading(), NOW_MS, false);
    const past = series.pointOf(reading(), NOW_MS, true);
    const quote = { ...BTC, quoteAsset: 'EUR' };
    const other = series.pointOf(reading({ instrument: quote }), NOW_MS, false);
    for (const point of [unknown, past, other]) {
      expect(point).toHaveProperty('openInterest', '1000.5');
      expect(point).not.toHaveProperty('openInterestUsd');
      expect(point).not.toHaveProperty('priceUsed');
    }
  });

  test('is refused below zero, and taken at zero and after any jump', () => {
    const of = (text: string) => series.pointOf(reading({ openInterest: parseDecimal(text) }), NOW_MS, false);
    expect(of('-0.001')).toEqual({ problem: 'its open interest is -0.001, below zero' });
    expect(series.pointOf(reading({ openInterestUsd: parseDecimal('-1') }), NOW_MS, false)).toHaveProperty(
      'problem',
    );
    expect(of('0')).toMatchObject({ openInterest: '0', openInterestUsd: '0' });
    expect(of('1000500')).toMatchObject({ openInterest: '1000500' });
  });

  test.each([NaN, 1.5, NOW_MS + 5 * 60_000 + 1, Date.parse('2016-12-31T00:00:00Z')])(
    'is refused with the time %d, which would be the newest for ever or never',
    (timestampMs) => {
      expect(series.pointOf(reading({ timestampMs }), NOW_MS, false)).toHaveProperty('problem');
    },
  );

  test('is taken a little ahead of our clock, and however late', () => {
    for (const timestampMs of [NOW_MS + 60_000, NOW_MS - 86_400_000]) {
      expect(series.pointOf(reading({ timestampMs }), NOW_MS, false)).toHaveProperty(
        'timestampMs',
        timestampMs,
      );
    }
  });
});
