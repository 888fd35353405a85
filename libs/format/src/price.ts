import { joinDecimal, roundDecimal, splitDecimal } from './decimal-text.js';

/**
 * A price with thousands separators and as many digits after the point as its market quotes: `65000` with one is
 * `65,000.0`. What is finer, such as an average fill, is rounded. Without `places` every digit given is shown.
 */
export function formatPrice(value: string, places?: number): string {
  return joinDecimal(places === undefined ? splitDecimal(value) : roundDecimal(value, places), true);
}
