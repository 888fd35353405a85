import type { DecimalString, Instrument } from '@orderfox/domain';
import type { JsonFetch } from '@orderfox/feed';
import type { VenueRoots } from './venue-adapter.js';

/** What longs pay to shorts, as a fraction of the notional per interval; below zero shorts pay. */
export interface FundingReading {
  readonly instrument: Instrument;
  /**
   * The venue's time, epoch ms: of an estimate when it was so, of a settled rate when it was charged, to the full minute,
   * since settlements come some milliseconds late.
   */
  readonly timestampMs: number;
  /** `ESTIMATE` runs until `nextFundingMs` and changes until then; `SETTLED` was charged. Never one series. */
  readonly kind: 'ESTIMATE' | 'SETTLED';
  /** For one interval, exact. */
  readonly rate: DecimalString;
  /**
   * Between two settlements: of an estimate the interval that runs now, of a settled rate the one that it ended, measured
   * between settlements, for venues change it (8 h to 4 h to 1 h in stress).
   */
  readonly intervalMs: number;
  /** When the estimate will be charged, epoch ms; absent on settled rates. */
  readonly nextFundingMs?: number;
}

/** Settled rates of a stretch of time that are wanted: `fromMs` included, `toMs` not. */
export interface FundingRequest {
  readonly instrument: Instrument;
  readonly fromMs: number;
  readonly toMs: number;
  /** Now, epoch ms. */
  readonly nowMs: number;
}

/** Settled rates by REST. */
export interface FundingHistory {
  /**
   * Ascending, one reading per settlement, `SETTLED` all of them; as many requests as the stretch has pages. `onProblem` gets a sentence for each row that cannot be
   * read, or whose interval cannot be told for want of the settlement before it; the others are given. Rejects with
   * VenueError where a page cannot be had.
   */
  readonly list: (
    http: JsonFetch,
    roots: VenueRoots,
    request: FundingRequest,
    onProblem?: (problem: string) => void,
  ) => Promise<readonly FundingReading[]>;
}

/** What a venue has of funding. Dated contracts have none: no reading and no problem. Pure but for the requests. */
export interface VenueFunding {
  /** As in VenueOpenInterest. */
  readonly servesAll: boolean;
  /**
   * The running estimate of each contract that the venue has one of, `ESTIMATE` all of them. `onProblem` gets a sentence
   * for each contract that was asked for and has none that can be read. Rejects with VenueError where the answer as a
   * whole is none.
   */
  readonly current: (
    http: JsonFetch,
    roots: VenueRoots,
    instruments: readonly Instrument[],
    nowMs: number,
    onProblem?: (problem: string) => void,
  ) => Promise<readonly FundingReading[]>;
  readonly history: FundingHistory;
}
