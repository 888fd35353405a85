import { computed, DestroyRef, inject, Injectable, signal } from '@angular/core';
import { SymbolsDocument } from '@orderfox/client';
import { injectClock } from '../../core/clock.js';
import { CLIENT } from '../../graphql/client.js';
import { Attempts } from '../../graphql/attempts.js';
import { type MarketSymbol } from './symbol-match.js';

/** As long as the server keeps its own list. */
const RENEW_MS = 300_000;

/** Every market the server knows, highest turnover first; renewed every five minutes. */
@Injectable({ providedIn: 'root' })
export class SymbolStore {
  readonly #client = inject(CLIENT);
  readonly #symbols = signal<readonly MarketSymbol[] | undefined>(undefined);

  readonly symbols = computed(() => this.#symbols() ?? []);
  readonly isLoading = computed(() => this.#symbols() === undefined);
  /** True when no venue was ever reached, and the list is only what was configured. */
  readonly isFallback = computed(() => this.symbols().some(({ source }) => source === 'FALLBACK'));

  constructor() {
    const attempts = new Attempts(injectClock());
    inject(DestroyRef).onDestroy(() => attempts.end());
    void attempts.repeat(RENEW_MS, async () => {
      const { symbols } = await this.#client.query(SymbolsDocument, {});
      this.#symbols.set(symbols);
    });
  }

  /** Quote asset of a symbol, where it is known. */
  quoteOf(id: string): string | undefined {
    return this.symbols().find((symbol) => symbol.id === id)?.quoteAsset;
  }
}
