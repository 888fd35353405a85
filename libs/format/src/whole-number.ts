import { joinDecimal, roundDecimal } from './decimal-text.js';

/** A decimal text as a whole number with thousands separators: `1234567.5` is `1,234,568`. */
export function formatWhole(value: string): string {
  return joinDecimal(roundDecimal(value, 0), true);
}
