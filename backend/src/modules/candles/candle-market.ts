import {
  bucketOriginMs,
  fixedLengthMs,
  type Instrument,
  type Timeframe,
  type VenueId,
} from '@orderfox/domain';
import { type VenueCandles, type VenueRoots } from '@orderfox/venues';

/** A venue that has candles, and where it is. */
export interface CandleVenue {
  readonly id: VenueId;
  readonly name: string;
  readonly roots: VenueRoots;
  readonly candles: VenueCandles;
}

/** The contract of a venue that the candles of a market are taken from. */
export interface CandleMarket {
  readonly venue: CandleVenue;
  readonly instrument: Instrument;
}

/** A contract's candles of one of its venue's own timeframes. */
export interface CandleSeries extends CandleMarket {
  readonly timeframe: Timeframe;
}

const DAY_MS = 86_400_000;

/**
 * No candle is older: the first perpetual swap began to trade in May 2016, and contracts with an expiry are listed for a
 * year or so. Nobody is asked for what was before.
 */
export const FIRST_CANDLE_MS = Date.UTC(2016, 0);

/**
 * The timeframe that a venue is asked for to get this one: the same, or the longest of its own on whose borders all
 * borders of this one lie. Undefined where it has none such.
 */
export function sourceTimeframe(wanted: Timeframe, own: readonly Timeframe[]): Timeframe | undefined {
  if (own.includes(wanted)) return wanted;
  // Months begin at midnight, and nothing longer than a day does so every time.
  const lengthMs = fixedLengthMs(wanted) ?? DAY_MS;
  const originMs = bucketOriginMs(wanted);
  return own
    .filter((candidate) => {
      const candidateMs = fixedLengthMs(candidate);
      return (
        candidateMs !== undefined &&
        lengthMs % candidateMs === 0 &&
        (originMs - bucketOriginMs(candidate)) % candidateMs === 0
      );
    })
    .reduce<Timeframe | undefined>((longest, candidate) => {
      const longer = longest === undefined || (fixedLengthMs(candidate) ?? 0) > (fixedLengthMs(longest) ?? 0);
      return longer ? candidate : longest;
    }, undefined);
}
