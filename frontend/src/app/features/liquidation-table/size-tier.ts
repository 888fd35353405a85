/** How much a liquidation weighs: under 10,000 USD, and from 10,000, 100,000 and 1,000,000 on. */
export type SizeTier = 0 | 1 | 2 | 3;

/** The tier of a notional in USD. A double is exact enough to tell such sizes apart. */
export function sizeTier(notionalUsd: string): SizeTier {
  const usd = Number(notionalUsd);
  if (usd >= 1_000_000) return 3;
  if (usd >= 100_000) return 2;
  return usd >= 10_000 ? 1 : 0;
}

const SMALLEST = 2; // 100 USD
const LARGEST = 7; // 10,000,000 USD

/** Length of the bar in percent: 0 up to 100 USD, 20 more with each further digit, full at ten million. */
export function barPercent(notionalUsd: string): number {
  const digits = Math.log10(Math.max(1, Number(notionalUsd)));
  const share = (digits - SMALLEST) / (LARGEST - SMALLEST);
  return Math.round(Math.min(1, Math.max(0, share)) * 100);
}
