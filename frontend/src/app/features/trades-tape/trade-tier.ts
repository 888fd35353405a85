/** How large a trade is: under 10,000 USD, and from 10,000, 100,000 and 1,000,000 on. */
export type TradeTier = 0 | 1 | 2 | 3;

/** From which amount on a trade has so many marks, in USD, and how that is written. */
export const TRADE_TIERS: readonly {
  readonly tier: Exclude<TradeTier, 0>;
  readonly fromUsd: number;
  readonly text: string;
}[] = [
  { tier: 1, fromUsd: 10_000, text: '10K' },
  { tier: 2, fromUsd: 100_000, text: '100K' },
  { tier: 3, fromUsd: 1_000_000, text: '1M' },
];

/** The tier of an amount in USD. A double is exact enough to tell such sizes apart. */
export function tradeTier(usd: string): TradeTier {
  return TRADE_TIERS.findLast(({ fromUsd }) => Number(usd) >= fromUsd)?.tier ?? 0;
}
