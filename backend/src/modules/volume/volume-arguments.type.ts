import { type Timeframe } from '@orderfox/domain';
import { ArgsType, Field, ID } from '@nestjs/graphql';
import { ArrayMaxSize, IsOptional, MaxLength, MinLength } from 'class-validator';
import { TimeframeScalar, TimestampScalar } from '../../core/graphql-scalars.js';

const MAX_NAMES = 50;
const MAX_NAME = 64;

/** Whose volume is wanted, and in which buckets. */
@ArgsType()
export class VolumeArguments {
  @Field(() => ID, {
    description:
      'A market by any of its names, such as `BTCUSDT` or `BTC-USDT-SWAP`; `*` for the sum over all.',
  })
  @MinLength(1, { message: 'must not be empty' })
  @MaxLength(MAX_NAME, { message: `has at most ${MAX_NAME} characters` })
  readonly symbol!: string;

  @Field(() => TimeframeScalar, { description: 'How long a bucket is, such as `5m`.' })
  readonly timeframe!: Timeframe;

  @Field(() => [ID], {
    nullable: true,
    description: 'Only what these venues reported, at most 50; all if left out.',
  })
  @IsOptional()
  @ArrayMaxSize(MAX_NAMES, { message: `at most ${MAX_NAMES} venues` })
  @MaxLength(MAX_NAME, { each: true, message: `a venue has at most ${MAX_NAME} characters` })
  readonly venues?: string[] | null;
}

/** Arguments of the query `liquidationVolume`. */
@ArgsType()
export class LiquidationVolumeArguments extends VolumeArguments {
  @Field(() => TimestampScalar, {
    nullable: true,
    description:
      'From the bucket in which this instant lies. Left out: the 500 buckets before the end. Given without `to` it costs as much as 5,000 buckets.',
  })
  readonly from?: number | null;

  @Field(() => TimestampScalar, {
    nullable: true,
    description: 'Only buckets that begin before this instant. Left out: up to now.',
  })
  readonly to?: number | null;
}
