import { joinDecimal, roundDecimal, splitDecimal } from './decimal-text.js';
import { placesOfStep } from './quantity.js';

/**
 * A price with thousands separators and the digits of its tick size: `65000` at `0.1` is `65,000.0`. A price that is
 * finer than the tick, such as an average fill, is rounded to it. Without a tick every digit given is shown.
 */
export function formatPrice(value: string, tickSize?: string): string {
  return tickSize === undefined
    ? joinDecimal(splitDecimal(value), true)
    : joinDecimal(roundDecimal(value, placesOfStep(tickSize)), true);
}
