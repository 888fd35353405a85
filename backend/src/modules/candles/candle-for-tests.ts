import { parseDecimal, parseTimeframe, type Candle, type VenueId } from '@orderfox/domain';
import { VENUE_ADAPTERS } from '@orderfox/venues';
import { instrument } from '../symbols/symbols-for-tests.js';
import { type CandleSeries } from './candle-market.js';

const ONE = parseTimeframe('1m');

/** For specs: a candle of BTCUSDT of one minute, of which only the volume tells it from others. */
export function minuteCandle(startMs: number, volume: string, isClosed = false): Candle {
  const price = parseDecimal('100');
  const ends = { open: price, high: price, low: price, close: price };
  const sizes = { volume: parseDecimal(volume), volumeUsd: price };
  return { venue: 'binance', symbol: 'BTCUSDT', timeframe: ONE, startMs, ...ends, ...sizes, isClosed };
}

/** For specs: closed candles of one minute each, of volume 1, that start in [fromMs, toMs). */
export function minuteCandles(fromMs: number, toMs: number): readonly Candle[] {
  const count = Math.max(0, Math.ceil((toMs - fromMs) / 60_000));
  return Array.from({ length: count }, (_, index) => minuteCandle(fromMs + index * 60_000, '1', true));
}

/** For specs: a venue's own candles of one minute of a market. */
export function minuteSeries(venue: VenueId = 'binance', venueSymbol = 'BTCUSDT'): CandleSeries {
  const adapter = VENUE_ADAPTERS.find(({ id }) => id === venue);
  if (adapter?.candles === undefined) throw new Error(`${venue} has no candles`);
  const { id, name, roots, candles } = adapter;
  return {
    venue: { id, name, roots, candles },
    instrument: instrument({ venue, venueSymbol }),
    timeframe: ONE,
  };
}
