import type { DecimalString, Instrument } from '@orderfox/domain';
import type { JsonFetch } from '@orderfox/feed';
import type { VenueRoots } from './venue-adapter.js';

/** How much of a contract was open at a moment. */
export interface OpenInterestReading {
  readonly instrument: Instrument;
  /** The venue's time, epoch ms; of history the end of its bucket. */
  readonly timestampMs: number;
  /** Coins, one-sided: each open contract counts once, though two parties hold it. Exact; zero is a number. */
  readonly openInterest: DecimalString;
  /**
   * The same in dollars as the venue says it, at a price of its own (the mark price). Absent where it says nothing and for
   * contracts that are not quoted in dollars.
   */
  readonly openInterestUsd?: DecimalString;
  /** The venue counts both sides and says only their sum, of which this is half. */
  readonly isHalved: boolean;
}

/** Open interest of a stretch of time that is wanted: `fromMs` included, `toMs` not. */
export interface OpenInterestRequest {
  readonly instrument: Instrument;
  readonly fromMs: number;
  readonly toMs: number;
  /** Now, epoch ms. */
  readonly nowMs: number;
}

/** Past open interest by REST. */
export interface OpenInterestHistory {
  /** How far back the venue keeps it; what is asked for before that is not given. */
  readonly maxHours: number;
  /**
   * Ascending, one reading per moment, buckets of five minutes; as many requests as the stretch has pages. `onProblem` gets a sentence for each row that cannot be
   * read; the others are given. Rejects with VenueError where a page cannot be had.
   */
  readonly list: (
    http: JsonFetch,
    roots: VenueRoots,
    request: OpenInterestRequest,
    onProblem?: (problem: string) => void,
  ) => Promise<readonly OpenInterestReading[]>;
}

/** What a venue has of open interest. Pure but for the requests. */
export interface VenueOpenInterest {
  /**
   * One request serves all contracts, so that all are asked for in one call. Else `current` is to be called with one
   * contract at a time, so that one that fails costs only its own reading; it takes several all the same.
   */
  readonly servesAll: boolean;
  /**
   * The newest reading of each contract that the venue has one of. `onProblem` gets a sentence for each contract that was
   * asked for and has none that can be read. Rejects with VenueError where the answer as a whole is none.
   */
  readonly current: (
    http: JsonFetch,
    roots: VenueRoots,
    instruments: readonly Instrument[],
    nowMs: number,
    onProblem?: (problem: string) => void,
  ) => Promise<readonly OpenInterestReading[]>;
  readonly history: OpenInterestHistory;
}
