/** Splits `-12.050` into an integer and the number of digits behind the point: (-12050, 3). */
function scaled(decimal: string): { units: bigint; digits: number } {
  const [whole = '0', fraction = ''] = decimal.split('.');
  return { units: BigInt(whole + fraction), digits: fraction.length };
}

/** Sum of plain decimal strings, exact to the last digit, without trailing zeros. Of nothing: `0`. */
export function exactSum(decimals: readonly string[]): string {
  const parts = decimals.map(scaled);
  const digits = Math.max(0, ...parts.map((part) => part.digits));
  const units = parts.reduce((sum, part) => sum + part.units * 10n ** BigInt(digits - part.digits), 0n);
  const text = String(units < 0n ? -units : units).padStart(digits + 1, '0');
  const whole = text.slice(0, text.length - digits);
  const fraction = text.slice(text.length - digits).replace(/0+$/, '');
  return `${units < 0n ? '-' : ''}${whole}${fraction === '' ? '' : `.${fraction}`}`;
}

/** `1234567.891` as `1,234,568`: whole, rounded half up by magnitude, with separators. */
export function wholeText(decimal: string): string {
  const negative = decimal.startsWith('-');
  const [whole = '0', fraction = ''] = decimal.replace('-', '').split('.');
  const rounded = BigInt(whole) + (Number(fraction[0] ?? '0') >= 5 ? 1n : 0n);
  const grouped = groupText(String(rounded));
  return negative && rounded !== 0n ? `-${grouped}` : grouped;
}

/** The same number with separators between thousands: `1234.5678` as `1,234.5678`. */
export function groupText(decimal: string): string {
  const [whole = '0', fraction] = decimal.split('.');
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ',');
  return fraction === undefined ? grouped : `${grouped}.${fraction}`;
}
