import { type DecimalString, type FeedState } from '@orderfox/domain';
import { OLD_AFTER_MS } from '../books/book-status.js';
import { type OrderBookView } from '../books/order-book-view.js';
import { type BasisSide } from './basis-pair.js';

/** A book that nothing was heard of for longer counts as stale. */
export const MAX_LEG_AGE_MS = OLD_AFTER_MS;

/** One side of a basis as it is now: its middle, or why there is none. */
export interface BasisLeg {
  readonly venue: string;
  readonly venueSymbol: string;
  /** LIVE while there is a middle. */
  readonly state: FeedState;
  readonly reason: string;
  readonly sinceMs: number;
  /** Half way between best bid and best ask per coin, exact. */
  readonly mid?: DecimalString;
  /** When the book became so, by the clock of the venue; epoch ms. */
  readonly venueTimeMs?: number;
  /** How long ago the venue was last heard of about this book, stale or not. */
  readonly ageMs?: number;
}

/** What is known of the book of a side. */
export interface LegBook {
  /** False: the venue does not list the contract, or is not configured. */
  readonly isListed: boolean;
  /** Undefined: it is not followed. */
  readonly view: OrderBookView | undefined;
  /** Monotonic ms at which the venue was last heard of about it; undefined: never. */
  readonly heardMs: number | undefined;
}

/** The present, by both clocks; and since when the pair is looked at. */
export interface Present {
  readonly nowMs: number;
  readonly monotonicMs: number;
  readonly lookedAtSinceMs: number;
}

/** Says how a side stands. */
export function legOf(
  { venue, venueSymbol }: BasisSide,
  { isListed, view, heardMs }: LegBook,
  now: Present,
): BasisLeg {
  if (view === undefined) {
    const reason = isListed
      ? 'too many other order books are followed'
      : `${venueSymbol} is not listed at ${venue}, or ${venue} is not configured`;
    return { venue, venueSymbol, state: 'ERROR', reason, sinceMs: now.lookedAtSinceMs };
  }
  const { state, reason, sinceMs, mid, venueTimeMs } = view;
  const ageMs = heardMs === undefined ? undefined : Math.max(0, now.monotonicMs - heardMs);
  const known = { venue, venueSymbol: view.venueSymbol, ...(ageMs !== undefined && { ageMs }) };
  if (mid === undefined || venueTimeMs === undefined) return { ...known, state, reason, sinceMs };
  if (ageMs === undefined || ageMs > MAX_LEG_AGE_MS) {
    return {
      ...known,
      state: 'STALE',
      reason: `nothing was heard of this book for more than ${MAX_LEG_AGE_MS / 1_000} seconds`,
      sinceMs: now.nowMs - Math.max(0, (ageMs ?? 0) - MAX_LEG_AGE_MS),
    };
  }
  return { ...known, state, reason, sinceMs, mid, venueTimeMs };
}
