import { editDistance } from '../../core/edit-distance.js';
import { type MarketSymbol } from './market-symbol.js';

/** Longer search texts are cut: no venue's name for a market is longer. */
const MAX_TEXT = 40;
/** The most letters that may differ for a name to be suggested. */
const MAX_DISTANCE = 2;

/**
 * Finds markets by any name in use: canonical (`BTCUSDT`, `btcusdt`), written out (`BTC/USDT`, `BTC-USDT`) or a
 * venue's own (`BTC-USDT-SWAP`, `1000PEPEUSDT`). Built once per catalogue; it never changes.
 */
export class SymbolIndex {
  readonly #byName = new Map<string, MarketSymbol>();
  readonly #namesOf = new Map<MarketSymbol, readonly string[]>();

  /** `symbols` in the order in which results are to come. */
  constructor(readonly symbols: readonly MarketSymbol[]) {
    // Canonical names first: another market's alias never hides a market.
    for (const symbol of symbols) this.#byName.set(plain(symbol.id), symbol);
    for (const symbol of symbols) {
      const names = new Set([symbol.id, ...symbol.markets.map((market) => market.venueSymbol)].map(plain));
      this.#namesOf.set(symbol, [...names]);
      for (const name of names) if (!this.#byName.has(name)) this.#byName.set(name, symbol);
    }
  }

  /** The market of this name, or undefined. Case and separators do not matter; `BTC/USDT:USDT` is read as well. */
  find(name: string): MarketSymbol | undefined {
    if (name.length > MAX_TEXT) return undefined;
    return this.#byName.get(plain(name)) ?? this.#byName.get(plain(name.split(':', 1)[0] ?? ''));
  }

  /** Markets whose base, name or venue name holds the text; those that begin with it first. */
  search(text: string): readonly MarketSymbol[] {
    const wanted = plain(text.slice(0, MAX_TEXT));
    if (wanted === '') return text.trim() === '' ? this.symbols : [];
    const ranked: MarketSymbol[][] = [[], [], []];
    for (const symbol of this.symbols) {
      const names = this.#namesOf.get(symbol) ?? [];
      if (plain(symbol.baseAsset) === wanted) ranked[0]?.push(symbol);
      else if (names.some((name) => name.startsWith(wanted))) ranked[1]?.push(symbol);
      else if (names.some((name) => name.includes(wanted))) ranked[2]?.push(symbol);
    }
    return ranked.flat();
  }

  /** Canonical names near a text that is no market, the nearest and busiest first. */
  suggest(text: string, limit: number): readonly string[] {
    const wanted = plain(text.slice(0, MAX_TEXT));
    if (wanted === '') return [];
    const near: { readonly id: string; readonly distance: number }[] = [];
    for (const symbol of this.symbols) {
      const names = this.#namesOf.get(symbol) ?? [];
      const distance = Math.min(
        ...names.map((name) => nameDistance(wanted, name)),
        nameDistance(wanted, plain(symbol.baseAsset)),
      );
      if (distance <= MAX_DISTANCE) near.push({ id: symbol.id, distance });
    }
    // The sort is stable, so equal distances stay in order of turnover.
    near.sort((a, b) => a.distance - b.distance);
    return near.slice(0, limit).map(({ id }) => id);
  }
}

/** The beginning of a name counts as one letter off; short texts must be nearer than long ones. */
function nameDistance(wanted: string, name: string): number {
  const limit = wanted.length <= 4 ? 1 : MAX_DISTANCE;
  const distance = editDistance(wanted, name, limit);
  if (distance > limit) return wanted.length >= 2 && name.startsWith(wanted) ? 1 : MAX_DISTANCE + 1;
  return distance;
}

function plain(name: string): string {
  return name.toUpperCase().replace(/[^\p{L}\p{N}]/gu, '');
}
