import { type BucketQuality } from '@orderfox/client';

/** Prices of one bucket. Prices are exact decimal strings in the quote currency, `volume` is in coins. */
export interface CandlePoint {
  /** Whose trades they are of. */
  readonly venue: string;
  /** Epoch milliseconds, UTC. */
  readonly startMs: number;
  readonly open: string;
  readonly high: string;
  readonly low: string;
  readonly close: string;
  readonly volume: string;
  /** True once nothing of it changes any more. */
  readonly isClosed: boolean;
}

/** Liquidations of one bucket. Sums are exact decimal strings in USD, each with its text for people. */
export interface BucketPoint {
  /** Epoch milliseconds, UTC. */
  readonly startMs: number;
  readonly shortsUsd: string;
  readonly shortsText: string;
  readonly longsUsd: string;
  readonly longsText: string;
  readonly totalUsd: string;
  readonly totalText: string;
  /** Shorts minus longs. */
  readonly netUsd: string;
  readonly netText: string;
  readonly count: number;
  /** Rises with every change of the bucket. */
  readonly revision: number;
  readonly quality: BucketQuality;
}

/** Trades of one bucket at one venue, by what takers did. Sums are exact decimal strings in USD. */
export interface FlowPoint {
  readonly venue: string;
  /** Epoch milliseconds, UTC. */
  readonly startMs: number;
  readonly buysUsd: string;
  readonly sellsUsd: string;
  /** Buys minus sells. */
  readonly deltaUsd: string;
  /** Sum of all deltas since 00:00 UTC of the day in which the bucket begins, this one included. */
  readonly cvdUsd: string;
  /** True where something of that day is missing from `cvdUsd`, or may be. */
  readonly isCvdPartial: boolean;
  readonly count: number;
  readonly quality: BucketQuality;
  readonly isClosed: boolean;
}

/**
 * Whether one state of a candle replaces another of the same venue, in whatever order they come: a closed one is final, and
 * while it is open its traded volume only grows. Equal ones replace each other: the price may move without a trade counted.
 * Volumes of two venues say nothing of which is newer; the later told takes the place.
 */
export function isNewerCandle(next: CandlePoint, known: CandlePoint): boolean {
  if (next.venue !== known.venue) return true;
  if (next.isClosed !== known.isClosed) return next.isClosed;
  return next.isClosed || Number(next.volume) >= Number(known.volume);
}

/** Whether one state of a bucket replaces another, in whatever order they come. */
export function isNewerBucket(next: BucketPoint, known: BucketPoint): boolean {
  // A gap found later changes the quality of a bucket without changing what it holds.
  return next.revision >= known.revision;
}

/** Whether one state of a bucket of trades replaces another of the same venue: trades are added and never taken away. */
export function isNewerFlow(next: FlowPoint, known: FlowPoint): boolean {
  if (next.venue !== known.venue) return true;
  if (next.isClosed !== known.isClosed) return next.isClosed;
  return next.count >= known.count;
}
