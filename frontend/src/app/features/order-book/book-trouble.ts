import { isMarketAbsent, suggestionsOf } from '../../core/market-absence.js';

/** Why the server gives no book. */
export interface BookTrouble {
  readonly message: string;
  /** Epoch milliseconds of the viewer's clock. */
  readonly sinceMs: number;
  /** True where there is none to give: no venue has it now, or the chosen one does not. */
  readonly isAbsent: boolean;
  /** Symbols the server offers instead of one it does not know. */
  readonly suggestions: readonly string[];
}

/** What went wrong, in the words of the server. */
export function bookTrouble(error: unknown, sinceMs: number): BookTrouble {
  return {
    message: error instanceof Error ? error.message : 'Something went wrong',
    sinceMs,
    isAbsent: isMarketAbsent(error),
    suggestions: suggestionsOf(error),
  };
}
