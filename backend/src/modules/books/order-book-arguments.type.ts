import { type DecimalString } from '@orderfox/domain';
import { ArgsType, Field, ID, Int } from '@nestjs/graphql';
import { IsOptional, MaxLength } from 'class-validator';
import { DecimalScalar } from '../../core/graphql-scalars.js';
import { DEFAULT_LEVELS } from './book-query-reader.js';

const MAX_NAME = 64;

/** Which book, and how it is to be shown: for query and subscription alike. */
@ArgsType()
export class OrderBookArguments {
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

  @Field(() => Int, {
    nullable: true,
    defaultValue: DEFAULT_LEVELS,
    description:
      'The most price levels of each side, the best first: 1 to 50, or what the setting `MAX_ORDERBOOK_LIMIT` of this server says.',
  })
  @IsOptional()
  readonly limit?: number | null;

  @Field(() => DecimalScalar, {
    nullable: true,
    description:
      'Joins prices to multiples of this, away from the other side: bids are rounded down, asks up. It must be a positive multiple of `tickSize`. Left out: the tick size, so that nothing is joined.',
  })
  @IsOptional()
  readonly rounding?: DecimalString | null;
}
