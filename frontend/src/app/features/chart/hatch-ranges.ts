import { type BucketQuality } from '@orderfox/client';
import { bucketStartMs, stepBucketMs } from './timeframes.js';

/** A stretch in which a feed of a venue may lack events. Epoch milliseconds; no end while it lasts. */
export interface FeedHole {
  readonly venue: string;
  readonly fromMs: number;
  readonly toMs: number | undefined;
}

/** Buckets side by side of which something is missing: the starts of the first and of the last one. */
export interface HatchRange {
  readonly firstMs: number;
  readonly lastMs: number;
}

/**
 * The buckets to hatch: those that a hole touches, and those that the server calls partial; ascending and joined where they
 * meet. Nothing after `nowMs` and nothing before `fromMs`.
 */
export function hatchRanges(
  timeframe: string,
  holes: readonly FeedHole[],
  buckets: readonly { readonly startMs: number; readonly quality: BucketQuality }[],
  span: { readonly fromMs: number; readonly nowMs: number },
): readonly HatchRange[] {
  const ranges = [
    ...holes.flatMap(({ fromMs, toMs = span.nowMs }) => {
      const from = Math.max(fromMs, span.fromMs);
      const to = Math.min(toMs, span.nowMs);
      // A hole ends where data flows again: an end on the edge of a bucket leaves that bucket whole.
      const last = bucketStartMs(timeframe, Math.max(from, to - 1));
      return from <= to ? [{ firstMs: bucketStartMs(timeframe, from), lastMs: last }] : [];
    }),
    ...buckets
      .filter(({ quality }) => quality === 'PARTIAL')
      .map(({ startMs }) => ({ firstMs: startMs, lastMs: startMs })),
  ].sort((left, right) => left.firstMs - right.firstMs);
  const joined: HatchRange[] = [];
  for (const range of ranges) {
    const before = joined.at(-1);
    if (before === undefined || range.firstMs > stepBucketMs(timeframe, before.lastMs)) joined.push(range);
    else joined[joined.length - 1] = { ...before, lastMs: Math.max(before.lastMs, range.lastMs) };
  }
  return joined;
}

/** Whether a bucket lies in one of the ranges. */
export function isHatched(ranges: readonly HatchRange[], startMs: number): boolean {
  return ranges.some(({ firstMs, lastMs }) => firstMs <= startMs && startMs <= lastMs);
}
