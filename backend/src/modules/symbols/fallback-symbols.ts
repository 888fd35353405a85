import { type MarketSymbol } from './market-symbol.js';

/** Quote currencies that a configured name can end in, longest first where one ends in another. */
const QUOTES = ['FDUSD', 'USDT', 'USDC', 'USD', 'BTC', 'ETH', 'EUR'] as const;

/**
 * The list that is shown while no contract of any venue was ever seen: the configured names, marked as such, with
 * no prices, steps or turnover, because none is known. Names of no known quote currency are left out.
 */
export function fallbackSymbols(configured: readonly string[]): readonly MarketSymbol[] {
  const ids = new Set(configured.map((name) => name.toUpperCase().replace(/[^\p{L}\p{N}]/gu, '')));
  return [...ids].flatMap((id) => {
    const quoteAsset = QUOTES.find((quote) => id.endsWith(quote) && id.length > quote.length);
    if (quoteAsset === undefined) return [];
    const baseAsset = id.slice(0, -quoteAsset.length);
    return [
      {
        id,
        baseAsset,
        quoteAsset,
        uiName: `${baseAsset}/${quoteAsset}`,
        markets: [],
        volumeVenues: [],
        source: 'FALLBACK' as const,
      },
    ];
  });
}
