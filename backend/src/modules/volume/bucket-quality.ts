import {
  nextBucketStartMs,
  type Completeness,
  type Timeframe,
  type VenueId,
  type VolumeBucket,
} from '@orderfox/domain';
import { type MissingStretch } from '../feeds/missing-stretches.js';

/**
 * How far a bucket can be trusted: `EXACT` all there was; `FLOOR` at least this much, for a venue in it does not report
 * everything; `PARTIAL` a feed was not heard for a part of it.
 */
export type BucketQuality = 'EXACT' | 'FLOOR' | 'PARTIAL';

/** A bucket, and how far it can be trusted. */
export interface QualifiedBucket extends VolumeBucket {
  readonly quality: BucketQuality;
}

/** What is known of the completeness of venues; undefined for one that is not known. */
export type CompletenessOf = (venue: VenueId) => Completeness | undefined;

/**
 * Judges buckets of one timeframe. Both lists are ascending, and the stretches do not overlap: one walk over both. A
 * venue that does not say what it leaves out counts as one that leaves something out.
 */
export function qualified(
  buckets: readonly VolumeBucket[],
  timeframe: Timeframe,
  missing: readonly MissingStretch[],
  completenessOf: CompletenessOf,
): readonly QualifiedBucket[] {
  let at = 0;
  return buckets.map((bucket) => {
    const endMs = nextBucketStartMs(timeframe, bucket.startMs);
    while ((missing[at]?.toMs ?? Infinity) <= bucket.startMs && at < missing.length) at += 1;
    const stretch = missing[at];
    if (stretch !== undefined && stretch.fromMs < endMs) return { ...bucket, quality: 'PARTIAL' };
    const isWhole = bucket.venues.every((venue) => completenessOf(venue) === 'FULL');
    return { ...bucket, quality: isWhole ? 'EXACT' : 'FLOOR' };
  });
}
