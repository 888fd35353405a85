import { type DecimalString } from '@orderfox/domain';
import { Field, Float, ID, Int, ObjectType } from '@nestjs/graphql';
import { DecimalScalar, TimestampScalar } from '../../core/graphql-scalars.js';
import { type BucketQuality } from '../volume/bucket-quality.js';
import { BucketQualityEnum } from '../volume/volume.type.js';
import { type ShownGap } from './bar-reader.js';
import { type ShownBar } from './bar-series.js';

/** GraphQL shape of a bar. It is served as it is; what follows from its sums is a field of the resolver. */
@ObjectType('TradeBar', {
  description:
    'All trades of a market at one venue within one bucket of time (UTC, by the venue’s clock), added up from the trades themselves to the last digit. Prices are per coin and quantities are coins, also where the venue trades contracts or thousands of coins. A bucket without a trade has no bar; where trades may be missing instead, `tradeGaps` says so.',
})
export class TradeBarType implements ShownBar {
  @Field(() => ID, { description: 'Market over all venues, such as `PEPEUSDT`.' })
  readonly symbol!: string;

  @Field(() => ID, { description: 'Venue whose trades these are, such as `binance`.' })
  readonly venue!: string;

  @Field(() => TimestampScalar, { name: 'timestamp', description: 'Start of the bucket in milliseconds.' })
  readonly startMs!: number;

  @Field(() => DecimalScalar, { description: 'Price of the first trade.' })
  readonly open!: DecimalString;

  @Field(() => DecimalScalar, { description: 'Highest price.' })
  readonly high!: DecimalString;

  @Field(() => DecimalScalar, { description: 'Lowest price.' })
  readonly low!: DecimalString;

  @Field(() => DecimalScalar, {
    description: 'Price of the last trade; while the bucket is open, of the newest.',
  })
  readonly close!: DecimalString;

  @Field(() => DecimalScalar, { description: 'Coins that takers bought.' })
  readonly buyQuantity!: DecimalString;

  @Field(() => DecimalScalar, { description: 'Coins that takers sold.' })
  readonly sellQuantity!: DecimalString;

  @Field(() => DecimalScalar, {
    name: 'buyVolume',
    description: 'What takers bought for, in dollars; dollar coins count as one dollar.',
  })
  readonly buyUsd!: DecimalString;

  @Field(() => DecimalScalar, { name: 'sellVolume', description: 'What takers sold for, in dollars.' })
  readonly sellUsd!: DecimalString;

  @Field(() => DecimalScalar, {
    description:
      'Cumulative volume delta in dollars: the sum of `deltaVolume` since 00:00 UTC of the day in which the bar begins, this bar included. It begins anew every day.',
  })
  readonly cvd!: DecimalString;

  @Field(() => Boolean, {
    description:
      'Something of that day up to the end of this bar is missing, or may be, so that `cvd` is not the whole.',
  })
  readonly isCvdPartial!: boolean;

  @Field(() => Int, { description: 'Trades as the venue counts them.' })
  readonly count!: number;

  @Field(() => BucketQualityEnum, {
    description:
      'How far its sums can be trusted: `EXACT` where the venue numbers its trades and none is missing (Binance), `FLOOR` where it does not number them and nothing is known to be missing (OKX, Bybit), `PARTIAL` where trades are missing or may be.',
  })
  readonly quality!: BucketQuality;

  @Field(() => Boolean, {
    description:
      'The bucket is over: by the venue’s clock two seconds past its end, with nothing missing that is still expected. It changes only where trades come late after all.',
  })
  readonly isClosed!: boolean;
}

/** GraphQL shape of a gap. */
@ObjectType('TradeGap', {
  description:
    'A stretch of time in which trades of a market are missing at one venue, or may be. Between two gaps every trade is in a bar: a bucket without a bar and without a gap is one in which nothing was traded.',
})
export class TradeGapType implements ShownGap {
  @Field(() => TimestampScalar, {
    name: 'from',
    description: 'What is missing was traded from here on. Zero where nobody has listened before.',
  })
  readonly fromMs!: number;

  @Field(() => TimestampScalar, {
    name: 'to',
    nullable: true,
    description: 'And up to here. Null while it is not over.',
  })
  readonly toMs!: number | undefined;

  @Field(() => Float, {
    nullable: true,
    description:
      'Trades that are missing, a whole number that 32 bits may not hold. Null where nobody knows.',
  })
  readonly missed!: number | undefined;

  @Field(() => Boolean, { description: 'The venue is still being asked for them.' })
  readonly isBeingFilled!: boolean;

  @Field(() => String, { description: 'Why, in one sentence.' })
  readonly reason!: string;
}
