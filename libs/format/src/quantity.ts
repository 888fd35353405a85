import { joinDecimal, roundDecimal, splitDecimal } from './decimal-text.js';

/** Digits after the point of a step: `0.001` has 3, `10` has 0. */
export function placesOfStep(step: string): number {
  return splitDecimal(step).fraction.replace(/0+$/, '').length;
}

/**
 * A quantity with as many digits after the point as its market trades in. Where those are not known: three from one
 * coin up, six below. A quantity that is not zero never shows as zero: it gets digits until its first one is seen.
 */
export function formatQuantity(value: string, places?: number): string {
  const { negative, whole, fraction } = splitDecimal(value);
  const wanted = places ?? (whole === '0' ? 6 : 3);
  const shown = roundDecimal(value, wanted);
  const firstDigit = fraction.search(/[1-9]/) + 1;
  if (!/[1-9]/.test(shown.whole + shown.fraction) && firstDigit > 0) {
    return joinDecimal({ negative, whole, fraction: fraction.slice(0, firstDigit) }, true);
  }
  return joinDecimal(shown, true);
}
