import { type Liquidation } from '@orderfox/client';

/** Most rows the table holds. */
export const MAX_LIQUIDATIONS = 50;

/** Puts what came, oldest first, on top of the rows, newest first: each id once, and never more than `limit`. */
export function putOnTop(
  rows: readonly Liquidation[],
  incoming: readonly Liquidation[],
  limit: number,
): readonly Liquidation[] {
  const known = new Set(rows.map(({ id }) => id));
  const fresh: Liquidation[] = [];
  for (const liquidation of incoming) {
    if (known.has(liquidation.id)) continue;
    known.add(liquidation.id);
    fresh.unshift(liquidation);
  }
  return fresh.length === 0 ? rows : [...fresh, ...rows].slice(0, limit);
}
