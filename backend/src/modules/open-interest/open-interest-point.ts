import {
  compareDecimals,
  multiplyDecimals,
  ZERO,
  type DecimalString,
  type Instrument,
} from '@orderfox/domain';
import { DOLLAR_QUOTES } from '@orderfox/venues';
import { problemOfTime } from '../polled/acceptable.js';
import { type Series, type SeriesPoint } from '../polled/reading.js';
import { type ValuedReading } from './valued-history.js';

/** At which price open interest is worth its dollars. */
export type OpenInterestPrice =
  | 'VENUE' // a price of the venue's own: the dollars that it says itself, or its mark price of that moment
  | 'MID' // half way between best bid and best ask of the venue's own book at that moment
  | 'CLOSE'; // what the venue's candle that ended then closed at

/** How much of a contract was open at a moment. */
export interface OpenInterestPoint extends SeriesPoint {
  /** Coins, one-sided. */
  readonly openInterest: DecimalString;
  /** Dollars at the price that `priceUsed` names; both absent where no price is known. */
  readonly openInterestUsd?: DecimalString;
  readonly priceUsed?: OpenInterestPrice;
  /** The venue counts both sides and says only their sum, of which this is half. */
  readonly isHalved: boolean;
}

/** What a coin costs at a contract's venue now; undefined where that is not known. */
export type MidPrice = (instrument: Instrument) => DecimalString | undefined;

const DAY_MS = 24 * 3_600_000;
/** Two buckets of history. */
const HOLE_MS = 10 * 60_000;

/** Open interest as a series. Points of the present that the venue gives no dollars for are valued at `midOf`. */
export function openInterestSeries(midOf: MidPrice): Series<ValuedReading, OpenInterestPoint> {
  return {
    name: 'open interest',
    reachMs: DAY_MS,
    holeMs: HOLE_MS,
    pointOf: (reading, receivedTimeMs, isPast) => {
      const { instrument, timestampMs, openInterest, isHalved } = reading;
      const problem = problemOfTime(reading, receivedTimeMs) ?? problemOfAmount(reading);
      if (problem !== undefined) return { problem };
      const { venue, symbol, venueSymbol } = instrument;
      const worth = worthOf(reading, isPast ? () => undefined : midOf);
      return { venue, symbol, venueSymbol, timestampMs, receivedTimeMs, openInterest, isHalved, ...worth };
    },
  };
}

function problemOfAmount({ openInterest, openInterestUsd }: ValuedReading): string | undefined {
  if (compareDecimals(openInterest, ZERO) < 0) return `its open interest is ${openInterest}, below zero`;
  const isBelow = openInterestUsd !== undefined && compareDecimals(openInterestUsd, ZERO) < 0;
  return isBelow ? `its open interest is ${openInterestUsd} dollars, below zero` : undefined;
}

function worthOf(
  { instrument, openInterest, openInterestUsd, closePrice }: ValuedReading,
  midOf: MidPrice,
): Pick<OpenInterestPoint, 'openInterestUsd' | 'priceUsed'> {
  if (openInterestUsd !== undefined) return { openInterestUsd, priceUsed: 'VENUE' };
  if (closePrice !== undefined)
    return { openInterestUsd: multiplyDecimals(openInterest, closePrice), priceUsed: 'CLOSE' };
  const mid = DOLLAR_QUOTES.has(instrument.quoteAsset) ? midOf(instrument) : undefined;
  if (mid === undefined) return {};
  return { openInterestUsd: multiplyDecimals(openInterest, mid), priceUsed: 'MID' };
}
