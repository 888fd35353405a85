import { type Timeframe } from '@orderfox/domain';
import { Extensions, Field, ID, ObjectType } from '@nestjs/graphql';
import { TimeframeScalar } from '../../core/graphql-scalars.js';
import { type VolumeUpdate } from './volume-feed.js';
import { DEFAULT_BUCKETS } from './volume-range.js';
import { LiquidationVolumeType } from './volume.type.js';

/** GraphQL shape of what a subscriber to volume is told. */
@ObjectType('LiquidationVolumeUpdate', {
  description: 'The newest buckets of liquidation volume, or those of them that have changed.',
})
export class LiquidationVolumeUpdateType implements VolumeUpdate {
  @Field(() => ID, { description: 'The market by its canonical name, or `*`.' })
  readonly symbol!: string;

  @Field(() => TimeframeScalar, { description: 'How long its buckets are.' })
  readonly timeframe!: Timeframe;

  @Field(() => Boolean, {
    description:
      'False: these are the newest 500 buckets, which take the place of all that you have. True: these buckets have changed, or are new, and all others stay as they are.',
  })
  readonly isUpdate!: boolean;

  @Field(() => [LiquidationVolumeType], {
    description: 'Whole buckets, the oldest first: put each in the place of the one with its time.',
  })
  @Extensions({ listSize: DEFAULT_BUCKETS })
  readonly buckets!: LiquidationVolumeType[];
}
