import { ArgsType, Field, ID } from '@nestjs/graphql';
import { IsOptional, MaxLength } from 'class-validator';
import { TimestampScalar } from '../../core/graphql-scalars.js';

const MAX_NAME = 64;

/** Whose tops, and when. */
@ArgsType()
export class BookTopsArguments {
  @Field(() => ID, {
    description: 'The market by any of its names, such as `BTCUSDT`, `btcusdt` or `BTC-USDT-SWAP`.',
  })
  @MaxLength(MAX_NAME, { message: `has at most ${MAX_NAME} characters` })
  readonly symbol!: string;

  @Field(() => ID, {
    nullable: true,
    description:
      'The venue whose book it is, such as `okx`. Left out: Binance, or where it does not list the market, OKX, then Bybit.',
  })
  @IsOptional()
  @MaxLength(MAX_NAME, { message: `has at most ${MAX_NAME} characters` })
  readonly venue?: string | null;

  @Field(() => TimestampScalar, {
    nullable: true,
    description:
      'The first second begins at this instant or after it. Left out: 500 seconds before the end. Given without `to` it costs as much as 5,000 seconds.',
  })
  readonly from?: number | null;

  @Field(() => TimestampScalar, {
    nullable: true,
    description: 'Only seconds that begin before this instant. Left out: up to now.',
  })
  readonly to?: number | null;
}
