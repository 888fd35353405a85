import { ApiError } from '@orderfox/client';
import { isMarketAbsent, suggestionsOf } from '../../core/market-absence.js';

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
  const { since, venue } = error instanceof ApiError ? error.details : {};
  return {
    message: error instanceof Error ? error.message : 'Something went wrong',
    sinceMs: typeof since === 'number' ? since - clockLeadMs : noticedMs,
    isAbsent: isMarketAbsent(error),
    venue: typeof venue === 'string' ? venue : undefined,
    suggestions: suggestionsOf(error),
  };
}
