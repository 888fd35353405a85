/** A stretch of time, both ends included, epoch ms. */
export interface TimeRange {
  readonly fromMs: number;
  readonly toMs: number;
}

/** Hears that a client asks for a market, and for which time where it says so. Must not throw. */
export type InterestListener = (symbol: string, range?: TimeRange) => void;

/**
 * Which markets clients are interested in. Who answers clients says what is asked for, and who prepares something for
 * markets listens; neither knows the other.
 */
export class SymbolInterest {
  readonly #listeners = new Set<InterestListener>();
  readonly #watchers: (() => Iterable<string>)[] = [];

  /** A client asks for a market by its canonical name. */
  asked(symbol: string, range?: TimeRange): void {
    for (const listener of this.#listeners) listener(symbol, range);
  }

  /** Starts listening; the returned function stops it and may be called twice. */
  onAsked(listener: InterestListener): () => void {
    const own: InterestListener = (symbol, range) => listener(symbol, range);
    this.#listeners.add(own);
    return () => void this.#listeners.delete(own);
  }

  /** Adds a place with subscribers, which tells, when asked, the markets that its subscribers name now. */
  watchedThrough(read: () => Iterable<string>): void {
    this.#watchers.push(read);
  }

  /** The markets that subscribers name now. Asked of those who serve them, so that nothing has to be counted. */
  watched(): ReadonlySet<string> {
    return new Set(this.#watchers.flatMap((read) => [...read()]));
  }
}
