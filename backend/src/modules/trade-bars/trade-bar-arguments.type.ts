import { parseTimeframe, type Timeframe } from '@orderfox/domain';
import { ArgsType, Field, Int } from '@nestjs/graphql';
import { IsOptional } from 'class-validator';
import { TimeframeScalar, TimestampScalar } from '../../core/graphql-scalars.js';
import { MarketName, VenueName, preferredVenue } from '../symbols/market-arguments.type.js';
import { DEFAULT_GAPS, MAX_GAPS } from './bar-range.js';

/** Whose gaps. */
@ArgsType()
export class TradeGapsArguments {
  @MarketName()
  readonly symbol!: string;

  @VenueName(preferredVenue('trades they are'))
  readonly venue?: string | null;

  @Field(() => TimestampScalar, {
    nullable: true,
    description: 'The beginning of the range. Left out: 24 hours before its end.',
  })
  readonly from?: number | null;

  @Field(() => TimestampScalar, { nullable: true, description: 'The end of the range. Left out: now.' })
  readonly to?: number | null;

  @Field(() => Int, {
    nullable: true,
    defaultValue: DEFAULT_GAPS,
    description: `The most gaps to return, 1 to ${MAX_GAPS.toLocaleString('en')}. Where there are more, the oldest of them are told as one, so that none is left out.`,
  })
  @IsOptional()
  readonly first?: number | null;
}

/** Whose bars, for the stream. */
@ArgsType()
export class TradeBarUpdatedArguments {
  @MarketName()
  readonly symbol!: string;

  @Field(() => TimeframeScalar, {
    nullable: true,
    defaultValue: parseTimeframe('1m'),
    description: 'How long a bar is, such as `5m`.',
  })
  readonly timeframe?: Timeframe | null;

  @VenueName(preferredVenue('trades they are of'))
  readonly venue?: string | null;
}

/** Arguments of the query `tradeBars`. */
@ArgsType()
export class TradeBarsArguments extends TradeBarUpdatedArguments {
  @Field(() => TimestampScalar, {
    nullable: true,
    description:
      'The first bar is the one that holds this instant. Left out: the last 500 buckets before the end. Given without `to` it costs as much as 5,000 buckets.',
  })
  readonly from?: number | null;

  @Field(() => TimestampScalar, {
    nullable: true,
    description: 'Only bars that start before this instant. Left out: up to the open one.',
  })
  readonly to?: number | null;
}
