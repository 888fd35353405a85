import { bucketStartMs, nextBucketStartMs, type Timeframe, type VenueId } from '@orderfox/domain';
import { type FeedGapRepository } from '../feeds/feed-gap.repository.js';
import { type MissingQuery } from '../feeds/missing-stretches.js';
import { qualified, type CompletenessOf, type QualifiedBucket } from './bucket-quality.js';
import { type VolumeQuery } from './volume-query.js';
import { type VolumeRepository } from './volume.repository.js';

/**
 * Reads volume as it is shown: sums from the volume tables, judged by what is known of gaps and venues. Everything
 * rejects with what `pg` throws when the server is away.
 */
export class VolumeReader {
  constructor(
    private readonly repository: Pick<VolumeRepository, 'buckets' | 'touched' | 'version'>,
    private readonly gaps: Pick<FeedGapRepository, 'missing' | 'missingVersion'>,
    private readonly completenessOf: CompletenessOf,
  ) {}

  /** Buckets with at least one event, the oldest first. */
  async buckets(query: VolumeQuery): Promise<readonly QualifiedBucket[]> {
    const [buckets, missing] = await Promise.all([
      this.repository.buckets(query),
      this.gaps.missing(stretchOf(query)),
    ]);
    return qualified(buckets, query.timeframe, missing, this.completenessOf);
  }

  /** Those of the buckets that begin at these times, epoch ms, in which there is an event; the oldest first. */
  async touched(
    symbol: string,
    timeframe: Timeframe,
    startsMs: readonly number[],
    venues?: readonly VenueId[],
  ): Promise<readonly QualifiedBucket[]> {
    const buckets = await this.repository.touched(symbol, timeframe, startsMs, venues);
    const [first, last] = [buckets[0], buckets.at(-1)];
    if (first === undefined || last === undefined) return [];
    const toMs = nextBucketStartMs(timeframe, last.startMs);
    const missing = await this.gaps.missing({ fromMs: first.startMs, toMs, ...(venues && { venues }) });
    return qualified(buckets, timeframe, missing, this.completenessOf);
  }

  /** Names what `buckets` would answer: another text as soon as it would answer something else. */
  async version(query: VolumeQuery): Promise<string> {
    const [sums, gaps] = await Promise.all([
      this.repository.version(query),
      this.gaps.missingVersion(stretchOf(query)),
    ]);
    return `${sums} ${gaps}`;
  }
}

/** Where to look for gaps: buckets are judged whole. */
function stretchOf({ timeframe, fromMs, toMs, venues }: VolumeQuery): MissingQuery {
  return {
    fromMs: bucketStartMs(timeframe, fromMs),
    toMs: nextBucketStartMs(timeframe, toMs),
    ...(venues && { venues }),
  };
}
