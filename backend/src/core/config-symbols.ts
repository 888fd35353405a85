import { type VenueAdapter } from '@orderfox/venues';
import { type LimitSettings } from './config-limits.js';

/**
 * Books and trades of `SYMBOLS` are followed always, at each venue that has them: where there are not so many places, some
 * would never be recorded. One sentence for each setting that is too small.
 */
export function symbolProblems(
  symbols: readonly string[],
  venues: readonly Pick<VenueAdapter, 'books' | 'trades'>[],
  limits: Pick<LimitSettings, 'MAX_ORDER_BOOKS' | 'MAX_TRADE_MARKETS'>,
): readonly string[] {
  const count = new Set(symbols).size;
  const kinds = [
    ['MAX_ORDER_BOOKS', 'books'],
    ['MAX_TRADE_MARKETS', 'trades'],
  ] as const;
  return kinds.flatMap(([setting, kind]) => {
    const needed = count * venues.filter((venue) => venue[kind] !== undefined).length;
    if (needed <= limits[setting]) return [];
    return [
      `SYMBOLS: the ${kind} of ${count} symbols at each of the venues need ${needed} places, and ${setting} is ${limits[setting]}: name fewer, or raise it`,
    ];
  });
}
