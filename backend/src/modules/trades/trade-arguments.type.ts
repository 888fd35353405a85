import { ArgsType, Field, ID, Int } from '@nestjs/graphql';
import { IsOptional, MaxLength } from 'class-validator';
import { DEFAULT_TRADES } from './trade-query-reader.js';

const MAX_NAME = 64;

/** Whose trades, for query and subscription alike. */
@ArgsType()
export class TradeAddedArguments {
  @Field(() => ID, {
    description: 'The market by any of its names, such as `BTCUSDT`, `btcusdt` or `BTC-USDT-SWAP`.',
  })
  @MaxLength(MAX_NAME, { message: `has at most ${MAX_NAME} characters` })
  readonly symbol!: string;

  @Field(() => ID, {
    nullable: true,
    description:
      'The venue whose trades they are, such as `okx`. Left out: Binance, or where it does not list the market, OKX, then Bybit.',
  })
  @IsOptional()
  @MaxLength(MAX_NAME, { message: `has at most ${MAX_NAME} characters` })
  readonly venue?: string | null;
}

/** Arguments of the query `trades`. */
@ArgsType()
export class TradesArguments extends TradeAddedArguments {
  @Field(() => Int, {
    nullable: true,
    defaultValue: DEFAULT_TRADES,
    description:
      'The most trades to return: 1 to 500, or what the setting `MAX_TRADES_KEPT` of this server says.',
  })
  @IsOptional()
  readonly first?: number | null;
}
