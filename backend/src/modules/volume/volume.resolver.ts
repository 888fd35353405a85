import { addDecimals, subtractDecimals, type DecimalString, type VolumeBucket } from '@orderfox/domain';
import { formatCompact } from '@orderfox/format';
import { Args, Extensions, Int, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { DecimalScalar } from '../../core/graphql-scalars.js';
import { type QualifiedBucket } from './bucket-quality.js';
import { LiquidationVolumeArguments } from './volume-arguments.type.js';
import { bucketPoints } from './volume-cost.js';
import { VolumeQueryReader } from './volume-query-reader.js';
import { DEFAULT_BUCKETS } from './volume-range.js';
import { VolumeReader } from './volume-reader.js';
import { LiquidationVolumeType } from './volume.type.js';

/**
 * Volume by buckets, and the fields that follow from its sums. Those take their parent without a decorator: Nest then
 * calls them as they are, while a decorated parameter costs five promises per field and bucket.
 */
@Resolver(() => LiquidationVolumeType)
export class VolumeResolver {
  constructor(
    private readonly volume: VolumeReader,
    private readonly queries: VolumeQueryReader,
  ) {}

  @Query(() => [LiquidationVolumeType], {
    description:
      'Liquidation volume of a market by buckets of time, the oldest first; at most 5,000 buckets at once, of which those without a liquidation are left out. Example: `{ liquidationVolume(symbol: "BTCUSDT", timeframe: "5m") { time buyVolume sellVolume deltaVolumeFormatted count quality } }`',
  })
  @Extensions({ listSize: DEFAULT_BUCKETS, fetchPoints: bucketPoints })
  async liquidationVolume(@Args() request: LiquidationVolumeArguments): Promise<readonly QualifiedBucket[]> {
    return this.volume.buckets(await this.queries.read(request));
  }

  @ResolveField(() => Int, { description: 'Where the bucket begins, in seconds since 1970-01-01 UTC.' })
  time({ startMs }: VolumeBucket): number {
    return startMs / 1_000;
  }

  @ResolveField(() => DecimalScalar, { description: '`buyVolume` plus `sellVolume`.' })
  totalVolume({ shortUsd, longUsd }: VolumeBucket): DecimalString {
    return addDecimals(shortUsd, longUsd);
  }

  @ResolveField(() => DecimalScalar, {
    description: '`buyVolume` minus `sellVolume`: above zero when more shorts were liquidated.',
  })
  deltaVolume({ shortUsd, longUsd }: VolumeBucket): DecimalString {
    return subtractDecimals(shortUsd, longUsd);
  }

  @ResolveField(() => String, { description: '`buyVolume` for people: `10K`, `1.26B`.' })
  buyVolumeFormatted({ shortUsd }: VolumeBucket): string {
    return formatCompact(shortUsd);
  }

  @ResolveField(() => String, { description: '`sellVolume` for people: `10K`, `1.26B`.' })
  sellVolumeFormatted({ longUsd }: VolumeBucket): string {
    return formatCompact(longUsd);
  }

  @ResolveField(() => String, { description: '`totalVolume` for people: `10K`, `1.26B`.' })
  totalVolumeFormatted(bucket: VolumeBucket): string {
    return formatCompact(this.totalVolume(bucket));
  }

  @ResolveField(() => String, { description: '`deltaVolume` for people: `-5K`.' })
  deltaVolumeFormatted(bucket: VolumeBucket): string {
    return formatCompact(this.deltaVolume(bucket));
  }
}
