import { ApiError } from '@orderfox/client';

/**
 * True where the server says that there is nothing of a market to give now: its venue cannot be reached, none has it, or the
 * chosen one does not. Not where a list of contracts is not loaded, for then nobody knows whether there is such a market;
 * nor for a fault that nobody foresaw, which says nothing of the venue.
 */
export function isMarketAbsent(error: unknown): boolean {
  if (!(error instanceof ApiError)) return false;
  const { code, details } = error;
  if (details.argument === 'venue') return true;
  return code === 'UNAVAILABLE' && details.reference === undefined && !('venues' in details);
}

/** Symbols the server offers instead of one it does not know. */
export function suggestionsOf(error: unknown): readonly string[] {
  const suggestions = error instanceof ApiError ? error.details.suggestions : undefined;
  return Array.isArray(suggestions) ? suggestions.filter((entry) => typeof entry === 'string') : [];
}
