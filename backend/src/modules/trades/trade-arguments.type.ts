import { ArgsType, Field, Int } from '@nestjs/graphql';
import { IsOptional } from 'class-validator';
import { MarketName, VenueName, preferredVenue } from '../symbols/market-arguments.type.js';
import { DEFAULT_TRADES } from './trade-query-reader.js';

/** Whose trades, for query and subscription alike. */
@ArgsType()
export class TradeAddedArguments {
  @MarketName()
  readonly symbol!: string;

  @VenueName(preferredVenue('trades they are'))
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
