import { type DecimalString } from './decimal.js';
import { type VenueId } from './market-event.js';

/** Stands for a symbol where the sum over all of them is meant; no market has this name. */
export const ALL_SYMBOLS = '*';

/**
 * Liquidation volume of one market, or of all, in one bucket of time: the exact sum of its events at the moment it was
 * read, also of those that came late. Money is USD.
 */
export interface VolumeBucket {
  /** First millisecond of the bucket, epoch, UTC. */
  readonly startMs: number;
  /** Longs that were liquidated: their forced orders sold. */
  readonly longUsd: DecimalString;
  /** Shorts that were liquidated: their forced orders bought. */
  readonly shortUsd: DecimalString;
  /** Events in it. */
  readonly count: number;
  /** Highest `seq` in it; 0 if there is none. */
  readonly lastSeq: number;
  /** Rises with every change of the bucket, and never falls. Of two states of a bucket the higher one is newer. */
  readonly revision: number;
  /** Who reported something of it, in alphabetical order. */
  readonly venues: readonly VenueId[];
}
