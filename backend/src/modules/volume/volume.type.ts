import { type DecimalString } from '@orderfox/domain';
import { Field, Int, ObjectType, registerEnumType } from '@nestjs/graphql';
import { DecimalScalar, TimestampScalar } from '../../core/graphql-scalars.js';
import { type BucketQuality, type QualifiedBucket } from './bucket-quality.js';

export const BucketQualityEnum = { EXACT: 'EXACT', FLOOR: 'FLOOR', PARTIAL: 'PARTIAL' } as const;
registerEnumType(BucketQualityEnum, {
  name: 'BucketQuality',
  description:
    'How far the sums of a bucket can be trusted. They are always exact sums of what was received.',
  valuesMap: {
    EXACT: {
      description:
        'All there was: every venue in it reports every liquidation, or numbers its trades without a hole.',
    },
    FLOOR: {
      description:
        'At least this much: a venue in it leaves something out, or does not say that it leaves out nothing.',
    },
    PARTIAL: {
      description:
        'A part is missing, or may be: a feed was not heard all the time, see `feedGaps`, of trades `tradeGaps`.',
    },
  },
});

/**
 * GraphQL shape of a bucket. The domain object is served as it is, so a field added there and forgotten here does not
 * compile; what follows from others is a field of the resolver.
 */
@ObjectType('LiquidationVolume', {
  description:
    'Liquidations of one market in one bucket of time, added up in dollars to the last digit. Buckets without a liquidation are left out.',
})
export class LiquidationVolumeType implements QualifiedBucket {
  @Field(() => TimestampScalar, {
    name: 'timestamp',
    description: 'Where the bucket begins, in milliseconds.',
  })
  readonly startMs!: number;

  @Field(() => DecimalScalar, {
    name: 'buyVolume',
    description: 'Shorts that were liquidated, in dollars: their forced orders bought.',
  })
  readonly shortUsd!: DecimalString;

  @Field(() => DecimalScalar, {
    name: 'sellVolume',
    description: 'Longs that were liquidated, in dollars: their forced orders sold.',
  })
  readonly longUsd!: DecimalString;

  @Field(() => Int, { description: 'Liquidations in it.' })
  readonly count!: number;

  @Field(() => Int, {
    description:
      'Rises with every change of the sums: of two states of the bucket the one with the higher revision is newer, and of two with the same the one that came later, for `quality` may change beside it.',
  })
  readonly revision!: number;

  @Field(() => BucketQualityEnum, { description: 'How far its sums can be trusted.' })
  readonly quality!: BucketQuality;

  readonly lastSeq!: number;
  readonly venues!: readonly string[];
}
