import { type VenueId } from '@orderfox/domain';
import { type Log } from '../../core/log.js';

/** What funding is followed with. */
export interface FollowedFundingParts {
  /** Tells of each new rate of a symbol until the returned function is called. Throws where no more symbols are followed. */
  readonly subscribe: (symbol: string, onChanged: (venue: VenueId) => void) => () => void;
  readonly onChanged: (venue: VenueId) => void;
  readonly log: Log;
}

/**
 * Hears of the funding of symbols. What cannot be followed is said once and tried again with the next list: what is recorded of
 * it all the same is found by those who look now and then.
 */
export class FollowedFunding {
  readonly #followed = new Map<string, () => void>();
  readonly #said = new Set<string>();

  constructor(private readonly parts: FollowedFundingParts) {}

  /** These, and no others. */
  follow(symbols: ReadonlySet<string>): void {
    for (const [symbol, end] of this.#followed) {
      if (symbols.has(symbol)) continue;
      this.#followed.delete(symbol);
      end();
    }
    for (const symbol of symbols) if (!this.#followed.has(symbol)) this.#begin(symbol);
  }

  stop(): void {
    this.follow(new Set());
  }

  #begin(symbol: string): void {
    const { subscribe, onChanged, log } = this.parts;
    try {
      this.#followed.set(symbol, subscribe(symbol, onChanged));
    } catch (err) {
      if (this.#said.has(symbol)) return;
      this.#said.add(symbol);
      log.warn({ err, symbol }, 'funding cannot be followed for its stream; it is looked for now and then');
    }
  }
}
