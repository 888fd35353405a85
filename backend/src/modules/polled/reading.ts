import { type Instrument, type VenueId } from '@orderfox/domain';
import { type JsonFetch } from '@orderfox/feed';
import { type VenueRoots } from '@orderfox/venues';

/** A number of one contract that a venue says when it is asked. */
export interface Reading {
  readonly instrument: Instrument;
  /** The venue's time, epoch ms. */
  readonly timestampMs: number;
}

/** Past readings that are wanted of a contract, `toMs` not included. */
export interface PastRequest {
  readonly instrument: Instrument;
  readonly fromMs: number;
  readonly toMs: number;
  /** Now, epoch ms. */
  readonly nowMs: number;
}

/** How a venue is asked: what `VenueOpenInterest` and `VenueFunding` have in common. */
export interface ReadingSource<R extends Reading> {
  /** One request serves all contracts. Else they are asked for one by one. */
  readonly servesAll: boolean;
  readonly current: (
    http: JsonFetch,
    roots: VenueRoots,
    instruments: readonly Instrument[],
    nowMs: number,
    onProblem?: (problem: string) => void,
  ) => Promise<readonly R[]>;
  readonly history: {
    /** How far back the venue can be asked; absent: further than anybody wants. */
    readonly maxHours?: number;
    readonly list: (
      http: JsonFetch,
      roots: VenueRoots,
      request: PastRequest,
      onProblem?: (problem: string) => void,
    ) => Promise<readonly R[]>;
  };
}

/** A venue that is asked, and where it is. */
export interface PolledVenue<R extends Reading> {
  readonly id: VenueId;
  readonly name: string;
  readonly roots: VenueRoots;
  readonly source: ReadingSource<R>;
}

/** A reading as it is stored and shown. */
export interface SeriesPoint {
  readonly venue: VenueId;
  readonly symbol: string;
  readonly venueSymbol: string;
  /** The venue's time, epoch ms: one point of a series per moment. */
  readonly timestampMs: number;
  /** When it reached us, epoch ms. */
  readonly receivedTimeMs: number;
}

/** One series: what is asked of every venue in the same way, such as open interest. */
export interface Series<R extends Reading, P extends SeriesPoint> {
  /** For people, in a sentence: `open interest`. */
  readonly name: string;
  /** How far back a market is filled when it is followed, ms. */
  readonly reachMs: number;
  /** A stretch without a point has to be longer than this to be asked for. */
  readonly holeMs: number;
  /**
   * The point of a reading, or in a sentence why it cannot be one. `isPast`: it comes from history, where prices of
   * now are of no use.
   */
  readonly pointOf: (reading: R, receivedTimeMs: number, isPast: boolean) => P | { readonly problem: string };
  /** Whether the point is one that was settled, and does not say how things stand. */
  readonly isSettled?: (point: P) => boolean;
  /** When history has something new, by what a standing point says: epoch ms. */
  readonly settlesMs?: (point: P) => number | undefined;
  /** Stretches in which history has nothing, by what a standing point says. */
  readonly needless?: (point: P) => readonly Stretch[];
}

/** Where the points of a series are kept. Everything rejects with what `pg` throws when the server is away. */
export interface SeriesStore<P extends SeriesPoint> {
  /** Keeps points; one that is there already is replaced where the venue has corrected it. */
  save(points: readonly P[]): Promise<void>;
  /** The newest points of a contract, at most one that stands and one that was settled. */
  newest(venue: VenueId, venueSymbol: string): Promise<readonly P[]>;
  /** Stretches for which there are points of history, or that they make needless, in any order; from a time on. */
  covered(venue: VenueId, venueSymbol: string, fromMs: number): Promise<readonly Stretch[]>;
}

/** A stretch of time, epoch ms, the end not included. */
export interface Stretch {
  readonly fromMs: number;
  readonly toMs: number;
}

/** Names a contract of a venue. */
export function contractKey({ venue, venueSymbol }: Pick<Instrument, 'venue' | 'venueSymbol'>): string {
  return `${venue}|${venueSymbol}`;
}
