import { joinDecimal, roundDecimal, splitDecimal } from './decimal-text.js';

/** Letter per power of ten, largest last. Beyond a thousand trillion the letter stays `T`. */
const UNITS = [
  { power: 0, letter: '', places: 0 },
  { power: 3, letter: 'K', places: 1 },
  { power: 6, letter: 'M', places: 1 },
  { power: 9, letter: 'B', places: 2 },
  { power: 12, letter: 'T', places: 2 },
] as const;

/**
 * An amount in as few characters as a glance needs: `10K`, `456.8M`, `1.26B`. One digit after the point for
 * thousands and millions, two from a billion on, or `places` for all; trailing zeros are dropped and 999,950 is `1M`,
 * never `1000K`. Below a thousand it is a whole number. For display only: the exact value travels beside it.
 */
export function formatCompact(value: string, places?: number): string {
  return compact(value, places, false);
}

/** The same with always so many digits after the point, for figures that change in their place: `45.00M`. */
export function formatCompactFixed(value: string, places: number): string {
  return compact(value, places, true);
}

function compact(value: string, places: number | undefined, keepsZeros: boolean): string {
  const { whole } = splitDecimal(value);
  let unit = Math.min(Math.floor((whole.length - 1) / 3), UNITS.length - 1);
  let shown = inUnit(value, unit, places, keepsZeros);
  // Rounding can carry into the next unit: 999.95K is 1M.
  if (shown.whole === '1000' && unit < UNITS.length - 1) {
    shown = inUnit(value, (unit += 1), places, keepsZeros);
  }
  return `${joinDecimal(shown, true)}${UNITS[unit]?.letter ?? ''}`;
}

function inUnit(value: string, unit: number, places: number | undefined, keepsZeros: boolean) {
  const { power, places: usual } = UNITS[unit] ?? UNITS[0];
  const wanted = power === 0 ? 0 : (places ?? usual);
  const parts = roundDecimal(moveLeft(value, power), wanted);
  return keepsZeros ? parts : { ...parts, fraction: parts.fraction.replace(/0+$/, '') };
}

/** value / 10^power, exactly. */
function moveLeft(value: string, power: number): string {
  if (power === 0) return value;
  const { negative, whole, fraction } = splitDecimal(value);
  const digits = whole.padStart(power + 1, '0');
  const cut = digits.length - power;
  return `${negative ? '-' : ''}${digits.slice(0, cut)}.${digits.slice(cut)}${fraction}`;
}
