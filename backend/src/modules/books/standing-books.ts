import { type SymbolCatalog } from '../symbols/symbol-catalog.js';
import { bookKey } from './book-market.js';
import { type BookQueryReader } from './book-query-reader.js';
import { type BookStreams } from './book-streams.js';

/** What standing books need. */
export interface StandingBooksParts {
  /** Canonical symbols, the most important first. */
  readonly symbols: readonly string[];
  readonly catalog: Pick<SymbolCatalog, 'onChange'>;
  readonly questions: Pick<BookQueryReader, 'marketsOf'>;
  readonly streams: Pick<BookStreams, 'keep'>;
  readonly onError: (error: unknown) => void;
}

/** Follows the books of a few symbols at all venues that list them, whether anybody looks or not. */
export class StandingBooks {
  /** How each is let go of, by market. */
  readonly #kept = new Map<string, () => void>();
  #stop: (() => void) | undefined;

  constructor(private readonly parts: StandingBooksParts) {}

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
    const wanted = new Map(
      this.parts.symbols
        .flatMap((symbol) => this.parts.questions.marketsOf(symbol))
        .map((market) => [bookKey(market), market]),
    );
    for (const [key, leave] of this.#kept) {
      if (wanted.has(key)) continue;
      this.#kept.delete(key);
      leave();
    }
    for (const [key, market] of wanted) {
      if (this.#kept.has(key)) continue;
      try {
        this.#kept.set(key, this.parts.streams.keep(market));
      } catch (error) {
        this.parts.onError(error);
      }
    }
  }
}
