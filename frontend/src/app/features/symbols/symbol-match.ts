import { type SymbolsQuery } from '@orderfox/client';

export type MarketSymbol = SymbolsQuery['symbols'][number];

const plain = (text: string): string => text.toUpperCase().replaceAll(/[^A-Z0-9]/g, '');

/**
 * Symbols that fit what was typed, the best first: the name itself, then a base asset that begins with it, then any name
 * of it that does, the venues' own included, then symbols that contain it (venues end names in PERP and SWAP). Of equals the given order stays.
 */
export function matchSymbols(
  symbols: readonly MarketSymbol[],
  typed: string,
  limit: number,
): readonly MarketSymbol[] {
  const wanted = plain(typed);
  if (wanted === '') return symbols.slice(0, limit);
  return symbols
    .map((symbol) => ({ symbol, rank: rankOf(symbol, wanted) }))
    .filter(({ rank }) => rank < NO_MATCH)
    .sort((left, right) => left.rank - right.rank)
    .slice(0, limit)
    .map(({ symbol }) => symbol);
}

const NO_MATCH = 4;

function rankOf(symbol: MarketSymbol, wanted: string): number {
  const names = [symbol.id, ...symbol.markets.map(({ venueSymbol }) => plain(venueSymbol))];
  if (symbol.id === wanted || symbol.baseAsset === wanted) return 0;
  if (symbol.baseAsset.startsWith(wanted)) return 1;
  if (names.some((name) => name.startsWith(wanted))) return 2;
  // One letter is inside nearly every name, so it must begin one.
  if (wanted.length > 1 && symbol.id.includes(wanted)) return 3;
  return NO_MATCH;
}
