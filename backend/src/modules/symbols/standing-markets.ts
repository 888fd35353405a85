import { type Clock, type Timer } from '@orderfox/feed';
import { type SymbolCatalog } from './symbol-catalog.js';

/** What could not be followed is tried again so often. */
export const TRY_AGAIN_MS = 10_000;

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
  readonly clock: Pick<Clock, 'after'>;
  /** Told once for each market, until it could be followed after all. */
  readonly onError: (error: unknown) => void;
}

/**
 * Follows something of a few symbols at all venues that list them, whether anybody looks or not. What cannot be followed is
 * tried again until it can.
 */
export class StandingMarkets<M> {
  /** How each is let go of, by market. */
  readonly #kept = new Map<string, () => void>();
  /** Those that could not be followed when it was last tried. */
  readonly #failing = new Set<string>();
  #again: Timer | undefined;
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
    this.#again?.cancel();
    for (const leave of this.#kept.values()) leave();
    this.#kept.clear();
  }

  #look(): void {
    const { symbols, marketsOf, keyOf } = this.parts;
    const wanted = new Map(symbols.flatMap(marketsOf).map((market) => [keyOf(market), market]));
    for (const [key, leave] of this.#kept) {
      if (wanted.has(key)) continue;
      this.#kept.delete(key);
      leave();
    }
    for (const key of this.#failing) if (!wanted.has(key)) this.#failing.delete(key);
    for (const [key, market] of wanted) if (!this.#kept.has(key)) this.#try(key, market);
    this.#again?.cancel();
    this.#again =
      this.#failing.size === 0 ? undefined : this.parts.clock.after(TRY_AGAIN_MS, () => this.#look());
  }

  #try(key: string, market: M): void {
    const { keep, onError } = this.parts;
    try {
      this.#kept.set(key, keep(market));
      this.#failing.delete(key);
    } catch (error) {
      const isNew = !this.#failing.has(key);
      this.#failing.add(key);
      if (isNew) onError(error);
    }
  }
}
