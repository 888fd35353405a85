import { type DecimalString } from '@orderfox/domain';
import { ArgsType, Field, Int } from '@nestjs/graphql';
import { IsOptional } from 'class-validator';
import { DecimalScalar } from '../../core/graphql-scalars.js';
import { MarketName, VenueName, preferredVenue } from '../symbols/market-arguments.type.js';
import { DEFAULT_LEVELS } from './book-query-reader.js';

/** Which book, and how it is to be shown: for query and subscription alike. */
@ArgsType()
export class OrderBookArguments {
  @MarketName()
  readonly symbol!: string;

  @VenueName(preferredVenue('book it is'))
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
