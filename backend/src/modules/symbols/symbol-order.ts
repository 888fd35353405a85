import { compareDecimals } from '@orderfox/domain';
import { type MarketSymbol } from './market-symbol.js';

/** Busiest first; markets of unknown turnover after those, by name. */
export function compareByVolume(a: MarketSymbol, b: MarketSymbol): number {
  if (a.volume24h !== undefined && b.volume24h !== undefined) {
    return compareDecimals(b.volume24h, a.volume24h) || compareText(a.id, b.id);
  }
  if (a.volume24h !== b.volume24h) return a.volume24h === undefined ? 1 : -1;
  return compareText(a.id, b.id);
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
