import { divideDecimals, multiplyDecimals, parseDecimal, type DecimalString } from './decimal.js';

const HOUR_MS = 3_600_000;
/** 365 days. */
const YEAR_MS = 8_760 * HOUR_MS;
/** Digits after the point that are added where an interval does not divide the time, such as 7 hours a year. */
const PLACES = 18;
const HUNDRED = parseDecimal('100');

/**
 * What a funding rate comes to in a year of 365 days, in percent and without compounding: rate x (8,760 h / interval) x 100.
 * 0.0001 each 8 hours is 10.95. Exact for every interval that venues use (1, 2, 4, 6 and 8 hours); of others to 18 places.
 * Throws InvalidDecimalError for an interval of zero.
 */
export function fundingAprPercent(rate: DecimalString, intervalMs: number): DecimalString {
  return multiplyDecimals(over(rate, YEAR_MS, intervalMs), HUNDRED);
}

/** The same rate for eight hours, so that rates of different intervals can be compared. Exact as `fundingAprPercent` is. */
export function fundingRate8h(rate: DecimalString, intervalMs: number): DecimalString {
  return over(rate, 8 * HOUR_MS, intervalMs);
}

/** The rate of one interval for another stretch of time. */
function over(rate: DecimalString, stretchMs: number, intervalMs: number): DecimalString {
  if (stretchMs % intervalMs === 0) return multiplyDecimals(rate, whole(stretchMs / intervalMs));
  const places = (rate.split('.')[1]?.length ?? 0) + PLACES;
  return divideDecimals(multiplyDecimals(rate, whole(stretchMs)), whole(intervalMs), places);
}

function whole(value: number): DecimalString {
  return parseDecimal(String(value));
}
