import { type DecimalString, type FeedState } from '@orderfox/domain';
import { OLD_AFTER_MS, stateOfFailure } from '../books/book-status.js';
import { type OrderBookView } from '../books/order-book-view.js';
import { type MarketAbsence } from '../symbols/market-finder.js';
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
  /** Why the venue has no such contract; undefined where it has. */
  readonly absence: MarketAbsence | undefined;
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
export function legOf(side: BasisSide, { absence, view, heardMs }: LegBook, now: Present): BasisLeg {
  const { venue, venueSymbol } = side;
  if (view === undefined) {
    return { venue, venueSymbol, sinceMs: now.lookedAtSinceMs, ...withoutBook(side, absence) };
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

/** Why there is no book: that a contract is not listed is said only where the list is known. */
function withoutBook(
  { venue, venueSymbol }: BasisSide,
  absence: MarketAbsence | undefined,
): Pick<BasisLeg, 'state' | 'reason'> & { readonly sinceMs?: number } {
  if (absence === undefined) return { state: 'ERROR', reason: 'too many other order books are followed' };
  if (absence.kind === 'NOT_CONFIGURED') return { state: 'ERROR', reason: `${venue} is not configured` };
  if (absence.kind === 'NOT_LISTED') {
    return { state: 'ERROR', reason: `${venueSymbol} is not listed at ${venue}` };
  }
  const reason = `whether ${venue} lists ${venueSymbol} is not known: its list of contracts is not loaded`;
  const { problem } = absence;
  if (problem === undefined) return { state: 'CONNECTING', reason: `${reason} yet` };
  const { failure, message, sinceMs } = problem;
  const state = failure === undefined ? 'RESYNCING' : stateOfFailure(failure);
  return { state, reason: `${reason}; ${message}`, sinceMs };
}
