import { type BucketPoint } from './chart-points.js';

/** Mean of each side over the buckets that hold liquidations, in USD; longs as a positive number. */
export interface SideAverages {
  readonly shortsUsd: number;
  readonly longsUsd: number;
}

/** The averages, or nothing where no bucket holds anything: empty buckets do not count, unknown ones neither. */
export function sideAverages(buckets: readonly BucketPoint[]): SideAverages | undefined {
  const full = buckets.filter(({ count }) => count > 0);
  if (full.length === 0) return undefined;
  const mean = (amount: (bucket: BucketPoint) => string) =>
    full.reduce((sum, bucket) => sum + Number(amount(bucket)), 0) / full.length;
  return { shortsUsd: mean(({ shortsUsd }) => shortsUsd), longsUsd: mean(({ longsUsd }) => longsUsd) };
}

/** Whole percent of shorts and longs, together 100; nothing for a bucket without an amount. */
export function sideShares(
  bucket: BucketPoint,
): { readonly shortsPercent: number; readonly longsPercent: number } | undefined {
  const [shorts, longs] = [Number(bucket.shortsUsd), Number(bucket.longsUsd)];
  if (shorts + longs === 0) return undefined;
  const shortsPercent = Math.round((shorts / (shorts + longs)) * 100);
  return { shortsPercent, longsPercent: 100 - shortsPercent };
}

/** The most digits after the point in any of the prices: the precision of a market that does not tell its own. */
export function digitsOf(prices: readonly string[]): number {
  return prices.reduce((most, price) => Math.max(most, price.split('.')[1]?.length ?? 0), 0);
}
