import { type Liquidation } from '@orderfox/client';

/** Most rows the table holds. */
export const MAX_LIQUIDATIONS = 50;

/**
 * Puts what came, oldest first, among the rows by its time, the newest on top; of equal times what came later. Each id
 * once, and never more than `limit`. What came need not be new: venues report late, and history is fetched from outside.
 */
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
  if (fresh.length === 0) return rows;
  return [...fresh, ...rows].sort((left, right) => right.timestamp - left.timestamp).slice(0, limit);
}
