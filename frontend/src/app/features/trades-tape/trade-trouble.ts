import { ApiError } from '@orderfox/client';

/** Why there are no trades to be had. */
export interface TradeTrouble {
  /** In the words of the server. */
  readonly message: string;
  /** Since when, epoch milliseconds of the viewer's clock. */
  readonly sinceMs: number;
  /** True where there are none to give now: the venue cannot be reached, or the market has none there. */
  readonly isAbsent: boolean;
  /** The venue that is meant, where the server names it. */
  readonly venue: string | undefined;
  /** Symbols the server offers instead of one it does not know. */
  readonly suggestions: readonly string[];
}

/**
 * What went wrong.
 *
 * @param noticedMs when it was noticed here, for where the server does not say since when
 * @param clockLeadMs how far the server's clock is ahead of the viewer's
 */
export function tradeTrouble(error: unknown, noticedMs: number, clockLeadMs: number): TradeTrouble {
  const details = error instanceof ApiError ? error.details : {};
  const { suggestions, since, venue } = details;
  // A fault that nobody foresaw says nothing of the venue.
  const isOut = error instanceof ApiError && error.code === 'UNAVAILABLE' && details.reference === undefined;
  return {
    message: error instanceof Error ? error.message : 'Something went wrong',
    sinceMs: typeof since === 'number' ? since - clockLeadMs : noticedMs,
    isAbsent: isOut || details.argument === 'venue',
    venue: typeof venue === 'string' ? venue : undefined,
    suggestions: Array.isArray(suggestions) ? suggestions.filter((entry) => typeof entry === 'string') : [],
  };
}
