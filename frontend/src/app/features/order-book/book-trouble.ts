import { ApiError } from '@orderfox/client';

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
  const details = error instanceof ApiError ? error.details : {};
  const { suggestions } = details;
  return {
    message: error instanceof Error ? error.message : 'Something went wrong',
    sinceMs,
    // Where the lists of venues are not loaded, nobody knows whether there is one.
    isAbsent:
      error instanceof ApiError &&
      !('venues' in details) &&
      (error.code === 'UNAVAILABLE' || details.argument === 'venue'),
    suggestions: Array.isArray(suggestions) ? suggestions.filter((entry) => typeof entry === 'string') : [],
  };
}
