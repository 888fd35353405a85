import { type VenueFailure } from '@orderfox/feed';

/** Why a request for history came to nothing; `FAULT` is one of our own. */
export type HistoryFailure = VenueFailure | 'FAULT';

/** How the history outside stands. Counts are since the start of the process. */
export interface HistoryStatus {
  /** `OK` the last request was answered, `FAILING` it was not, `IDLE` none was made yet. */
  readonly state: 'OK' | 'FAILING' | 'IDLE';
  /** What went wrong last, in a sentence; absent unless FAILING. */
  readonly detail?: string;
  /** Markets whose newest rows have been asked for and came. */
  readonly loaded: number;
  /** Markets of which something is wanted and not there yet. */
  readonly waiting: number;
  /** Markets that the service says it does not know; it is asked again after a while. */
  readonly unknown: number;
  readonly requests: number;
  /** Rows of answers, those that were there already included. */
  readonly rows: number;
  /** Rows that could not become events. */
  readonly refused: number;
  /** Wishes that were too large to be fulfilled whole. */
  readonly cut: number;
  readonly failures: ReadonlyMap<HistoryFailure, number>;
}

/** How much is asked of the service, and when. Times in ms. */
export interface HistoryLimits {
  /** Requests at the same time. */
  readonly concurrent: number;
  /** Pause after a request. */
  readonly paceMs: number;
  /** Pause after a failure; doubled by each further one, up to `longestRestMs`. */
  readonly restMs: number;
  readonly longestRestMs: number;
  /** Pause after the service did not know a market; doubled each time, up to `longestUnknownMs`. */
  readonly unknownMs: number;
  readonly longestUnknownMs: number;
  /** How often it is looked whether a market is still watched. */
  readonly lookMs: number;
  /** How long after it was last asked for a market counts as watched. */
  readonly leaseMs: number;
  /** With more events waiting for the database, history waits too. */
  readonly storageWaiting: number;
}

export const HISTORY_LIMITS: HistoryLimits = {
  concurrent: 2,
  paceMs: 200,
  restMs: 30_000,
  longestRestMs: 900_000,
  unknownMs: 60_000,
  longestUnknownMs: 3_600_000,
  lookMs: 5_000,
  leaseMs: 30_000,
  storageWaiting: 5_000,
};
