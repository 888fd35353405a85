import { type SymbolCatalog } from './symbol-catalog.js';

/** What standing markets need. */
export interface StandingMarketsParts<M> {
  /** Canonical symbols, the most important first. */
  readonly symbols: readonly string[];
  readonly catalog: Pick<SymbolCatalog, 'onChange'>;
  /** The markets of a symbol that are listed now. */
  readonly marketsOf: (symbol: string) => readonly M[];
  /** Names a market. */
  readonly keyOf: (market: M) => string;
  /** Begins to follow one; the returned function ends that. May throw. */
  readonly keep: (market: M) => () => void;
  readonly onError: (error: unknown) => void;
}

/** Follows something of a few symbols at all venues that list them, whether anybody looks or not. */
export class StandingMarkets<M> {
  /** How each is let go of, by market. */
  readonly #kept = new Map<string, () => void>();
  #stop: (() => void) | undefined;

  constructor(private readonly parts: StandingMarketsParts<M>) {}

  /** Begins with what is listed now, and goes on with what is listed later. A second call does nothing. */
  start(): void {
    if (this.#stop !== undefined) return;
    this.#stop = this.parts.catalog.onChange(() => this.#look());
    this.#look();
  }

  stop(): void {
    this.#stop?.();
    for (const leave of this.#kept.values()) leave();
    this.#kept.clear();
  }

  #look(): void {
    const { symbols, marketsOf, keyOf, keep, onError } = this.parts;
    const wanted = new Map(symbols.flatMap(marketsOf).map((market) => [keyOf(market), market]));
    for (const [key, leave] of this.#kept) {
      if (wanted.has(key)) continue;
      this.#kept.delete(key);
      leave();
    }
    for (const [key, market] of wanted) {
      if (this.#kept.has(key)) continue;
      try {
        this.#kept.set(key, keep(market));
      } catch (error) {
        onError(error);
      }
    }
  }
}
