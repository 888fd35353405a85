import { type HttpRefusal } from './http-refusal.js';
import { type RequestKind } from './request-ask.js';

/** One limit that a venue has for an address: so many points in any time of this length. */
export interface RequestLimit {
  /** Short, for people: `weight`, or the endpoint that it is for. Unique within the venue. */
  readonly name: string;
  /** As the venue documents it. */
  readonly points: number;
  readonly perMs: number;
  /**
   * The part of it that is ever used; 0.8. The rest is left to what else runs on this address, and to what the venue
   * counts otherwise.
   */
  readonly share?: number;
}

/** What a request takes, and of what. */
export interface RequestCost {
  readonly limit: RequestLimit;
  readonly points: number;
}

/** What an answer says of a limit: how many points of it are used up, by everybody on this address. */
export interface LimitReading {
  readonly limit: RequestLimit;
  readonly usedPoints: number;
}

/** How a venue counts requests, and how it says that there were too many. Facts of the venue alone. */
export interface RequestRules {
  /** `path` is without the root that was configured. An endpoint that is not known costs what the dearest known does. */
  costOf(path: string, query: URLSearchParams): RequestCost;
  /** What the headers of an answer say of a limit; absent where the venue says nothing. */
  readonly readUsed?: (headers: Headers) => LimitReading | undefined;
  /**
   * How long nothing more is to be asked of the limit, in ms, although the answer is a good one: there is nothing left of
   * it. Undefined where the headers do not say so.
   */
  readonly readRest?: (headers: Headers, nowMs: number) => number | undefined;
  /** A refusal under a status that says "good", such as a return code for too many requests; undefined for none. */
  readonly readRefusal?: (body: unknown, headers: Headers, nowMs: number) => HttpRefusal | undefined;
  /** How long to wait after "too many" where the answer does not say; 60,000. Doubles while it is said again. */
  readonly rateWaitMs?: number;
  /** "Too many" is meant for the limit that was asked of alone, and for its pace; otherwise for the whole address. */
  readonly limitsAreApart?: boolean;
}

/** What a kind of requests may have of a limit, as parts of what is used of it at all. */
export interface RequestShare {
  /** It begins only while, with it, no more than this part is in use: the rest is kept for those that matter more. */
  readonly upTo: number;
  /** The most that it gets itself in any time: half of it at once, the other half evenly. */
  readonly most: number;
  /** What those of it that go first get beside that: so much at once, and as much evenly in the limit's time. */
  readonly first?: number;
  /** Requests of one limit that are under way at once. */
  readonly atOnce: number;
  /** Shortest time between the beginnings of two, in ms. */
  readonly paceMs?: number;
}

/**
 * Who gets how much. What clients can cause (live candles, books, history) can never take what the catalogue, missed
 * trades and polling need, and none of them all that there is. Where a kind is of clients and of the program's own, as books
 * and missed trades are, its own say so (`goesFirst`) and pass the others; they have a part that the others cannot spend.
 */
export const REQUEST_SHARES: Readonly<Record<RequestKind, RequestShare>> = {
  CATALOGUE: { upTo: 1, most: 1, atOnce: 2 },
  MISSED_TRADES: { upTo: 0.95, most: 0.5, first: 0.125, atOnce: 2 },
  LIVE_CANDLES: { upTo: 0.925, most: 0.5, atOnce: 2 },
  // Many books that begin at the same time are not asked for at the same time: one a second, as Binance advises.
  SNAPSHOTS: { upTo: 0.9, most: 0.5, first: 0.125, atOnce: 2, paceMs: 1_000 },
  POLLING: { upTo: 0.85, most: 0.6, atOnce: 3 },
  HISTORY: { upTo: 0.75, most: 0.75, atOnce: 3 },
};
