import { type MarketSymbol } from '../symbols/market-symbol.js';

const ALL = '*';

/**
 * Tells whether a canonical symbol is among the configured ones. Names may be written in any way that the catalogue
 * knows (`btcusdt`, `BTC-USDT-SWAP`); `*` is every symbol, and no name at all is none.
 */
export function recordedSymbols(
  names: readonly string[],
  find: (name: string) => Pick<MarketSymbol, 'id'> | undefined,
): (symbol: string) => boolean {
  if (names.includes(ALL)) return () => true;
  const canonical = new Set(names.map((name) => name.toUpperCase()));
  return (symbol) => {
    if (canonical.has(symbol)) return true;
    // Asked anew each time while it is not known: the venue that has this name may not have answered yet.
    if (!names.some((name) => find(name)?.id === symbol)) return false;
    canonical.add(symbol);
    return true;
  };
}
