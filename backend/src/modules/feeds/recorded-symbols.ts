import { type Log } from '../../core/log.js';
import { type CatalogueState } from '../symbols/catalogue-state.js';
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

/** What tells which markets there are. */
export interface MarketDirectory {
  catalogues(): readonly Pick<CatalogueState, 'instruments' | 'problem'>[];
  find(name: string): Pick<MarketSymbol, 'id'> | undefined;
  suggest(name: string): readonly string[];
}

/**
 * Warns, once each, of the configured names that no venue lists: nothing is recorded for them. Call what it gives
 * after every change of a catalogue; it waits until every venue has answered or failed.
 */
export function unmatchedNamesWarner(
  names: readonly string[],
  markets: MarketDirectory,
  log: Pick<Log, 'warn'>,
): () => void {
  const warned = new Set<string>([ALL]);
  return () => {
    if (names.every((name) => warned.has(name))) return;
    const catalogues = markets.catalogues();
    const known = catalogues.filter(({ instruments }) => instruments.length > 0);
    const settled = catalogues.every((each) => known.includes(each) || each.problem !== undefined);
    if (known.length === 0 || !settled) return;
    for (const name of names) {
      if (warned.has(name) || markets.find(name) !== undefined) continue;
      warned.add(name);
      const suggestions = markets.suggest(name);
      const hint = suggestions.length > 0 ? `; did you mean ${suggestions.join(' or ')}?` : '.';
      log.warn({ name, suggestions }, `LIQUIDATION_SYMBOLS: ${name} matches no market that is listed${hint}`);
    }
  };
}
