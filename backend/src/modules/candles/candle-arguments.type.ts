import { type Timeframe } from '@orderfox/domain';
import { ArgsType, Field, Int } from '@nestjs/graphql';
import { IsOptional, Max, Min } from 'class-validator';
import { TimeframeScalar, TimestampScalar } from '../../core/graphql-scalars.js';
import { MarketName, VenueName } from '../symbols/market-arguments.type.js';
import { DEFAULT_LIMIT, MAX_LIMIT } from './candle-query-reader.js';

const LIMIT_MESSAGE = { message: `must be 1 to ${MAX_LIMIT}` };

/** Which market's candles, for history and stream alike. */
@ArgsType()
export class CandleUpdatedArguments {
  @MarketName()
  readonly symbol!: string;

  @Field(() => TimeframeScalar, { description: 'How long a candle is, such as `5m`.' })
  readonly timeframe!: Timeframe;

  @VenueName(
    'The venue whose trades they are of, such as `okx`. Left out: Binance, or where it has none of this market or cannot be reached, OKX, then Bybit; `venue` of each candle says which.',
  )
  readonly venue?: string | null;
}

/** Arguments of the query `candles`. */
@ArgsType()
export class CandlesArguments extends CandleUpdatedArguments {
  @Field(() => TimestampScalar, {
    nullable: true,
    description:
      'The first candle is the one that holds this instant. Left out: as many as `limit` says, the newest.',
  })
  readonly from?: number | null;

  @Field(() => TimestampScalar, {
    nullable: true,
    description: 'Only candles that start before this instant. Left out: up to the open one.',
  })
  readonly to?: number | null;

  @Field(() => Int, {
    nullable: true,
    // Stated here alone: a default of the schema would be refused where an operator allows fewer rows.
    description: `The most candles to return, 1 to ${MAX_LIMIT}; ${DEFAULT_LIMIT} if left out, or as many as this server gives. With \`from\`, a time that holds more gives the error \`RANGE_TOO_WIDE\`.`,
  })
  @IsOptional()
  @Min(1, LIMIT_MESSAGE)
  @Max(MAX_LIMIT, LIMIT_MESSAGE)
  readonly limit?: number | null;
}
