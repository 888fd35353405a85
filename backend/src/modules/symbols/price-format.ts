import { type DecimalString } from '@orderfox/domain';
import { type PriceFormat } from './market-symbol.js';

/** Digits after the point of a canonical decimal. */
export function decimalPlaces(value: DecimalString): number {
  const point = value.indexOf('.');
  return point < 0 ? 0 : value.length - point - 1;
}

/**
 * The price format of a market from the price steps of its venues: the widest step on which all their prices lie,
 * which is the finest step wherever the steps divide each other. Undefined when no step is known.
 */
export function priceFormatOf(tickSizes: readonly DecimalString[]): PriceFormat | undefined {
  if (tickSizes.length === 0) return undefined;
  const precision = Math.max(...tickSizes.map(decimalPlaces));
  const units = tickSizes.map((tick) => scaledUnits(tick, precision)).reduce(greatestCommonDivisor);
  return { type: 'price', precision, minMove: Number(`${units}e-${precision}`) };
}

/** Digits after the point that hold every quantity step; undefined when no venue states one. */
export function amountPrecisionOf(steps: readonly DecimalString[]): number | undefined {
  return steps.length === 0 ? undefined : Math.max(...steps.map(decimalPlaces));
}

function scaledUnits(value: DecimalString, places: number): bigint {
  const digits = value.replace('.', '');
  return BigInt(digits) * 10n ** BigInt(places - decimalPlaces(value));
}

function greatestCommonDivisor(a: bigint, b: bigint): bigint {
  let [x, y] = [a, b];
  while (y !== 0n) [x, y] = [y, x % y];
  return x;
}
