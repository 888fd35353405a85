import { type Candle, type DecimalString, type Timeframe } from '@orderfox/domain';
import { Field, ID, Int, ObjectType } from '@nestjs/graphql';
import { DecimalScalar, TimeframeScalar, TimestampScalar } from '../../core/graphql-scalars.js';

/** GraphQL shape of a candle. The domain object is served as it is; what is only shown is a field of the resolver. */
@ObjectType('Candle', {
  description:
    'What was traded of a market at one venue within one bucket. Prices are per coin, also where the venue trades thousands of coins. A candle starts at the same instant as the liquidation volume of its bucket.',
})
export class CandleType implements Candle {
  @Field(() => ID, {
    description:
      'Venue whose trades these are, such as `binance`. Another answer may be of another venue unless it was asked for with `venue`; candles of two venues make no series.',
  })
  readonly venue!: string;

  @Field(() => ID, { description: 'Market over all venues, such as `PEPEUSDT`.' })
  readonly symbol!: string;

  @Field(() => TimeframeScalar, { description: 'How long the bucket is, such as `5m`.' })
  readonly timeframe!: Timeframe;

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

  @Field(() => DecimalScalar, { description: 'Coins traded.' })
  readonly volume!: DecimalString;

  @Field(() => DecimalScalar, {
    description: 'Turnover in the quote currency; dollar coins count as one dollar.',
  })
  readonly volumeUsd!: DecimalString;

  @Field(() => Int, {
    nullable: true,
    description: 'Number of trades; null where the venue does not count them.',
  })
  readonly count?: number;

  @Field(() => Boolean, { description: 'The bucket is over: this candle does not change any more.' })
  readonly isClosed!: boolean;
}
