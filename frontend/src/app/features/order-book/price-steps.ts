/** How many tick sizes the prices of a level may be apart. */
export const STEP_FACTORS = [1, 10, 100, 1_000] as const;
export type StepFactor = (typeof STEP_FACTORS)[number];

/** A tick size times a factor, exact, without trailing zeros: `0.05` times 100 is `5`. */
export function priceStep(tickSize: string, factor: StepFactor): string {
  const [whole = '0', fraction = ''] = tickSize.split('.');
  const text = String(BigInt(whole + fraction) * BigInt(factor)).padStart(fraction.length + 1, '0');
  const at = text.length - fraction.length;
  const rest = text.slice(at).replace(/0+$/, '');
  return rest === '' ? text.slice(0, at) : `${text.slice(0, at)}.${rest}`;
}
